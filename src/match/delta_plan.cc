#include "match/delta_plan.h"

#include <algorithm>

namespace dragnet {

namespace {

// Where less is carried one window is the cheaper way: for anchors, whose windows have a margin on
// both sides, and for encoded text, which looks at what stands beside what changed.
constexpr std::uint64_t kLeastCarried = 96;

}  // namespace

void plan_delta(std::span<const DeltaOp> ops, std::uint64_t base_size, std::uint64_t target_size,
                std::uint64_t width, DeltaPlan* plan) {
  plan->size = target_size;
  plan->carried.clear();
  plan->fresh.clear();
  std::uint64_t next = 1;  // the first end that belongs to no range yet
  for (const DeltaOp& op : ops) {
    if (op.inserts()) continue;
    CarriedRange range;
    range.op = op;
    range.from_start = op.target == 0 && op.base == 0;
    range.to_end = op.target_end() == target_size && op.base_end() == base_size;
    range.ends.first = range.from_start ? 1 : op.target + width + 1;
    range.ends.last = op.target_end() - (range.to_end ? 0 : 1);
    if (range.ends.first + std::max(width + 2, kLeastCarried) > range.ends.last) continue;
    if (next < range.ends.first) plan->fresh.push_back({next, range.ends.first - 1});
    plan->carried.push_back(range);
    next = range.ends.last + 1;
  }
  if (next <= target_size) plan->fresh.push_back({next, target_size});
}

}  // namespace dragnet
