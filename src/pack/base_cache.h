// Recently read objects of packs, kept because their neighbours are often deltas of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/bytes.h"
#include "base/object_id.h"
#include "base/result.h"

namespace dragnet {

// An object's bytes, shared by whoever still reads them.
struct SharedObject {
  ObjectType type = ObjectType::kBlob;
  std::size_t size = 0;
  std::shared_ptr<char[]> data;
  ByteView bytes() const { return {data.get(), size}; }

  // `size` bytes, not zeroed; above `large` in a temporary file (io/scratch_mapping.h). Errors
  // (kTooLarge) where neither can be had.
  static Result<SharedObject> make(ObjectType type, std::uint64_t size, std::uint64_t large);
};

// Where an object is stored: the number of a pack, and the offset in it.
struct PackPlace {
  std::size_t pack = 0;
  std::uint64_t offset = 0;
  bool operator==(const PackPlace&) const = default;
};

// Drops what has not been asked for longest. Not thread safe.
class BaseCache {
 public:
  // Holds at most `bytes` of objects.
  explicit BaseCache(std::size_t bytes) : room_(bytes), largest_(bytes / 2) {}

  // The object stored at `place`, if it is still here.
  std::optional<SharedObject> find(const PackPlace& place);
  void add(const PackPlace& place, const SharedObject& object);

 private:
  struct Entry {
    PackPlace place;
    SharedObject object;
  };
  struct Hash {
    std::size_t operator()(const PackPlace& place) const {
      return static_cast<std::size_t>((place.offset ^ place.pack << 48) * 0x9E3779B97F4A7C15ULL);
    }
  };
  // What an entry takes beside its bytes, about.
  static constexpr std::size_t kEntryCost = 192;

  std::size_t room_;
  std::size_t largest_;       // what is larger is not kept
  std::list<Entry> entries_;  // the one asked for last is in front
  std::unordered_map<PackPlace, std::list<Entry>::iterator, Hash> by_place_;
};

}  // namespace dragnet
