// Where each object stands in a listing: a table that is built once and asked millions of times.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "pack/big_endian.h"
#include "pack/object_listing.h"

namespace dragnet {

// A slot has the place and 32 bits that are made of the id's first 64: open addressing
// at half load or less, one cache miss a question. Ids lie in the order of their first bits, so
// that a table is built from a pack's index, which is sorted, front to back. Ids that a slot could
// mix up are told apart when the table is built, so what is there is always found at its place. An
// id that is not there is taken for one that is once in 10^9 questions. Read-only after
// construction, so that any number of threads may ask; the object table must outlive it.
class ObjectPlaces {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  ObjectPlaces() : slots_(2, kFree) {}
  explicit ObjectPlaces(const ObjectTable* objects);

  // The place of the object whose id starts at `raw_id`, or kNone.
  std::uint32_t find(const void* raw_id) const {
    const std::uint64_t key = key_of(raw_id);
    const std::uint64_t tag = tag_of(key);
    for (std::size_t at = slot_of(key); slots_[at] != kFree; at = (at + 1) & (slots_.size() - 1)) {
      if ((slots_[at] ^ tag) >> 32 != 0) continue;
      const auto place = static_cast<std::uint32_t>(slots_[at]);
      return place == kNone ? find_alike(raw_id) : place;
    }
    return kNone;
  }
  // Brings what `find` will read closer: worth it where many ids are asked for one after another.
  void prefetch(const void* raw_id) const { __builtin_prefetch(&slots_[slot_of(key_of(raw_id))]); }
  bool contains(const void* raw_id) const { return find(raw_id) != kNone; }

  std::uint32_t size() const { return objects_ == nullptr ? 0 : objects_->size(); }
  ObjectId id(std::uint32_t place) const { return objects_->id(place); }
  ByteView raw_id(std::uint32_t place) const { return objects_->raw_id(place); }

  // Bytes that a table of `count` objects takes.
  static std::uint64_t memory(std::uint64_t count) {
    return sizeof(std::uint64_t) << slot_bits(count);
  }

 private:
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};

  // At least twice as many slots as ids.
  static int slot_bits(std::uint64_t count) {
    return static_cast<int>(std::bit_width(2 * count | 15));
  }
  static std::uint64_t key_of(const void* raw_id) {
    return load_big64(static_cast<const char*>(raw_id));
  }
  std::size_t slot_of(std::uint64_t key) const { return static_cast<std::size_t>(key >> shift_); }
  // The upper 32 bits of a slot.
  static std::uint64_t tag_of(std::uint64_t key) {
    const std::uint64_t tag = key * 0x9E3779B97F4A7C15 >> 32 << 32;
    // No slot may look free: the tag of all ones is another's.
    return tag >> 32 == 0xffffffff ? tag ^ (std::uint64_t{1} << 32) : tag;
  }
  std::uint32_t find_alike(const void* raw_id) const;

  void add(const void* raw_id, std::uint32_t place);

  const ObjectTable* objects_ = nullptr;
  std::vector<std::uint64_t> slots_;  // tag, place; place kNone: several ids, see alike_
  int shift_ = 63;
  std::unordered_map<ByteString, std::uint32_t> alike_;
};

}  // namespace dragnet
