// Which object ids are there: a set that is built once and asked millions of times.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "base/bytes.h"
#include "input/object_reader.h"

namespace dragnet {

// Keeps the first eight bytes of each id, which are uniformly distributed: open addressing at half
// load, 16 bytes an object. An id that is not there is taken for one that is once in 10^13
// questions. Read-only after construction, so that any number of threads may ask.
class IdSet {
 public:
  IdSet() : slots_(1) {}
  explicit IdSet(const std::vector<ObjectHeader>& objects) {
    std::size_t size = 16;
    while (size < objects.size() * 2) size *= 2;
    slots_.assign(size, 0);
    for (const ObjectHeader& object : objects) {
      const std::uint64_t key = key_of(object.id.bytes.data());
      std::size_t at = key & (slots_.size() - 1);
      while (slots_[at] != 0 && slots_[at] != key) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = key;
    }
  }

  bool contains(const void* raw_id) const {
    const std::uint64_t key = key_of(raw_id);
    std::size_t at = key & (slots_.size() - 1);
    while (slots_[at] != 0) {
      if (slots_[at] == key) return true;
      at = (at + 1) & (slots_.size() - 1);
    }
    return false;
  }

  // Bytes that a set of `count` ids takes at most.
  static std::uint64_t memory(std::uint64_t count) { return 32 * count + 128; }

 private:
  static std::uint64_t key_of(const void* raw_id) {
    std::uint64_t key;
    std::memcpy(&key, raw_id, sizeof key);
    return key == 0 ? 1 : key;
  }

  std::vector<std::uint64_t> slots_;
};

}  // namespace dragnet
