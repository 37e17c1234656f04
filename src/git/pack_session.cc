// Reading one object without libgit2: a chain of deltas is followed down to a whole object, or to
// one that is still in the cache, and then up again.
//
// A base is named by its offset in the same pack, or by its id; then it may lie in any pack or be
// loose, and where one copy of it cannot be read the next is tried. What all of this may cost is
// bounded by the number of entries looked at, so chains that run in circles, within a pack or
// through several, end as errors.
#include <utility>
#include <vector>

#include "git/loose_object.h"
#include "git/object_copies.h"
#include "git/object_store.h"
#include "pack/base_cache.h"
#include "pack/delta.h"
#include "pack/inflate.h"
#include "pack/pack_entry.h"
#include "pack/pack_headers.h"

namespace dragnet {
namespace {

constexpr const char* kNoEnd = "its chain of deltas does not end";

Error too_large() { return {ErrorKind::kTooLarge, "object does not fit in memory", ""}; }

class PackSession final : public ObjectSession {
 public:
  PackSession(std::shared_ptr<ObjectStore> store, const PackSessionOptions& options)
      : store_(std::move(store)),
        options_(options),
        copies_(store_.get()),
        check_(store_->id_size()),
        loose_(options.large),
        headers_(store_->packs().size()),
        cache_(options.cache_bytes) {}

  Result<View> read(const ObjectId& id) override;
  Result<ObjectHeader> header(const ObjectId& id) override;

 private:
  // A delta on the way to the end of a chain.
  struct Link {
    PackPlace place;
    PackEntry entry;
    std::size_t next_copy = 0;  // of the base, where it is named by id: what to try next
  };
  // Where to look for the next base: in a pack, or loose.
  struct Source {
    PackPlace place;      // `pack` counts folders of loose objects after the packs
    const char* id = {};  // raw, of a loose object
  };

  const PackFile& pack(std::size_t number) const { return store_->packs()[number]->file; }
  std::size_t pack_count() const { return store_->packs().size(); }
  std::string path_of(std::size_t place, const ObjectId& id) const {
    return loose_path(store_->folders()[place - pack_count()], id);
  }
  PackHeaders& headers(std::size_t number);

  Result<View> read_packed(std::size_t number, std::size_t position);
  Result<SharedObject> resolve(const PackPlace& start);
  Result<SharedObject> descend(Source at);
  Result<SharedObject> ascend(SharedObject object);
  Result<SharedObject> whole(const PackPlace& place, const PackEntry& entry);
  Result<SharedObject> loose_base(const Source& at);
  Result<SharedObject> apply(const Link& link, const SharedObject& base);
  std::optional<Source> base_of(Link* link);
  std::optional<Source> another_way();
  Result<ObjectHeader> packed_header(std::size_t number, std::size_t position);

  std::shared_ptr<ObjectStore> store_;
  PackSessionOptions options_;
  ObjectCopies copies_;
  IdCheck check_;
  LooseReader loose_;
  Inflater inflater_;
  std::vector<std::unique_ptr<PackHeaders>> headers_;
  BaseCache cache_;
  std::vector<Link> chain_;  // of the object being read, from its own entry to its end
  std::uint32_t steps_ = 0;  // entries looked at for it
  SharedObject delta_;       // room for the delta in hand
  SharedObject current_;     // what the last view is of
};

PackHeaders& PackSession::headers(std::size_t number) {
  if (!headers_[number]) headers_[number] = std::make_unique<PackHeaders>(pack(number));
  return *headers_[number];
}

Result<ObjectSession::View> PackSession::read(const ObjectId& id) {
  current_ = {};
  if (id.size != store_->id_size()) return unreadable_error("object id has the wrong length");
  auto view = copies_.first_good(id, [&](std::size_t place, std::size_t position) -> Result<View> {
    const bool packed = place < pack_count();
    auto copy = packed ? read_packed(place, position) : loose_.read(path_of(place, id));
    const bool verify = options_.verify || (packed && !pack(place).index.trusted());
    if (copy.ok() && verify && !check_.matches(id, copy.value())) {
      return unreadable_error("its bytes do not match its id");
    }
    return copy;
  });
  if (!view.ok() && is_empty_tree(id)) return View{ObjectType::kTree, {}};
  return view;
}

Result<ObjectSession::View> PackSession::read_packed(std::size_t number, std::size_t position) {
  const auto offset = pack(number).index.offset(position);
  if (!offset) return unreadable_error("its offset lies outside of the pack");
  auto object = resolve({number, *offset});
  if (!object.ok()) return std::move(object).error();
  current_ = std::move(object).value();
  return View{current_.type, current_.bytes()};
}

Result<SharedObject> PackSession::resolve(const PackPlace& start) {
  chain_.clear();
  steps_ = 0;
  std::optional<Error> failure;
  std::optional<Source> at = Source{start, {}};
  while (at) {
    auto object = descend(*at);
    if (object.ok()) object = ascend(std::move(object).value());
    if (object.ok()) return object;
    if (!failure) failure = std::move(object).error();
    at = another_way();
  }
  return *std::move(failure);
}

// Goes from `at` to the end of its chain, whose object is returned; the deltas on the way are added
// to `chain_`.
Result<SharedObject> PackSession::descend(Source at) {
  while (true) {
    if (++steps_ > 2 * kMaxDeltaChain || chain_.size() > kMaxDeltaChain) {
      return unreadable_error(kNoEnd);
    }
    if (at.id != nullptr) return loose_base(at);
    if (auto known = cache_.find(at.place)) return *std::move(known);
    const PackFile& file = pack(at.place.pack);
    const char* reason = nullptr;
    const auto entry = parse_pack_entry(file.bytes, at.place.offset, file.index.id_size(), &reason);
    if (!entry) return unreadable_error(reason);
    if (entry->stored_size > options_.max_bytes) return too_large();
    if (!entry->delta) return whole(at.place, *entry);
    chain_.push_back({at.place, *entry});
    const auto base = base_of(&chain_.back());
    if (!base) return unreadable_error("its delta base is missing");
    at = *base;
  }
}

// Makes the object that `chain_` starts with from `object`, at its end. What has been applied is
// taken from the chain, so that a failure leaves the delta that failed as its end.
Result<SharedObject> PackSession::ascend(SharedObject object) {
  while (!chain_.empty()) {
    auto made = apply(chain_.back(), object);
    if (!made.ok()) return made;
    object = std::move(made).value();
    cache_.add(chain_.back().place, object);
    chain_.pop_back();
  }
  return object;
}

Result<SharedObject> PackSession::whole(const PackPlace& place, const PackEntry& entry) {
  auto object = SharedObject::make(entry.type, entry.stored_size, options_.large);
  if (!object.ok()) return object;
  const ByteView deflated =
      pack(place.pack).bytes.substr(static_cast<std::size_t>(entry.data_offset));
  if (!inflater_.inflate(deflated, object->data.get(), object->size)) {
    return unreadable_error("its deflated data is damaged");
  }
  cache_.add(place, *object);
  return object;
}

Result<SharedObject> PackSession::loose_base(const Source& at) {
  const ObjectId id = ObjectId::from_raw(at.id, store_->id_size());
  const auto view = loose_.read(path_of(at.place.pack, id));
  if (!view.ok()) return unreadable_error("its delta base cannot be read");
  auto object = SharedObject::make(view.value().type, view.value().bytes.size(), options_.large);
  if (object.ok()) view.value().bytes.copy(object->data.get(), object->size);
  return object;
}

Result<SharedObject> PackSession::apply(const Link& link, const SharedObject& base) {
  const std::size_t stored = static_cast<std::size_t>(link.entry.stored_size);
  if (delta_.size < stored || delta_.size / 8 > stored + 4096) {
    delta_ = {};
    auto room = SharedObject::make(base.type, stored, options_.large);
    if (!room.ok()) return room;
    delta_ = std::move(room).value();
  }
  const ByteView deflated =
      pack(link.place.pack).bytes.substr(static_cast<std::size_t>(link.entry.data_offset));
  if (!inflater_.inflate(deflated, delta_.data.get(), stored)) {
    return unreadable_error("its deflated delta is damaged");
  }
  ByteView delta(delta_.data.get(), stored);
  const auto sizes = take_delta_sizes(&delta);
  if (!sizes) return unreadable_error("its delta is damaged");
  if (sizes->base != base.size) return unreadable_error("its delta is of another base");
  if (sizes->result > options_.max_bytes) return too_large();
  auto object = SharedObject::make(base.type, sizes->result, options_.large);
  if (!object.ok()) return object;
  if (!apply_delta(base.bytes(), delta, object->data.get(), object->size, nullptr)) {
    return unreadable_error("its delta is damaged");
  }
  return object;
}

// The next place to look for a delta's base in; nothing where all were tried. A base that is named
// by id is looked for in the delta's own pack, in the others, and loose.
std::optional<PackSession::Source> PackSession::base_of(Link* link) {
  const std::size_t own = link->place.pack;
  if (link->entry.base_id.empty()) {
    if (link->next_copy++ > 0) return std::nullopt;
    return Source{{own, link->entry.base_offset}, {}};
  }
  const std::size_t places = pack_count() + store_->folders().size();
  while (link->next_copy < places) {
    const std::size_t turn = link->next_copy++;
    if (turn >= pack_count()) {
      const ObjectId id = ObjectId::from_raw(link->entry.base_id.data(), store_->id_size());
      std::error_code error;
      if (!std::filesystem::exists(path_of(turn, id), error)) continue;
      return Source{{turn, 0}, link->entry.base_id.data()};
    }
    const std::size_t number = turn == 0 ? own : (turn <= own ? turn - 1 : turn);
    const PackIndex& index = pack(number).index;
    const auto position = index.find(link->entry.base_id.data());
    const auto offset = position ? index.offset(*position) : std::nullopt;
    if (offset) return Source{{number, *offset}, {}};
  }
  return std::nullopt;
}

// After a failure: the chain is cut back to a delta whose base has another copy, which is returned.
std::optional<PackSession::Source> PackSession::another_way() {
  if (steps_ > 2 * kMaxDeltaChain) return std::nullopt;
  while (!chain_.empty()) {
    if (auto base = base_of(&chain_.back())) return base;
    chain_.pop_back();
  }
  return std::nullopt;
}

Result<ObjectHeader> PackSession::header(const ObjectId& id) {
  if (id.size != store_->id_size()) return unreadable_error("object id has the wrong length");
  auto header =
      copies_.first_good(id, [&](std::size_t place, std::size_t position) -> Result<ObjectHeader> {
        if (place < pack_count()) return packed_header(place, position);
        auto loose = loose_.header(path_of(place, id));
        if (!loose.ok()) return std::move(loose).error();
        return ObjectHeader{id, loose.value().type, loose.value().size, loose.value().size};
      });
  if (!header.ok() && is_empty_tree(id)) return ObjectHeader{id, ObjectType::kTree, 0, 0};
  return header;
}

Result<ObjectHeader> PackSession::packed_header(std::size_t number, std::size_t position) {
  const auto offset = pack(number).index.offset(position);
  if (!offset) return unreadable_error("its offset lies outside of the pack");
  ObjectHeader header;
  header.id = pack(number).index.id(position);
  std::optional<Source> at = Source{{number, *offset}, {}};
  for (std::uint32_t depth = 0; depth <= kMaxDeltaChain; ++depth) {
    if (!at) return unreadable_error("its delta base is missing");
    if (at->id != nullptr) {
      const ObjectId id = ObjectId::from_raw(at->id, store_->id_size());
      const auto loose = loose_.header(path_of(at->place.pack, id));
      if (!loose.ok()) return unreadable_error("its delta base cannot be read");
      header.type = loose.value().type;
      header.read_cost = std::max(header.read_cost, 2 * loose.value().size);
      return header;
    }
    const PackFile& file = pack(at->place.pack);
    const char* reason = nullptr;
    Link link;
    link.place = at->place;
    const auto entry = parse_pack_entry(file.bytes, link.place.offset, store_->id_size(), &reason);
    if (!entry) return unreadable_error(reason);
    link.entry = *entry;
    DeltaSizes sizes{0, entry->stored_size};
    if (entry->delta) {
      const auto read = headers(link.place.pack).delta_sizes(*entry);
      if (!read) return unreadable_error("its delta is damaged");
      sizes = *read;
    }
    if (depth == 0) header.size = sizes.result;
    const std::uint64_t extra = entry->delta ? saturating_add(entry->stored_size, sizes.base) : 0;
    header.read_cost = std::max(header.read_cost, saturating_add(sizes.result, extra));
    if (!entry->delta) {
      header.type = entry->type;
      return header;
    }
    at = base_of(&link);
  }
  return unreadable_error(kNoEnd);
}

}  // namespace

std::unique_ptr<ObjectSession> ObjectStore::open_pack_session(const PackSessionOptions& options) {
  return std::make_unique<PackSession>(shared_from_this(), options);
}

}  // namespace dragnet
