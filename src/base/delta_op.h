// One step of how an object is made from another: bytes copied from the base, or new ones.
#pragma once

#include <cstdint>

namespace dragnet {

// Steps stand in target order, each starts where the one before ended, and together they make the
// whole target. None is empty. Copies that go on in both target and base are one step.
struct DeltaOp {
  static constexpr std::uint64_t kInsert = ~std::uint64_t{0};

  std::uint64_t target = 0;      // where the step's bytes stand in the target
  std::uint64_t size = 0;        // how many
  std::uint64_t base = kInsert;  // where they stand in the base; kInsert: not taken from it

  bool inserts() const { return base == kInsert; }
  std::uint64_t target_end() const { return target + size; }
  std::uint64_t base_end() const { return base + size; }
};

}  // namespace dragnet
