#include "pack/pack_headers.h"

#include <algorithm>
#include <limits>
#include <thread>
#include <utility>

#include "pack/delta.h"

namespace dragnet {
namespace {

constexpr std::size_t kFirstEntryOffset = 12;
// Two sizes of at most ten bytes each.
constexpr std::size_t kDeltaSizesBytes = 20;

// What claims a size that its bytes cannot make is not whole, and libgit2 would ask for as much
// memory: deflate makes at most 1,032 bytes of one, an instruction of a delta copies 16 MiB and is
// four bytes long.
constexpr std::uint64_t kMaxInflation = 1040;
constexpr std::uint64_t kMaxCopied = 4 << 20;

constexpr const char* kBaseElsewhere = "its delta base is not in the pack";

constexpr int kOffsetDelta = 6;
constexpr int kIdDelta = 7;

// How far before itself a delta's base starts.
std::optional<std::uint64_t> take_distance(ByteView* bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes->size(); ++i) {
    const auto byte = static_cast<unsigned char>((*bytes)[i]);
    if (i > 0) ++value;
    if (value > std::numeric_limits<std::uint64_t>::max() >> 8) return std::nullopt;
    value = value << 7 | (byte & 0x7fU);
    if ((byte & 0x80U) == 0) {
      bytes->remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

std::uint64_t saturating_add(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b
             ? std::numeric_limits<std::uint64_t>::max()
             : a + b;
}

}  // namespace

std::optional<PackHeaders::Entry> PackHeaders::entry(std::uint64_t offset, const char** reason) {
  if (offset < kFirstEntryOffset || offset >= pack_->bytes.size()) {
    *reason = "its offset lies outside of the pack";
    return std::nullopt;
  }
  ByteView bytes = pack_->bytes.substr(static_cast<std::size_t>(offset));
  const std::size_t before = bytes.size();
  const auto first = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  Entry entry;
  entry.stored_size = first & 15U;
  if ((first & 0x80U) != 0) {
    const auto size = take_size(&bytes, 4, entry.stored_size);
    if (!size) {
      *reason = "its size is damaged";
      return std::nullopt;
    }
    entry.stored_size = *size;
  }
  const int type = first >> 4 & 7;
  *reason = kBaseElsewhere;
  if (type == kOffsetDelta) {
    const auto distance = take_distance(&bytes);
    if (!distance || *distance == 0 || *distance > offset - kFirstEntryOffset) return std::nullopt;
    entry.delta = true;
    entry.base_offset = offset - *distance;
  } else if (type == kIdDelta) {
    if (bytes.size() < kRawIdSize) return std::nullopt;
    const auto position = pack_->index.find(bytes.data());
    const auto base = position ? pack_->index.offset(*position) : std::nullopt;
    if (!base) entry.base_id = bytes.data();
    bytes.remove_prefix(kRawIdSize);
    entry.delta = true;
    entry.base_offset = base.value_or(0);
  } else if (type >= 1 && type <= 4) {
    entry.type = static_cast<ObjectType>(type);
  } else {
    *reason = "its type is damaged";
    return std::nullopt;
  }
  if (entry.stored_size / kMaxInflation > bytes.size()) {
    *reason = "its size is damaged";
    return std::nullopt;
  }
  entry.data_offset = offset + (before - bytes.size());
  return entry;
}

std::optional<DeltaSizes> PackHeaders::delta_sizes(const Entry& entry) {
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
    const std::optional<Entry> entry = offset ? this->entry(*offset, &reason) : std::nullopt;
    if (!entry) return unreadable_error(reason);
    if (entry->base_id != nullptr) return unreadable_error(kBaseElsewhere);
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
  }
  return unreadable_error("its chain of deltas does not end");
}

Result<ObjectHeader> PackHeaders::header(std::size_t position) { return follow(position, true); }

Status PackHeaders::check_chain(std::size_t position) {
  auto followed = follow(position, false);
  if (!followed.ok()) return std::move(followed).error();
  return ok_status();
}

namespace {

// The pass over one pack. Objects are numbered in pack order.
class PackLister {
 public:
  PackLister(const PackFile& pack, std::vector<ObjectHeader>* objects)
      : pack_(pack), objects_(objects), first_(objects->size()) {}

  void sort_by_offset();
  // Reads the entries of numbers [from, to) themselves, without their bases.
  void read_entries(std::size_t from, std::size_t to,
                    std::vector<std::pair<std::size_t, const char*>>* failed);
  // Gives each delta the type of its chain's end, and fails those whose base has failed.
  void resolve();
  void run(unsigned threads);
  void finish(std::vector<Unreadable>* unreadable, std::vector<std::size_t>* bad);

 private:
  static constexpr std::uint32_t kNoBase = 0xffffffffU;  // resolved: whole, or type is known
  static constexpr std::uint32_t kFailed = 0xfffffffeU;
  static constexpr std::uint32_t kOnStack = 0xfffffffdU;

  ObjectHeader& object(std::size_t number) { return (*objects_)[first_ + number]; }
  std::uint32_t number_at(std::uint64_t offset) const;
  void settle(std::vector<std::uint32_t>* chain, std::uint32_t base);

  struct Place {
    std::uint64_t offset;
    std::uint32_t position;
  };

  const PackFile& pack_;
  std::vector<ObjectHeader>* objects_;
  std::size_t first_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> base_;   // number of the base, or one of the constants
  std::vector<std::uint16_t> depth_;  // of the chain below a resolved object
  std::vector<std::pair<std::size_t, const char*>> failed_;
};

void PackLister::sort_by_offset() {
  const std::size_t count = pack_.index.size();
  places_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    // An offset that is not there becomes one outside of the pack.
    const std::uint64_t offset =
        pack_.index.offset(i).value_or(std::numeric_limits<std::uint64_t>::max());
    places_.push_back({offset, static_cast<std::uint32_t>(i)});
  }
  std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
    return std::pair(a.offset, a.position) < std::pair(b.offset, b.position);
  });
  objects_->resize(first_ + count);
  base_.assign(count, kNoBase);
  depth_.assign(count, 0);
}

std::uint32_t PackLister::number_at(std::uint64_t offset) const {
  const auto at = std::lower_bound(places_.begin(), places_.end(), offset,
                                   [](const Place& p, std::uint64_t o) { return p.offset < o; });
  if (at == places_.end() || at->offset != offset) return kFailed;
  return static_cast<std::uint32_t>(at - places_.begin());
}

void PackLister::read_entries(std::size_t from, std::size_t to,
                              std::vector<std::pair<std::size_t, const char*>>* failed) {
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
    if (entry) {
      const auto sizes = headers.delta_sizes(*entry);
      if (sizes) {
        header.size = sizes->result;
        header.read_cost =
            saturating_add(sizes->result, saturating_add(sizes->base, entry->stored_size));
        base_[i] = entry->base_id != nullptr ? kFailed : number_at(entry->base_offset);
        if (base_[i] == kFailed) reason = kBaseElsewhere;
      } else {
        base_[i] = kFailed;
        reason = "its delta is damaged";
      }
    } else {
      base_[i] = kFailed;
    }
    if (base_[i] == kFailed) failed->emplace_back(i, reason);
  }
}

void PackLister::run(unsigned threads) {
  sort_by_offset();
  const std::size_t count = places_.size();
  // Below this a thread costs more than it saves.
  constexpr std::size_t kWorthAThread = 20000;
  const std::size_t parts =
      std::clamp<std::size_t>(count / kWorthAThread, 1, std::max(threads, 1U));
  std::vector<std::vector<std::pair<std::size_t, const char*>>> failed(parts);
  {
    std::vector<std::jthread> workers;
    for (std::size_t part = 1; part < parts; ++part) {
      workers.emplace_back([this, part, parts, count, &failed] {
        read_entries(count * part / parts, count * (part + 1) / parts, &failed[part]);
      });
    }
    read_entries(0, count / parts, &failed[0]);
  }
  for (const auto& part : failed) failed_.insert(failed_.end(), part.begin(), part.end());
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
    } else if (depth_[base] >= kMaxDeltaChain) {
      reason = "its chain of deltas is too long";
    }
    if (reason != nullptr) {
      base_[number] = kFailed;
      failed_.emplace_back(number, reason);
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

void PackLister::finish(std::vector<Unreadable>* unreadable, std::vector<std::size_t>* bad) {
  if (failed_.empty()) return;
  std::sort(failed_.begin(), failed_.end());
  for (const auto& [number, reason] : failed_) {
    unreadable->push_back({object(number).id.hex(), reason});
    bad->push_back(places_[number].position);
  }
  std::sort(bad->begin(), bad->end());
  std::size_t next = 0;
  std::size_t kept = first_;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (next < failed_.size() && failed_[next].first == i) {
      ++next;
    } else {
      (*objects_)[kept++] = object(i);
    }
  }
  objects_->resize(kept);
}

}  // namespace

void list_pack(const PackFile& pack, unsigned threads, std::vector<ObjectHeader>* objects,
               std::vector<Unreadable>* unreadable, std::vector<std::size_t>* bad) {
  PackLister lister(pack, objects);
  lister.run(threads);
  lister.finish(unreadable, bad);
}

}  // namespace dragnet
