// Finds the numbers that stand for object ids, 8 to 16 bytes an id where a set of ids needs 60.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/object_id.h"

namespace dragnet {

// Open addressing at half load; ids themselves are the caller's. Not thread safe.
class IdSlots {
 public:
  static constexpr std::uint32_t kFree = ~std::uint32_t{0};

  // For `most` ids at most.
  explicit IdSlots(std::size_t most) {
    std::size_t size = 16;
    while (size < most * 2) size *= 2;
    slots_.assign(size, kFree);
  }

  // The slot with the number of `id`, or the free one to put it in. `id_of(number)` gives the id of
  // any number put in before.
  template <typename IdOf>
  std::uint32_t* find(const ObjectId& id, IdOf&& id_of) {
    std::size_t at = ObjectIdHash()(id) & (slots_.size() - 1);
    while (slots_[at] != kFree && id_of(slots_[at]) != id) at = (at + 1) & (slots_.size() - 1);
    return &slots_[at];
  }

 private:
  std::vector<std::uint32_t> slots_;
};

}  // namespace dragnet
