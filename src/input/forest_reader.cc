// The forest reader: every object of a pack after its delta base (pack/forest_walk.h), and what is
// in no pack, or damaged there, one by one.
//
// The listing is in pack order, pack after pack, then loose objects. An object that several packs
// have is listed where it comes first; its other copies are shown as such where something is a
// delta of them. What an index says of an object is believed only where that was checked: entries
// by the CRC of a whole index; objects of an index without that, and those of which there are
// several copies, by their ids.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <optional>
#include <utility>

#include "base/git_hash.h"
#include "input/object_reader.h"

namespace dragnet {

namespace {

constexpr std::uint32_t kCopy = ~std::uint32_t{0};

// Places of ids in a listing: open addressing at half load.
class PlaceTable {
 public:
  PlaceTable(const std::vector<ObjectHeader>* objects, std::size_t most) : objects_(objects) {
    std::size_t size = 16;
    while (size < most * 2) size *= 2;
    slots_.assign(size, kCopy);
  }
  // The place of `id`, or, where it has none, kCopy after giving it `place`.
  std::uint32_t find_or_add(const ObjectId& id, std::uint32_t place) {
    std::size_t at = ObjectIdHash()(id) & (slots_.size() - 1);
    for (; slots_[at] != kCopy; at = (at + 1) & (slots_.size() - 1)) {
      if ((*objects_)[slots_[at]].id == id) return slots_[at];
    }
    slots_[at] = place;
    return kCopy;
  }
  bool has(const ObjectId& id) const {
    std::size_t at = ObjectIdHash()(id) & (slots_.size() - 1);
    for (; slots_[at] != kCopy; at = (at + 1) & (slots_.size() - 1)) {
      if ((*objects_)[slots_[at]].id == id) return true;
    }
    return false;
  }

 private:
  const std::vector<ObjectHeader>* objects_;
  std::vector<std::uint32_t> slots_;
};

struct Grove {
  const PackFile* pack = nullptr;
  DeltaForest forest;
  std::vector<std::uint32_t> places;  // of each node in the listing; kCopy
  bool trusted = false;               // what the index says was checked, CRCs included
};

class ForestReader : public ObjectReader {
 public:
  ForestReader(const Repository* repository, unsigned workers, std::uint64_t memory,
               MemoryBudget* budget)
      : repository_(repository),
        account_(memory),
        large_(std::clamp<std::size_t>(memory / 64, 256 << 10, 16 << 20)),
        sessions_{.cache_bytes = 1 << 20, .large = large_},
        singles_(make_session_reader(pack_source(repository, sessions_), workers, budget)) {}

  Result<ObjectListing> list(unsigned threads) override;
  std::unique_ptr<ReadPass> pass(const ObjectListing& listing,
                                 const std::function<bool(ObjectType)>& wanted) override;

 private:
  friend class ForestPass;
  Status add_pack(const PackFile& pack, unsigned threads, PlaceTable* table,
                  ObjectListing* listing);
  void add_single(const ObjectHeader& header, ObjectListing* listing, PlaceTable* table);

  const Repository* repository_;
  BufferAccount account_;
  std::size_t large_;
  PackSessionOptions sessions_;
  std::vector<std::unique_ptr<Grove>> groves_;
  std::vector<bool> several_;  // by place: the object has copies
  std::vector<bool> single_;   // by place: no healthy node
  std::unique_ptr<ObjectReader> singles_;
  std::unique_ptr<ObjectSession> session_;  // of `list`
};

Result<ObjectListing> ForestReader::list(unsigned threads) {
  auto stored = repository_->stored_objects(threads);
  if (!stored) return std::move(stored).error();
  auto session = repository_->open_pack_session(sessions_);
  if (!session) return std::move(session).error();
  session_ = std::move(session).value();

  ObjectListing listing;
  listing.unreadable = std::move(stored->loose.unreadable);
  std::size_t most = stored->loose.objects.size();
  for (const PackFile* pack : stored->packs) most += pack->index.size();
  if (most >= kCopy)
    return unreadable_error("repository has more than four thousand million objects");
  listing.objects.reserve(most);
  PlaceTable table(&listing.objects, most);
  for (const PackFile* pack : stored->packs) {
    if (auto status = add_pack(*pack, threads, &table, &listing); !status) return status.error();
  }
  for (const ObjectHeader& header : stored->loose.objects) add_single(header, &listing, &table);
  std::erase_if(listing.unreadable, [&](const Unreadable& item) {
    const auto id = ObjectId::from_hex(item.what);
    return id && table.has(*id);
  });
  several_.resize(listing.objects.size());
  single_.resize(listing.objects.size());
  session_.reset();
  return listing;
}

Status ForestReader::add_pack(const PackFile& pack, unsigned threads, PlaceTable* table,
                              ObjectListing* listing) {
  auto grove = std::make_unique<Grove>();
  grove->pack = &pack;
  grove->forest = DeltaForest::build(pack, threads);
  grove->trusted = pack.index.size() == 0 || (pack.index.trusted() && pack.index.crc(0));
  const DeltaForest& forest = grove->forest;
  grove->places.assign(forest.size(), kCopy);
  std::vector<std::uint32_t> sick;
  for (std::uint32_t node = 0; node < forest.size(); ++node) {
    if (forest.health(node) != NodeHealth::kGood) {
      sick.push_back(node);
      continue;
    }
    ObjectHeader header;
    header.id = pack.index.id(forest.position(node));
    header.type = forest.type(node);
    header.size = forest.end(node) - forest.offset(node);
    const auto place = static_cast<std::uint32_t>(listing->objects.size());
    const std::uint32_t known = table->find_or_add(header.id, place);
    if (known != kCopy) {
      several_.resize(std::max(several_.size(), known + std::size_t{1}));
      several_[known] = true;
      continue;
    }
    grove->places[node] = place;
    listing->objects.push_back(header);
  }
  groves_.push_back(std::move(grove));
  for (const std::uint32_t node : sick) {
    const ObjectId id = pack.index.id(forest.position(node));
    auto header = session_->header(id);
    if (header) {
      add_single(header.value(), listing, table);
    } else {
      listing->unreadable.push_back({id.hex(), header.error().message});
    }
  }
  return ok_status();
}

// An object that is read by itself, wherever there is a good copy of it.
void ForestReader::add_single(const ObjectHeader& header, ObjectListing* listing,
                              PlaceTable* table) {
  const auto place = static_cast<std::uint32_t>(listing->objects.size());
  const std::uint32_t known = table->find_or_add(header.id, place);
  if (known == kCopy) {
    listing->objects.push_back(header);
    single_.resize(place + std::size_t{1});
    single_[place] = true;
  } else {
    several_.resize(std::max(several_.size(), known + std::size_t{1}));
    several_[known] = true;
  }
}

// Turns a walk's nodes into the listing's objects.
class NodeAdapter : public NodeVisitor {
 public:
  NodeAdapter(const Repository* repository, const PackSessionOptions& options, const Grove* grove,
              const ObjectListing* listing, const std::vector<bool>* several,
              ObjectVisitor* visitor)
      : repository_(repository),
        options_(options),
        grove_(grove),
        listing_(listing),
        several_(several),
        visitor_(visitor),
        hasher_(grove->pack->index.id_size()) {}

  std::shared_ptr<const NodeState> visit(const NodeView& node) override {
    ObjectView view;
    ObjectHeader copy;
    const std::uint32_t place = grove_->places[node.node];
    if (place == kCopy) {
      if (!node.has_children) return nullptr;
      copy.type = grove_->forest.type(node.node);
      view.header = &copy;
    } else {
      view.index = place;
      view.header = &listing_->objects[place];
      if ((!grove_->trusted || (*several_)[place]) && !is(view.header->id, node)) {
        read_elsewhere(place, unreadable_error("its id is not that of its bytes"));
        return nullptr;
      }
    }
    view.bytes = node.bytes;
    view.has_children = node.has_children;
    view.ops = node.ops;
    view.base_state = node.base_state;
    return visitor_->object(view);
  }

  void damaged(std::uint32_t node, const Error& error) override {
    const std::uint32_t place = grove_->places[node];
    if (place != kCopy) read_elsewhere(place, error);
  }

  bool stopped() const override { return visitor_->stopped(); }

 private:
  bool is(const ObjectId& id, const NodeView& node) {
    const auto made = hasher_.object(grove_->forest.type(node.node), node.bytes);
    return made && *made == id;
  }

  // Another copy may be good.
  void read_elsewhere(std::uint32_t place, const Error& reason) {
    const ObjectHeader& header = listing_->objects[place];
    if (!session_) {
      auto opened = repository_->open_pack_session(options_);
      if (opened) session_ = std::move(opened).value();
    }
    auto read = session_ ? session_->read(header.id) : Result<ObjectSession::View>(reason);
    if (!read || read->type != header.type) {
      visitor_->unreadable(place, header, read ? unreadable_error(kWrongType) : reason);
      return;
    }
    ObjectView view;
    view.index = place;
    view.header = &header;
    view.bytes = read->bytes;
    visitor_->object(view);
  }

  const Repository* repository_;
  PackSessionOptions options_;
  const Grove* grove_;
  const ObjectListing* listing_;
  const std::vector<bool>* several_;
  ObjectVisitor* visitor_;
  GitHasher hasher_;
  std::unique_ptr<ObjectSession> session_;
};

class ForestPass : public ReadPass {
 public:
  ForestPass(ForestReader* reader, const ObjectListing& listing,
             const std::function<bool(ObjectType)>& wanted)
      : reader_(reader), listing_(listing) {
    ForestWalk::Options options;
    options.large = reader->large_;
    for (const auto& grove : reader->groves_) {
      std::vector<std::uint32_t> roots;
      for (const std::uint32_t root : grove->forest.roots()) {
        if (wanted(grove->forest.type(root))) roots.push_back(root);
      }
      options.check_crc = grove->trusted;
      walks_.push_back(std::make_unique<ForestWalk>(grove->pack, &grove->forest, std::move(roots),
                                                    &reader->account_, options));
    }
    for (std::uint32_t place = 0; place < listing.objects.size(); ++place) {
      if (!reader->single_[place] || !wanted(listing.objects[place].type)) continue;
      places_.push_back(place);
      singles_.objects.push_back(listing.objects[place]);
    }
    rest_ = reader->singles_->pass(singles_, [](ObjectType) { return true; });
  }

  void work(unsigned worker, ObjectVisitor* visitor) override {
    for (std::size_t i = 0; i < walks_.size() && !visitor->stopped(); ++i) {
      NodeAdapter adapter(reader_->repository_, reader_->sessions_, reader_->groves_[i].get(),
                          &listing_, &reader_->several_, visitor);
      walks_[i]->work(&adapter);
    }
    Renumbered renumbered(&places_, visitor);
    rest_->work(worker, &renumbered);
  }

 private:
  // Shows what was read one by one under its place in the whole listing.
  class Renumbered : public ObjectVisitor {
   public:
    Renumbered(const std::vector<std::uint32_t>* places, ObjectVisitor* visitor)
        : places_(places), visitor_(visitor) {}
    std::shared_ptr<const NodeState> object(const ObjectView& view) override {
      ObjectView placed = view;
      placed.index = (*places_)[view.index];
      return visitor_->object(placed);
    }
    void unreadable(std::size_t index, const ObjectHeader& header, const Error& error) override {
      visitor_->unreadable((*places_)[index], header, error);
    }
    bool stopped() const override { return visitor_->stopped(); }

   private:
    const std::vector<std::uint32_t>* places_;
    ObjectVisitor* visitor_;
  };

  ForestReader* reader_;
  const ObjectListing& listing_;
  std::vector<std::unique_ptr<ForestWalk>> walks_;  // by grove
  ObjectListing singles_;
  std::vector<std::uint32_t> places_;  // of `singles_` in the listing
  std::unique_ptr<ReadPass> rest_;
};

std::unique_ptr<ReadPass> ForestReader::pass(const ObjectListing& listing,
                                             const std::function<bool(ObjectType)>& wanted) {
  return std::make_unique<ForestPass>(this, listing, wanted);
}

}  // namespace

std::unique_ptr<ObjectReader> make_forest_reader(const Repository* repository, unsigned workers,
                                                 std::uint64_t memory, MemoryBudget* budget) {
  return std::make_unique<ForestReader>(repository, workers, memory, budget);
}

}  // namespace dragnet
