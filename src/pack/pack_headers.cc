#include "pack/pack_headers.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "pack/delta.h"
#include "pack/pack_order.h"

namespace dragnet {
namespace {

// Two sizes of at most ten bytes each.
constexpr std::size_t kDeltaSizesBytes = 20;

// An instruction of a delta copies at most 16 MiB and is four bytes long then.
constexpr std::uint64_t kMaxCopied = 4 << 20;

constexpr const char* kBaseMissing = "its delta base is not in the pack";

}  // namespace

std::optional<PackEntry> PackHeaders::entry(std::uint64_t offset, const char** reason) {
  auto entry = parse_pack_entry(pack_->bytes, offset, pack_->index.id_size(), reason);
  if (!entry || entry->base_id.empty()) return entry;
  const auto position = pack_->index.find(entry->base_id.data());
  const auto base = position ? pack_->index.offset(*position) : std::nullopt;
  if (base) entry->base_offset = *base;
  return entry;
}

std::optional<DeltaSizes> PackHeaders::delta_sizes(const PackEntry& entry) {
  char start[kDeltaSizesBytes];
  const std::size_t wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(sizeof start, entry.stored_size));
  const ByteView deflated = pack_->bytes.substr(static_cast<std::size_t>(entry.data_offset));
  const PrefixInflater::Outcome outcome = inflater_.inflate(deflated, start, wanted);
  if (outcome.damaged || outcome.produced < wanted) return std::nullopt;
  ByteView bytes(start, wanted);
  const auto base = take_size(&bytes);
  if (!base) return std::nullopt;
  const auto result = take_size(&bytes);
  if (!result || *result / kMaxCopied > entry.stored_size) return std::nullopt;
  return DeltaSizes{*base, *result};
}

Result<ObjectHeader> PackHeaders::follow(std::size_t position, bool with_sizes) {
  ObjectHeader header;
  header.id = pack_->index.id(position);
  std::optional<std::uint64_t> offset = pack_->index.offset(position);
  const char* reason = "its offset lies outside of the pack";
  for (std::uint32_t depth = 0; depth <= kMaxDeltaChain; ++depth) {
    const std::optional<PackEntry> entry = offset ? this->entry(*offset, &reason) : std::nullopt;
    if (!entry) return unreadable_error(reason);
    DeltaSizes sizes{0, entry->stored_size};
    if (entry->delta && with_sizes) {
      const auto read = delta_sizes(*entry);
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
    offset = entry->base_offset;
    if (*offset == 0) return unreadable_error(kBaseMissing);
  }
  return unreadable_error("its chain of deltas does not end");
}

Result<ObjectHeader> PackHeaders::header(std::size_t position) { return follow(position, true); }

Status PackHeaders::check_chain(std::size_t position) {
  auto followed = follow(position, false);
  if (!followed.ok()) return std::move(followed).error();
  return ok_status();
}

std::optional<PackHeaders::Tail> PackHeaders::tail(std::uint64_t offset) {
  struct Step {
    std::uint64_t offset;
    std::uint64_t cost;
  };
  std::vector<Step> steps;
  Tail found;
  while (true) {
    if (const auto known = tails_.find(offset); known != tails_.end()) {
      found = known->second;
      break;
    }
    const char* reason = nullptr;
    const auto entry = this->entry(offset, &reason);
    if (!entry || steps.size() > kMaxDeltaChain) return std::nullopt;
    if (!entry->delta) {
      found = {entry->type, entry->stored_size, 0};
      tails_.emplace(offset, found);
      break;
    }
    const auto sizes = delta_sizes(*entry);
    if (!sizes || entry->base_offset == 0) return std::nullopt;
    steps.push_back(
        {offset, saturating_add(sizes->result, saturating_add(sizes->base, entry->stored_size))});
    offset = entry->base_offset;
  }
  for (; !steps.empty(); steps.pop_back()) {
    if (++found.depth > kMaxDeltaChain) return std::nullopt;
    found.read_cost = std::max(found.read_cost, steps.back().cost);
    tails_.emplace(steps.back().offset, found);
  }
  return found;
}

namespace {

// What was found out about some of the entries; a part each for threads.
struct Findings {
  std::vector<std::pair<std::size_t, const char*>> failed;
  std::vector<std::pair<std::size_t, ObjectId>> outside;  // whose base is not in the pack
};

// The pass over one pack. Objects are numbered in pack order.
class PackLister {
 public:
  PackLister(const PackFile& pack, std::vector<ObjectHeader>* objects)
      : pack_(pack), objects_(objects), first_(objects->size()) {}

  void run(unsigned threads);
  void finish(const PackListing& listing);

 private:
  static constexpr std::uint32_t kNoBase = 0xffffffffU;  // resolved: whole, or type is known
  static constexpr std::uint32_t kFailed = 0xfffffffeU;
  static constexpr std::uint32_t kOutside = 0xfffffffdU;  // its chain leaves the pack
  static constexpr std::uint32_t kOnStack = 0xfffffffcU;

  ObjectHeader& object(std::size_t number) { return (*objects_)[first_ + number]; }
  std::uint32_t number_at(std::uint64_t offset) const;
  void sort_by_offset();
  // Reads the entries of numbers [from, to) themselves, without their bases.
  void read_entries(std::size_t from, std::size_t to, Findings* findings);
  const char* read_delta(std::size_t number, const PackEntry& entry, PackHeaders* headers,
                         Findings* findings);
  // Gives each delta the type of its chain's end, and fails those whose base has failed.
  void resolve();
  void settle(std::vector<std::uint32_t>* chain, std::uint32_t base);

  const PackFile& pack_;
  std::vector<ObjectHeader>* objects_;
  std::size_t first_;
  std::vector<PackEntryPlace> places_;
  std::vector<std::uint32_t> base_;   // number of the base, or one of the constants
  std::vector<std::uint16_t> depth_;  // of the chain below a resolved object
  Findings found_;
};

void PackLister::sort_by_offset() {
  const std::size_t count = pack_.index.size();
  places_ = places_in_pack_order(pack_.index);
  objects_->resize(first_ + count);
  base_.assign(count, kNoBase);
  depth_.assign(count, 0);
}

std::uint32_t PackLister::number_at(std::uint64_t offset) const {
  const auto at =
      std::lower_bound(places_.begin(), places_.end(), offset,
                       [](const PackEntryPlace& p, std::uint64_t o) { return p.offset < o; });
  if (at == places_.end() || at->offset != offset) return kFailed;
  return static_cast<std::uint32_t>(at - places_.begin());
}

// Why the delta cannot be read, or null.
const char* PackLister::read_delta(std::size_t number, const PackEntry& entry, PackHeaders* headers,
                                   Findings* findings) {
  const auto sizes = headers->delta_sizes(entry);
  if (!sizes) return "its delta is damaged";
  ObjectHeader& header = object(number);
  header.size = sizes->result;
  header.read_cost = saturating_add(sizes->result, saturating_add(sizes->base, entry.stored_size));
  if (!entry.base_id.empty() && entry.base_offset == 0) {
    base_[number] = kOutside;
    findings->outside.emplace_back(number,
                                   ObjectId::from_raw(entry.base_id.data(), entry.base_id.size()));
    return nullptr;
  }
  base_[number] = number_at(entry.base_offset);
  if (base_[number] == kFailed && !pack_.own_index) {
    const auto tail = headers->tail(entry.base_offset);
    if (!tail || tail->depth >= kMaxDeltaChain) return kBaseMissing;
    header.type = tail->type;
    header.read_cost = std::max(header.read_cost, tail->read_cost);
    depth_[number] = static_cast<std::uint16_t>(tail->depth + 1);
    base_[number] = kNoBase;
  }
  return base_[number] == kFailed ? kBaseMissing : nullptr;
}

void PackLister::read_entries(std::size_t from, std::size_t to, Findings* findings) {
  PackHeaders headers(pack_);
  for (std::size_t i = from; i < to; ++i) {
    ObjectHeader& header = object(i);
    header.id = pack_.index.id(places_[i].position);
    const char* reason = nullptr;
    const auto entry = headers.entry(places_[i].offset, &reason);
    if (entry && !entry->delta) {
      header.type = entry->type;
      header.size = entry->stored_size;
      header.read_cost = entry->stored_size;
      continue;
    }
    if (entry) reason = read_delta(i, *entry, &headers, findings);
    if (reason == nullptr) continue;
    base_[i] = kFailed;
    findings->failed.emplace_back(i, reason);
  }
}

void PackLister::run(unsigned threads) {
  sort_by_offset();
  const std::size_t count = places_.size();
  const std::size_t parts = threads_worth(count, threads);
  std::vector<Findings> findings(parts);
  {
    std::vector<std::jthread> workers;
    for (std::size_t part = 1; part < parts; ++part) {
      workers.emplace_back([this, part, parts, count, &findings] {
        read_entries(count * part / parts, count * (part + 1) / parts, &findings[part]);
      });
    }
    read_entries(0, count / parts, &findings[0]);
  }
  for (const Findings& part : findings) {
    found_.failed.insert(found_.failed.end(), part.failed.begin(), part.failed.end());
    found_.outside.insert(found_.outside.end(), part.outside.begin(), part.outside.end());
  }
  resolve();
}

// `chain` runs from a delta down to the last object before `base`, which is resolved or failed, or
// (kOnStack) part of the chain itself.
void PackLister::settle(std::vector<std::uint32_t>* chain, std::uint32_t base) {
  while (!chain->empty()) {
    const std::uint32_t number = chain->back();
    chain->pop_back();
    const char* reason = nullptr;
    if (base == kOnStack) {
      reason = "its chain of deltas does not end";
    } else if (base_[base] == kFailed) {
      reason = "its delta base cannot be read";
    } else if (base_[base] == kOutside) {
      found_.outside.emplace_back(number, object(base).id);
      base_[number] = kOutside;
      base = number;
      continue;
    } else if (depth_[base] >= kMaxDeltaChain) {
      reason = "its chain of deltas is too long";
    }
    if (reason != nullptr) {
      base_[number] = kFailed;
      found_.failed.emplace_back(number, reason);
    } else {
      object(number).type = object(base).type;
      object(number).read_cost = std::max(object(number).read_cost, object(base).read_cost);
      base_[number] = kNoBase;
      depth_[number] = static_cast<std::uint16_t>(depth_[base] + 1);
    }
    base = number;
  }
}

void PackLister::resolve() {
  std::vector<std::uint32_t> chain;
  for (std::size_t i = 0; i < base_.size(); ++i) {
    std::uint32_t number = static_cast<std::uint32_t>(i);
    while (base_[number] < kOnStack) {
      chain.push_back(number);
      number = std::exchange(base_[number], kOnStack);
    }
    settle(&chain, base_[number] == kOnStack ? kOnStack : number);
  }
}

void PackLister::finish(const PackListing& listing) {
  if (found_.failed.empty() && found_.outside.empty()) return;
  std::sort(found_.failed.begin(), found_.failed.end());
  std::sort(found_.outside.begin(), found_.outside.end());
  std::vector<bool> left_out(places_.size());
  for (const auto& [number, reason] : found_.failed) {
    left_out[number] = true;
    listing.unreadable->push_back({object(number).id.hex(), reason});
  }
  for (const auto& [number, base] : found_.outside) {
    left_out[number] = true;
    listing.thin->push_back({object(number), base});
  }
  std::size_t kept = first_;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (left_out[i]) {
      listing.bad->push_back(places_[i].position);
    } else {
      (*objects_)[kept++] = object(i);
    }
  }
  objects_->resize(kept);
  std::sort(listing.bad->begin(), listing.bad->end());
}

}  // namespace

void list_pack(const PackFile& pack, unsigned threads, const PackListing& listing) {
  PackLister lister(pack, listing.objects);
  lister.run(threads);
  lister.finish(listing);
}

}  // namespace dragnet
