#include "match/run_memo.h"

namespace dragnet {

std::optional<RunMemo::Point> RunMemo::join(const Point& point, std::uint64_t run) {
  if (seen_.empty()) {
    seen_.resize(kSlots);
    fates_.resize(kSlots);
  }
  Slot& slot = seen_[point.at / kStep % kSlots];
  if (slot.run >= first_ && slot.point.at == point.at && slot.point.state == point.state) {
    const Slot& fate = fates_[slot.run % kSlots];
    if (fate.run == slot.run) return fate.point;
  }
  slot = {point, run};
  return std::nullopt;
}

void RunMemo::end(std::uint64_t run, const Point& fate) {
  if (!fates_.empty()) fates_[run % kSlots] = {fate, run};
}

RunMemos::Pair* RunMemos::of(std::size_t index) {
  if (index >= pairs_.size()) return nullptr;
  if (!pairs_[index]) {
    pairs_[index] = std::make_unique<Pair>();
    used_.push_back(pairs_[index].get());
  }
  return pairs_[index].get();
}

void RunMemos::clear() {
  for (Pair* pair : used_) {
    pair->forward.clear();
    pair->backward.clear();
  }
}

}  // namespace dragnet
