#include "input/forest_listing.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/id_slots.h"

namespace dragnet {

namespace {

constexpr std::uint32_t kNone = Grove::kCopy;

bool distinct_ids(const PackIndex& index) {
  for (std::size_t i = 1; i < index.size(); ++i) {
    if (!index.in_order(i)) return false;
  }
  return true;
}

// The index is checked beside the forest's growing, most of which is one thread's work.
std::unique_ptr<Grove> plant(const PackFile& pack, unsigned threads) {
  auto grove = std::make_unique<Grove>();
  grove->pack = &pack;
  {
    const std::jthread checking([&] {
      grove->trusted =
          pack.own_index && pack.index.trusted() && (pack.index.size() == 0 || pack.index.crc(0));
      grove->distinct = distinct_ids(pack.index);
    });
    grove->forest = DeltaForest::build(pack, threads);
  }
  grove->distinct = grove->distinct && grove->forest.healthy();
  return grove;
}

}  // namespace

ObjectHeader Grove::header(std::uint32_t node) const {
  ObjectHeader header;
  header.id = id(node);
  header.type = forest.type(node);
  header.size = forest.end(node) - forest.offset(node);
  return header;
}

// Lists what may be there several times.
class ForestTable::Builder {
 public:
  Builder(ForestTable* table, std::size_t most) : table_(table), places_(most) {}

  void list_grove(Grove* grove);
  Status list_singles(const Repository& repository, const PackSessionOptions& options,
                      const std::vector<ObjectHeader>& loose, std::vector<Unreadable>* unreadable);

 private:
  std::uint32_t* place_of(const ObjectId& id) {
    return places_.find(id, [this](std::uint32_t place) { return id_at(place); });
  }
  ObjectId id_at(std::uint32_t place) const;
  // Notes one more copy of an object; false where it is listed already, or else it gets `place`.
  bool add(const ObjectId& id, std::uint32_t place);
  void add_single(const ObjectHeader& header);

  ForestTable* table_;
  IdSlots places_;
  std::vector<ObjectHeader> singles_;
  std::vector<ObjectId> sick_;  // of entries that no forest can read
};

ObjectId ForestTable::Builder::id_at(std::uint32_t place) const {
  if (place >= table_->first_single_) return singles_[place - table_->first_single_].id;
  const Grove& grove = table_->grove_of(place);
  return grove.id(grove.node(place));
}

bool ForestTable::Builder::add(const ObjectId& id, std::uint32_t place) {
  std::uint32_t* known = place_of(id);
  if (*known == IdSlots::kFree) {
    *known = place;
    return true;
  }
  table_->several_.resize(std::max<std::size_t>(table_->several_.size(), *known + std::size_t{1}));
  table_->several_[*known] = true;
  return false;
}

// While a grove is listed, its objects are those from its first place on.
void ForestTable::Builder::list_grove(Grove* grove) {
  grove->first_place = table_->first_single_;
  const std::uint32_t count = grove->forest.size();
  grove->places.assign(count, kNone);
  grove->nodes.reserve(count);
  for (std::uint32_t node = 0; node < count; ++node) {
    const ObjectId id = grove->id(node);
    if (grove->forest.health(node) != NodeHealth::kGood) {
      sick_.push_back(id);
      continue;
    }
    const auto listed = static_cast<std::uint32_t>(grove->nodes.size());
    grove->nodes.push_back(node);
    ++table_->first_single_;
    if (add(id, grove->first_place + listed)) {
      grove->places[node] = listed;
    } else {
      grove->nodes.pop_back();
      --table_->first_single_;
    }
  }
  if (grove->nodes.size() == count) {
    std::vector<std::uint32_t>().swap(grove->nodes);
    std::vector<std::uint32_t>().swap(grove->places);
  }
}

// What is sick in one place may be healthy in another.
Status ForestTable::Builder::list_singles(const Repository& repository,
                                          const PackSessionOptions& options,
                                          const std::vector<ObjectHeader>& loose,
                                          std::vector<Unreadable>* unreadable) {
  auto session = repository.open_pack_session(options);
  if (!session) return std::move(session).error();
  for (const ObjectId& id : sick_) {
    auto header = session.value()->header(id);
    if (header) {
      add_single(header.value());
    } else {
      unreadable->push_back({id.hex(), header.error().message});
    }
  }
  for (const ObjectHeader& header : loose) add_single(header);
  std::erase_if(*unreadable, [&](const Unreadable& item) {
    const auto id = ObjectId::from_hex(item.what);
    return id && *place_of(*id) != IdSlots::kFree;
  });
  table_->singles_ = std::make_unique<ListedTable>(std::move(singles_));
  return ok_status();
}

void ForestTable::Builder::add_single(const ObjectHeader& header) {
  const auto place = table_->first_single_ + static_cast<std::uint32_t>(singles_.size());
  singles_.push_back(header);
  if (!add(header.id, place)) singles_.pop_back();
}

Result<std::shared_ptr<const ForestTable>> ForestTable::make(const Repository& repository,
                                                             unsigned threads,
                                                             const PackSessionOptions& options,
                                                             std::vector<Unreadable>* unreadable) {
  auto stored = repository.stored_objects(threads);
  if (!stored) return std::move(stored).error();
  *unreadable = std::move(stored->loose.unreadable);
  std::size_t most = stored->loose.objects.size();
  for (const PackFile* pack : stored->packs) most += pack->index.size();
  if (most >= kNone) {
    return unreadable_error("repository has more than four thousand million objects");
  }
  const auto table = std::make_shared<ForestTable>();
  for (const PackFile* pack : stored->packs) table->groves_.push_back(plant(*pack, threads));
  if (table->groves_.size() == 1 && table->groves_.front()->distinct &&
      stored->loose.objects.empty()) {
    // Nothing can be there twice.
    table->first_single_ = table->groves_.front()->forest.size();
    table->singles_ = std::make_unique<ListedTable>(std::vector<ObjectHeader>());
    return std::shared_ptr<const ForestTable>(table);
  }
  Builder builder(table.get(), most);
  for (const auto& grove : table->groves_) grove->first_place = kNone;  // none of it listed yet
  for (const auto& grove : table->groves_) builder.list_grove(grove.get());
  const Status listed =
      builder.list_singles(repository, options, stored->loose.objects, unreadable);
  if (!listed) return listed.error();
  if (!table->several_.empty()) table->several_.resize(table->size());
  return std::shared_ptr<const ForestTable>(table);
}

// The last grove that starts at or before `place`; of those that start there all but the last are
// empty.
const Grove& ForestTable::grove_of(std::uint32_t place) const {
  const auto next = std::upper_bound(
      groves_.begin(), groves_.end(), place,
      [](std::uint32_t wanted, const auto& grove) { return wanted < grove->first_place; });
  return **(next - 1);
}

ByteView ForestTable::raw_id(std::uint32_t place) const {
  if (place >= first_single_) return singles_->raw_id(place - first_single_);
  const Grove& grove = grove_of(place);
  return {grove.raw_id(grove.node(place)), grove.pack->index.id_size()};
}

ObjectHeader ForestTable::header(std::uint32_t place) const {
  if (place >= first_single_) return singles_->header(place - first_single_);
  const Grove& grove = grove_of(place);
  return grove.header(grove.node(place));
}

std::uint64_t ForestTable::total_size() const {
  std::uint64_t sum = singles_->total_size();
  for (const auto& grove : groves_) {
    if (grove->nodes.empty() && grove->places.empty()) {
      sum += grove->forest.size() == 0
                 ? 0
                 : grove->forest.end(grove->forest.size() - 1) - grove->forest.offset(0);
      continue;
    }
    for (const std::uint32_t node : grove->nodes) {
      sum += grove->forest.end(node) - grove->forest.offset(node);
    }
  }
  return sum;
}

// In the order of each pack's index, which is that of the ids.
void ForestTable::each_id(const IdVisit& visit) const {
  std::vector<std::uint32_t> nodes;  // by position
  for (const auto& grove : groves_) {
    const PackIndex& index = grove->pack->index;
    nodes.resize(index.size());
    for (std::uint32_t node = 0; node < grove->forest.size(); ++node) {
      nodes[grove->forest.position(node)] = node;
    }
    for (std::size_t position = 0; position < index.size(); ++position) {
      const std::uint32_t place = grove->place(nodes[position]);
      if (place != Grove::kCopy) visit(index.raw_id(position), place);
    }
  }
  singles_->each_id(
      [&](const void* raw_id, std::uint32_t place) { visit(raw_id, first_single_ + place); });
}

std::uint64_t ForestTable::memory() const {
  std::uint64_t sum = singles_->memory() + several_.capacity() / 8;
  for (const auto& grove : groves_) {
    sum += grove->forest.memory() +
           sizeof(std::uint32_t) * (grove->places.capacity() + grove->nodes.capacity());
  }
  return sum;
}

}  // namespace dragnet
