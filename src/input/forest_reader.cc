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
#include <thread>
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
  bool distinct = false;              // every node is healthy, and no id stands twice
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
  void plant(const PackFile& pack, unsigned threads);
  static ObjectHeader header_of(const Grove& grove, std::uint32_t node);
  void list_alone(unsigned threads, ObjectListing* listing);
  Status list_all(const ObjectListing& loose, std::size_t most, ObjectListing* listing);
  void list_grove(Grove* grove, ObjectSession* session, PlaceTable* table, ObjectListing* listing);
  void add_single(const ObjectHeader& header, ObjectListing* listing, PlaceTable* table);

  const Repository* repository_;
  BufferAccount account_;
  std::size_t large_;
  PackSessionOptions sessions_;
  std::vector<std::unique_ptr<Grove>> groves_;
  std::vector<bool> several_;  // by place: the object has copies
  std::vector<bool> single_;   // by place: no healthy node
  std::unique_ptr<ObjectReader> singles_;
};

Result<ObjectListing> ForestReader::list(unsigned threads) {
  auto stored = repository_->stored_objects(threads);
  if (!stored) return std::move(stored).error();

  ObjectListing listing;
  listing.unreadable = std::move(stored->loose.unreadable);
  std::size_t most = stored->loose.objects.size();
  for (const PackFile* pack : stored->packs) most += pack->index.size();
  if (most >= kCopy)
    return unreadable_error("repository has more than four thousand million objects");
  for (const PackFile* pack : stored->packs) plant(*pack, threads);
  listing.objects.reserve(most);
  if (groves_.size() == 1 && groves_.front()->distinct && stored->loose.objects.empty()) {
    list_alone(threads, &listing);
  } else if (auto status = list_all(stored->loose, most, &listing); !status) {
    return status.error();
  }
  several_.resize(listing.objects.size());
  single_.resize(listing.objects.size());
  return listing;
}

void ForestReader::plant(const PackFile& pack, unsigned threads) {
  auto grove = std::make_unique<Grove>();
  grove->pack = &pack;
  grove->forest = DeltaForest::build(pack, threads);
  grove->trusted =
      pack.own_index && pack.index.trusted() && (pack.index.size() == 0 || pack.index.crc(0));
  grove->places.resize(grove->forest.size());
  grove->distinct = grove->forest.healthy();
  for (std::size_t i = 1; i < pack.index.size() && grove->distinct; ++i) {
    grove->distinct = pack.index.in_order(i);
  }
  groves_.push_back(std::move(grove));
}

ObjectHeader ForestReader::header_of(const Grove& grove, std::uint32_t node) {
  ObjectHeader header;
  header.id = grove.pack->index.id(grove.forest.position(node));
  header.type = grove.forest.type(node);
  header.size = grove.forest.end(node) - grove.forest.offset(node);
  return header;
}

// The usual case, one healthy pack: nothing can be listed twice, so all threads may list.
void ForestReader::list_alone(unsigned threads, ObjectListing* listing) {
  Grove& grove = *groves_.front();
  const std::size_t count = grove.forest.size();
  listing->objects.resize(count);
  const auto list_part = [&](std::size_t first, std::size_t last) {
    for (std::size_t node = first; node < last; ++node) {
      grove.places[node] = static_cast<std::uint32_t>(node);
      listing->objects[node] = header_of(grove, static_cast<std::uint32_t>(node));
    }
  };
  std::vector<std::jthread> workers;
  for (unsigned part = 1; part < threads; ++part) {
    workers.emplace_back(
        [&, part] { list_part(count * part / threads, count * (part + 1) / threads); });
  }
  list_part(0, count / std::max(threads, 1U));
}

Status ForestReader::list_all(const ObjectListing& loose, std::size_t most,
                              ObjectListing* listing) {
  auto session = repository_->open_pack_session(sessions_);
  if (!session) return std::move(session).error();
  PlaceTable table(&listing->objects, most);
  for (const auto& grove : groves_) list_grove(grove.get(), session.value().get(), &table, listing);
  for (const ObjectHeader& header : loose.objects) add_single(header, listing, &table);
  std::erase_if(listing->unreadable, [&](const Unreadable& item) {
    const auto id = ObjectId::from_hex(item.what);
    return id && table.has(*id);
  });
  return ok_status();
}

void ForestReader::list_grove(Grove* grove, ObjectSession* session, PlaceTable* table,
                              ObjectListing* listing) {
  std::vector<std::uint32_t> sick;
  for (std::uint32_t node = 0; node < grove->forest.size(); ++node) {
    grove->places[node] = kCopy;
    if (grove->forest.health(node) != NodeHealth::kGood) {
      sick.push_back(node);
      continue;
    }
    const ObjectHeader header = header_of(*grove, node);
    const auto place = static_cast<std::uint32_t>(listing->objects.size());
    const std::uint32_t known = table->find_or_add(header.id, place);
    if (known == kCopy) {
      grove->places[node] = place;
      listing->objects.push_back(header);
    } else {
      several_.resize(std::max(several_.size(), known + std::size_t{1}));
      several_[known] = true;
    }
  }
  for (const std::uint32_t node : sick) {
    const ObjectId id = grove->pack->index.id(grove->forest.position(node));
    auto header = session->header(id);
    if (header) {
      add_single(header.value(), listing, table);
    } else {
      listing->unreadable.push_back({id.hex(), header.error().message});
    }
  }
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
    view.type = grove_->forest.type(node.node);
    view.work = grove_->forest.end(node.node) - grove_->forest.offset(node.node);
    if (place == kCopy) {
      if (!node.has_children) return nullptr;
      copy.type = view.type;
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
    visitor_->object(ObjectView::whole(place, header, read->bytes));
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
