#include "match/rule_memo.h"

namespace dragnet {

std::optional<RunMemo::Point> RunMemo::join(const Point& point, std::uint64_t* run) {
  if (seen_.empty()) {
    seen_.resize(kSlots);
    fates_.resize(kSlots);
  }
  // Runs in several states pass the same place in turn, and shall not push each other out: an odd
  // factor gives every state of a place a slot of its own.
  constexpr std::uint64_t kStateFactor = 1021;
  Slot& slot = seen_[(point.at / kStep + point.state * kStateFactor) % kSlots];
  if (slot.run >= first_ && slot.point.at == point.at && slot.point.state == point.state) {
    const Slot& fate = fates_[slot.run % kSlots];
    if (fate.run == slot.run) {
      *run = slot.run;
      return fate.point;
    }
  }
  slot = {point, *run};
  return std::nullopt;
}

void RunMemo::end(std::uint64_t run, const Point& fate) {
  if (!fates_.empty()) fates_[run % kSlots] = {fate, run};
}

RuleMemo* RuleMemos::of(std::size_t index) {
  if (index >= memos_.size()) return nullptr;
  auto& memo = memos_[index];
  if (!memo) memo = std::make_unique<RuleMemo>();
  if (memo->text != text_) {
    memo->clear();
    memo->text = text_;
  }
  return memo.get();
}

}  // namespace dragnet
