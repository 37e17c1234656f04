// Object ids as small numbers, and the blobs that hold secrets.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/object_id.h"
#include "git/object_places.h"
#include "git/provenance.h"

namespace dragnet::provenance {

inline constexpr std::uint32_t kNone = 0xFFFFFFFF;

// Numbers ids from 0 in the order they come, at 26 to 32 bytes an id, up to 67 million of them. All
// ids have the size of the first; one of another size is never in the table. Not thread safe.
class IdTable {
 public:
  IdTable();

  // The number of the id, new or not; kNone for a size that is not this table's and where the table
  // is full.
  std::uint32_t intern(ByteView raw) { return intern(raw, hash(raw)); }
  std::uint32_t intern(ByteView raw, std::uint64_t hash_of_raw);
  std::uint32_t intern(const ObjectId& id) { return intern(raw_view(id)); }
  // The number, or kNone.
  std::uint32_t find(ByteView raw) const;
  std::uint32_t find(const ObjectId& id) const { return find(raw_view(id)); }

  std::uint32_t size() const { return count_; }
  ByteView raw(std::uint32_t number) const;
  ObjectId id(std::uint32_t number) const;

  // The table uses bits 14 to 51.
  static std::uint64_t hash(ByteView raw);
  static ByteView raw_view(const ObjectId& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.size};
  }

 private:
  std::size_t first_slot(std::uint64_t hash) const {
    return static_cast<std::size_t>(hash >> 20) & (slots_.size() - 1);
  }
  std::size_t slot_of(ByteView raw, std::uint64_t hash_of_raw) const;
  static std::uint32_t tag_of(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash >> 14) << kNumberBits;
  }
  void grow();

  // A slot has a number, and bits of the hash so that an id is hardly ever compared with another.
  static constexpr int kNumberBits = 26;
  static constexpr std::uint32_t kTagMask = ~std::uint32_t{0} << kNumberBits;
  static constexpr std::uint32_t kMaxIds = (1U << kNumberBits) - 1;
  // Blocks, because a vector of this size would be held twice whenever it grows.
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::vector<std::uint32_t> slots_;  // number + 1 and tag, 0 is free; the size is a power of two
  std::uint32_t count_ = 0;
  std::size_t stride_ = 0;
};

// Numbers trees, for any number of threads: many tables, each with a lock of its own. Numbers are
// nearly dense.
class TreeNumbers {
 public:
  // What `places` has keeps its place as its number; null where there is no listing.
  explicit TreeNumbers(const ObjectPlaces* places)
      : places_(places), listed_(places == nullptr ? 0 : places->size()) {}

  // The number of the id, new or not; kNone where there are more than can be numbered. Thread safe.
  std::uint32_t number(ByteView raw);
  std::uint32_t number(const ObjectId& id) { return number(IdTable::raw_view(id)); }
  // Before many questions, so that they do not wait for memory one after another.
  void prefetch(ByteView raw) const {
    if (places_ != nullptr) places_->prefetch(raw.data());
  }

  // The first of `count` numbers from 1 on that nothing else has; 0 where they are used up. Thread
  // safe.
  std::uint32_t take_link_serials(std::uint32_t count) {
    const std::uint64_t first = next_serial_.fetch_add(count, std::memory_order_relaxed);
    return first + count <= kNone ? static_cast<std::uint32_t>(first) : 0;
  }

  // From here on nothing is added, and any thread may read.
  // One more than the largest number.
  std::uint32_t limit() const;
  ByteView raw(std::uint32_t number) const {
    if (number < listed_) return places_->raw_id(number);
    number -= listed_;
    return shards_[number % kShards].ids.raw(number / kShards);
  }
  ObjectId id(std::uint32_t number) const {
    if (number < listed_) return places_->id(number);
    number -= listed_;
    return shards_[number % kShards].ids.id(number / kShards);
  }

 private:
  static constexpr std::uint32_t kShards = 32;
  static constexpr int kShardShift = 59;  // of the hash
  struct alignas(64) Shard {
    std::mutex mutex;
    IdTable ids;
  };
  const ObjectPlaces* places_;
  std::uint32_t listed_;  // numbers below are places
  std::atomic<std::uint64_t> next_serial_ = 1;
  std::unique_ptr<Shard[]> shards_ = std::make_unique<Shard[]>(kShards);
};

// The blobs with findings, numbered in the order of their ids, and the secrets of each.
class HolderIndex {
 public:
  // `named`, which may be null, must outlive the index.
  HolderIndex(const SecretHolders& holders, const NamedHolders* named);

  // The holder's number, or kNone. Called for hundreds of millions of tree entries of which almost
  // none is a holder: one bit decides nearly all of them.
  std::uint32_t find(ByteView raw) const {
    std::uint32_t bit;
    if (raw.size() < sizeof bit) return kNone;
    std::memcpy(&bit, raw.data(), sizeof bit);
    bit &= mask_;
    if ((filter_[bit / 64] >> (bit % 64) & 1) == 0) return kNone;
    return ids_.find(raw);
  }

  // Whether the holder counts under some names only, and whether it counts under `name`.
  bool needs_name(std::uint32_t holder) const { return needs_name_[holder]; }
  bool counts(std::uint32_t holder, ByteView name) const {
    return !needs_name_[holder] || named_->may_count(name);
  }

  std::uint32_t size() const { return ids_.size(); }
  ObjectId id(std::uint32_t holder) const { return ids_.id(holder); }
  // Sorted, without repetition.
  std::span<const std::uint32_t> secrets(std::uint32_t holder) const {
    return {secrets_.data() + first_[holder], secrets_.data() + first_[holder + 1]};
  }
  // One more than the largest secret.
  std::uint32_t secret_limit() const { return secret_limit_; }

 private:
  IdTable ids_;
  std::vector<std::size_t> first_;
  std::vector<std::uint32_t> secrets_;
  const NamedHolders* named_;
  std::vector<bool> needs_name_;  // by number
  std::vector<std::uint64_t> filter_;
  std::uint32_t mask_ = 0;
  std::uint32_t secret_limit_ = 0;
};

}  // namespace dragnet::provenance
