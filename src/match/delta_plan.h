// Which part of a delta's result has to be looked at, and what its base already told.
//
// An anchor that ends at offset e of a text, at most `width` bytes wide and with one byte of
// context on each side, depends on the bytes [e - width - 1, e + 1). Where a copy brings all of
// them along, the anchor is in the target if and only if it is in the base: those ends are
// *carried*. All other ends are *fresh*: inserted bytes, the first width + 1 ends after a seam, and
// the end right before one. A text's own start and end are context too: a copy of the base's first
// bytes to the target's start, or of its last bytes to the target's end, has no seam there.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/delta_op.h"

namespace dragnet {

// Ends [first, last] of anchors; both included.
struct EndRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// Ends that one copy carries, in the target's offsets.
struct CarriedRange {
  EndRange ends;
  DeltaOp op;
  bool from_start = false;  // the copy starts at the start of both texts
  bool to_end = false;      // it ends at the end of both

  // Whether everything that an anchor's verdict depends on came along: `behind` bytes before its
  // end, `ahead` after it, and one byte of context to each side.
  bool covers(std::uint64_t end, std::uint64_t behind, std::uint64_t ahead) const {
    const std::uint64_t before = end - op.target;
    const std::uint64_t after = op.target_end() - end;
    return (from_start || before > behind) && (to_end || after > ahead);
  }
  // The anchor's end in the base.
  std::uint64_t in_base(std::uint64_t end) const { return end - op.target + op.base; }
};

struct DeltaPlan {
  std::uint64_t size = 0;             // of the target
  std::vector<CarriedRange> carried;  // by target offset
  std::vector<EndRange> fresh;        // likewise; together they are all ends from 1 to the size
};

// Replaces `*plan`. `ops` make a target of `target_size` bytes from a base of `base_size`.
void plan_delta(std::span<const DeltaOp> ops, std::uint64_t base_size, std::uint64_t target_size,
                std::uint64_t width, DeltaPlan* plan);

}  // namespace dragnet
