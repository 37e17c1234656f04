#include "git/provenance_ids.h"

#include <algorithm>

#include "base/hash.h"

namespace dragnet::provenance {

namespace {

constexpr std::uint32_t kBlockIds = 1 << 12;
constexpr std::size_t kFirstSlots = 1 << 8;
constexpr std::uint64_t kMinFilterBits = 1 << 12;
constexpr std::uint64_t kMaxFilterBits = std::uint64_t{1} << 27;
constexpr std::uint64_t kFilterBitsPerHolder = 64;

}  // namespace

IdTable::IdTable() : slots_(kFirstSlots) {}

// Ids are uniform already, but whoever makes a repository can choose them a little; the seed keeps
// him from choosing where they fall.
std::uint64_t IdTable::hash(ByteView raw) {
  const std::uint64_t seed = process_seed();
  std::uint64_t head = 0;
  std::uint64_t tail = 0;
  std::memcpy(&head, raw.data(), std::min(sizeof head, raw.size()));
  if (raw.size() >= 2 * sizeof tail) std::memcpy(&tail, raw.data() + sizeof tail, sizeof tail);
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15ULL;
  std::uint64_t mixed = (head ^ seed) * kOdd;
  mixed = (mixed ^ (mixed >> 32) ^ tail) * (seed | 1);
  return (mixed ^ (mixed >> 32)) * kOdd;
}

ByteView IdTable::raw(std::uint32_t number) const {
  return {blocks_[number / kBlockIds].get() + (number % kBlockIds) * stride_, stride_};
}

ObjectId IdTable::id(std::uint32_t number) const {
  return ObjectId::from_raw(raw(number).data(), stride_);
}

// The slot that has the id, or the free one where it would be.
std::size_t IdTable::slot_of(ByteView id, std::uint64_t hash_of_id) const {
  const std::uint32_t tag = tag_of(hash_of_id);
  std::size_t slot = first_slot(hash_of_id);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    if ((slots_[slot] & kTagMask) == tag && raw((slots_[slot] & ~kTagMask) - 1) == id) break;
  }
  return slot;
}

std::uint32_t IdTable::find(ByteView id) const {
  if (id.size() != stride_ || stride_ == 0) return kNone;
  const std::uint32_t found = slots_[slot_of(id, hash(id))];
  return found == 0 ? kNone : (found & ~kTagMask) - 1;
}

std::uint32_t IdTable::intern(ByteView id, std::uint64_t hash_of_id) {
  if (stride_ == 0) stride_ = id.size();
  if (id.size() != stride_ || stride_ == 0) return kNone;
  const std::size_t slot = slot_of(id, hash_of_id);
  if (slots_[slot] != 0) return (slots_[slot] & ~kTagMask) - 1;
  if (count_ == kMaxIds) return kNone;
  if (count_ % kBlockIds == 0) {
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlockIds * stride_));
  }
  std::memcpy(blocks_.back().get() + (count_ % kBlockIds) * stride_, id.data(), stride_);
  slots_[slot] = ++count_ | tag_of(hash_of_id);
  if (count_ > slots_.size() / 4 * 3) grow();
  return count_ - 1;
}

void IdTable::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (std::uint32_t number = 0; number < count_; ++number) {
    const std::uint64_t hash_of_id = hash(raw(number));
    std::size_t slot = first_slot(hash_of_id);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = (number + 1) | tag_of(hash_of_id);
  }
}

std::uint32_t TreeNumbers::number(ByteView raw) {
  if (places_ != nullptr) {
    const std::uint32_t listed = places_->find(raw.data());
    if (listed != ObjectPlaces::kNone) return listed;
  }
  const std::uint64_t hash = IdTable::hash(raw);
  const auto place = static_cast<std::uint32_t>(hash >> kShardShift);
  Shard& shard = shards_[place];
  std::uint32_t local = 0;
  {
    const std::scoped_lock lock(shard.mutex);
    local = shard.ids.intern(raw, hash);
  }
  const std::uint64_t number = std::uint64_t{local} * kShards + place + listed_;
  return local == kNone || number >= kNone ? kNone : static_cast<std::uint32_t>(number);
}

std::uint32_t TreeNumbers::limit() const {
  std::uint32_t largest = 0;
  for (std::uint32_t i = 0; i < kShards; ++i) largest = std::max(largest, shards_[i].ids.size());
  return listed_ + largest * kShards;
}

HolderIndex::HolderIndex(const SecretHolders& holders, const NamedHolders* named) : named_(named) {
  std::uint64_t bits = kMinFilterBits;
  while (bits < holders.size() * kFilterBitsPerHolder && bits < kMaxFilterBits) bits *= 2;
  filter_.assign(bits / 64, 0);
  mask_ = static_cast<std::uint32_t>(bits - 1);

  std::vector<const ObjectId*> sorted;
  sorted.reserve(holders.size());
  for (const auto& holder : holders) sorted.push_back(&holder.first);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return *a < *b; });
  for (const ObjectId* id : sorted) {
    if (ids_.intern(*id) == kNone) continue;
    std::uint32_t bit;
    std::memcpy(&bit, id->bytes.data(), sizeof bit);
    bit &= mask_;
    filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    needs_name_.push_back(named != nullptr && named->blobs.count(*id) != 0);
    first_.push_back(secrets_.size());
    const std::vector<std::uint32_t>& secrets = holders.at(*id);
    const auto begin = secrets_.insert(secrets_.end(), secrets.begin(), secrets.end());
    std::sort(begin, secrets_.end());
    secrets_.erase(std::unique(begin, secrets_.end()), secrets_.end());
    if (secrets_.size() > first_.back()) {
      secret_limit_ = std::max(secret_limit_, secrets_.back() + 1);
    }
  }
  first_.push_back(secrets_.size());
}

}  // namespace dragnet::provenance
