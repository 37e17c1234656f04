// A pack of random delta trees: any shape, any order, deltas by offset and by id, encoded in ways
// that git would not choose, with the bytes that every object must have.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "pack/delta_forest.h"
#include "pack/made_delta.h"
#include "pack/made_pack.h"
#include "pack/pack_index.h"
#include "support/temporary_folder.h"

namespace dragnet::test_support {

enum class Shape { kBush, kChains, kStar, kManyRoots };

// How far before itself a delta's base starts, as entries say it.
inline std::string delta_distance(std::uint64_t value) {
  std::string out(1, static_cast<char>(value & 127));
  while ((value >>= 7) != 0) out.insert(0, 1, static_cast<char>(0x80 | (--value & 127)));
  return out;
}

class MadeForest {
 public:
  static constexpr std::size_t kNoBase = ~std::size_t{0};

  // `in_order`: bases come before their deltas.
  MadeForest(std::uint32_t seed, std::size_t count, Shape shape, bool in_order) : random_(seed) {
    for (std::size_t i = 0; i < count; ++i) add_object(shape);
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (!in_order) std::shuffle(order.begin(), order.end(), random_);
    MadePack made;
    for (const std::size_t i : order) add_entry(i, &made);
    made.write(folder_.root());
  }

  // Opens the pack, with the bytes changed as `damaged` says: offsets in the pack, and what is
  // xored to them.
  void open(const std::map<std::uint64_t, unsigned char>& damaged = {}) {
    const std::string path = folder_.path("pack-made.pack");
    std::string bytes = read_bytes(path);
    for (const auto& [offset, mask] : damaged) bytes[offset] ^= static_cast<char>(mask);
    write_bytes(path, bytes);
    auto opened = open_pack(folder_.path("pack-made.idx"));
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    pack_ = std::make_unique<PackFile>(std::move(opened).value());
    forest_ = DeltaForest::build(*pack_, 2);
    ASSERT_EQ(forest_.size(), bytes_.size());
    for (std::uint32_t node = 0; node < forest_.size(); ++node) {
      objects_.push_back(numbers_.at(pack_->index.id(forest_.position(node))));
    }
  }

  const PackFile& pack() const { return *pack_; }
  const DeltaForest& forest() const { return forest_; }
  std::size_t size() const { return bytes_.size(); }
  // What the node's object must be, by its number; and that of its base.
  std::size_t object(std::uint32_t node) const { return objects_[node]; }
  const std::string& bytes(std::size_t object) const { return bytes_[object]; }
  std::size_t base(std::size_t object) const { return base_[object]; }
  // Where the object's entry starts in the pack, its deflated data, and the next entry.
  struct Place {
    std::uint64_t start = 0, data = 0, end = 0;
  };
  const Place& place(std::size_t object) const { return places_[object]; }
  std::mt19937* random() { return &random_; }
  std::size_t below(std::size_t n) { return random_() % n; }

 private:
  void add_object(Shape shape) {
    const std::size_t own = bytes_.size();
    std::size_t base = kNoBase;
    if (own > 0 && below(shape == Shape::kManyRoots ? 2 : 60) != 0) {
      base = shape == Shape::kChains ? own - 1 - below(std::min<std::size_t>(own, 2))
             : shape == Shape::kStar ? below(std::min<std::size_t>(own, 3))
                                     : below(own);
    }
    ObjectId id;
    id.size = kSha1Size;
    for (std::size_t i = 0; i < kSha1Size; ++i) id.bytes[i] = static_cast<std::uint8_t>(random_());
    std::string stored;
    std::string bytes;
    if (base == kNoBase) {
      bytes.resize(below(8) == 0 ? below(30000) : below(500));
      for (char& c : bytes) c = static_cast<char>(random_());
      stored = bytes;
    } else {
      const std::string& from = bytes_[base];
      std::string instructions;
      if (!from.empty() && from.size() < 40000 && below(4) != 0) {
        instructions = copy_instruction(0, from.size(), below(2) == 0);
      }
      instructions += random_instructions(&random_, from.size(), 6);
      bytes = *slow_apply(from, instructions);
      stored = delta_size(from.size()) + delta_size(bytes.size()) + instructions;
    }
    numbers_[id] = own;
    ids_.push_back(id);
    base_.push_back(base);
    bytes_.push_back(std::move(bytes));
    stored_.push_back(std::move(stored));
    places_.emplace_back();
  }

  void add_entry(std::size_t object, MadePack* made) {
    Place& place = places_[object];
    place.start = made->next_offset();
    const std::size_t base = base_[object];
    if (base == kNoBase) {
      made->add(ids_[object], 1 + static_cast<int>(object % 4), "", stored_[object]);
    } else if (places_[base].end != 0 && below(3) != 0) {
      made->add(ids_[object], MadePack::kOffsetDelta,
                delta_distance(place.start - places_[base].start), stored_[object]);
    } else {
      const auto& raw = ids_[base].bytes;
      made->add(ids_[object], MadePack::kIdDelta, {raw.begin(), raw.begin() + kSha1Size},
                stored_[object]);
    }
    place.end = made->next_offset();
    place.data = place.end - stored_zlib(stored_[object]).size();
  }

  TemporaryFolder folder_;
  std::mt19937 random_;
  std::vector<ObjectId> ids_;
  std::map<ObjectId, std::size_t> numbers_;
  std::vector<std::size_t> base_;
  std::vector<std::string> bytes_;
  std::vector<std::string> stored_;  // object or delta, inflated
  std::vector<Place> places_;
  std::unique_ptr<PackFile> pack_;
  DeltaForest forest_;
  std::vector<std::size_t> objects_;  // by node
};

}  // namespace dragnet::test_support
