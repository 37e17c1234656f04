// Where an automaton was, so that it need not go the same way twice.
//
// A precheck reads on from its anchor, for some rules over kilobytes. Where anchors stand close to
// each other ("BEGIN" of a key again and again, and never its end) each of them would read the same
// bytes: the square of the reach. But a few dozen bytes after its anchor an automaton mostly is in
// the state that the one of the anchor before was in at that place, and from there on both go the
// same way. So states are noted at every 16th offset, with what became of that run.
//
// In the same way the groups of matches that several anchors walk over are found once.
//
// Answers are exact: what is remembered saves time and changes nothing. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace dragnet {

// Of one automaton over one text; offsets may come in any order.
class RunMemo {
 public:
  static constexpr std::uint64_t kStep = 16;

  // An automaton before the byte at `at`, or behind it where it reads backwards.
  struct Point {
    std::uint64_t at = 0;
    unsigned state = 0;
  };

  // Of another text from now on. Constant time.
  void clear() { first_ = next_; }

  // A run that has no end yet; its number.
  std::uint64_t begin() { return next_++; }

  // Where the run that was at `point` before came to, if that is still known: `*run` then is that
  // run, which the caller may lead on. Otherwise notes that `*run` was there. `point.at` is a
  // multiple of kStep.
  std::optional<Point> join(const Point& point, std::uint64_t* run);

  // What became of `run`: where it was decided, or how far it was allowed to read.
  void end(std::uint64_t run, const Point& fate);

 private:
  static constexpr std::size_t kSlots = 4096;
  struct Slot {
    Point point;
    std::uint64_t run = 0;  // 0: none
  };

  std::vector<Slot> seen_;   // by offset and state, the latest
  std::vector<Slot> fates_;  // by number, the latest
  std::uint64_t next_ = 1;
  std::uint64_t first_ = 1;  // runs before it were in other texts
};

// What confirm remembers of one rule's anchors in one text.
struct RuleMemo {
  // Offsets of a match's groups' ends are found by backtracking; neighbouring anchors walk over the
  // same matches. What a match holds follows from its bounds.
  struct Found {
    std::uint64_t match_start = 0, match_end = 0;
    std::uint64_t start = 0, end = 0;
  };
  static constexpr std::size_t kFound = 64;

  RunMemo forward;
  RunMemo backward;
  std::vector<Found> found;  // by match start modulo kFound; ends of 0: none
  std::uint64_t text = 0;    // number of the text

  void clear() {
    forward.clear();
    backward.clear();
    found.clear();
  }
};

// The memos of a worker, for all rules. Those without an anchor so far take no memory.
class RuleMemos {
 public:
  explicit RuleMemos(std::size_t rules) : memos_(rules) {}

  // Of rule `index`, for this text.
  RuleMemo* of(std::size_t index);
  // Another text from now on. Constant time.
  void clear() { ++text_; }

 private:
  std::vector<std::unique_ptr<RuleMemo>> memos_;
  std::uint64_t text_ = 1;
};

// One rule's memo, made when it is needed: most anchors are done with before.
class MemoSlot {
 public:
  MemoSlot() = default;  // none
  MemoSlot(RuleMemos* memos, std::size_t rule) : memos_(memos), rule_(rule) {}

  bool any() const { return memos_ != nullptr; }
  // Null where nothing is remembered.
  RuleMemo* get() const { return memos_ == nullptr ? nullptr : memos_->of(rule_); }

 private:
  RuleMemos* memos_ = nullptr;
  std::size_t rule_ = 0;
};

}  // namespace dragnet
