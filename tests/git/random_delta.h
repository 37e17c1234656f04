// Deltas as git writes them, and as it never would.
#pragma once

#include <random>
#include <vector>

#include "base/bytes.h"
#include "base/delta_op.h"

namespace dragnet::test {

// Steps that make `target` from `base`: copies from anywhere where the bytes agree, of any size,
// next to inserts of what could have been copied.
std::vector<DeltaOp> random_delta(std::mt19937* random, ByteView base, ByteView target);

// What the steps make; for checking them.
ByteString apply_delta(ByteView base, ByteView target, const std::vector<DeltaOp>& ops);

}  // namespace dragnet::test
