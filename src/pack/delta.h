// Deltas: an object as copies from another one and new bytes.
//
// A delta is the size of its base and of its result (7 bits a byte, lowest first), then
// instructions. A byte with the top bit set copies: its lower four bits say which bytes of the
// offset follow, the next three which of the size; a size of 0 means 65,536. Any other byte but 0
// is a count of new bytes that follow it. Source: gitformat-pack(5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/delta_op.h"

namespace dragnet {

// Takes a number of 7 bits a byte from the front of `bytes`, its bits shifted by `shift` and put to
// those of `value`. Nothing where it is cut off or does not fit 64 bits.
std::optional<std::uint64_t> take_size(ByteView* bytes, unsigned shift = 0,
                                       std::uint64_t value = 0);

struct DeltaSizes {
  std::uint64_t base = 0;
  std::uint64_t result = 0;
};

// Takes both sizes from the front of `delta`. Nothing where they are damaged, or where the result
// is more than instructions of this length can make.
std::optional<DeltaSizes> take_delta_sizes(ByteView* delta);

// Carries out `instructions` (a delta without its sizes) on `base` and fills out[0, size) exactly.
// `ops`, where given, is replaced by the steps taken. False where the instructions reach outside of
// base or result, or make another size; `out` and `ops` are then of no use.
[[nodiscard]] bool apply_delta(ByteView base, ByteView instructions, char* out, std::size_t size,
                               std::vector<DeltaOp>* ops);

}  // namespace dragnet
