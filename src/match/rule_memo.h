// Where an automaton was, so that it need not go the same way twice.
//
// A precheck reads on from its anchor, for some rules over kilobytes. Where anchors stand close to
// each other ("BEGIN" of a key again and again, and never its end) each of them would read the same
// bytes: the square of the reach. But a few dozen bytes after its anchor an automaton mostly is in
// the state that the one of the anchor before was in at that place, and from there on both go the
// same way. So states are noted at every 16th offset, with what became of that run.
//
// In the same way it is remembered which matches start where, and where none does: all anchors
// within a rule's reach ask for that.
//
// Answers are exact: what is remembered saves time and changes nothing. One thread at a time.
#pragma once

#include <algorithm>
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

// Of one rule's matches in one text, by where they start.
class StartMemo {
 public:
  struct Match {
    std::uint64_t start = 0, end = 0;
    std::uint64_t secret_start = 0, secret_end = 0;
  };

  // Of another text from now on. Constant time.
  void clear() {
    ++text_;
    barren_from_ = barren_to_ = 0;
  }

  // The match that starts at `start`. Null where it is not known. Valid until the next `note`.
  const Match* find(std::uint64_t start) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[start % kSlots];
    return slot.text == text_ && slot.match.start == start ? &slot.match : nullptr;
  }
  void note(const Match& match) {
    if (slots_.empty()) slots_.resize(kSlots);
    slots_[match.start % kSlots] = {text_, match};
  }

  // The first place from `start` on where a match may start, by what was noted.
  std::uint64_t skip(std::uint64_t start) const {
    return start >= barren_from_ && start < barren_to_ ? barren_to_ : start;
  }
  // No match starts in [from, to).
  void note_barren(std::uint64_t from, std::uint64_t to) {
    if (from >= to) return;
    if (from < barren_from_ || from > barren_to_) barren_from_ = barren_to_ = from;
    barren_to_ = std::max(barren_to_, to);
  }

 private:
  // Matches mostly stand at even distances: a prime has room for all of them.
  static constexpr std::size_t kSlots = 127;
  struct Slot {
    std::uint64_t text = 0;  // 0: none
    Match match;
  };

  std::vector<Slot> slots_;  // the latest
  std::uint64_t text_ = 1;
  std::uint64_t barren_from_ = 0, barren_to_ = 0;
};

// What confirm remembers of one rule's anchors in one text.
struct RuleMemo {
  RunMemo forward;
  RunMemo backward;
  StartMemo starts;
  bool out_of_steps = false;  // our own matcher was, so RE2 is asked at once
  std::uint64_t text = 0;     // number of the text

  void clear() {
    forward.clear();
    backward.clear();
    starts.clear();
    out_of_steps = false;
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

  // Null where nothing is remembered.
  RuleMemo* get() const { return memos_ == nullptr ? nullptr : memos_->of(rule_); }

 private:
  RuleMemos* memos_ = nullptr;
  std::size_t rule_ = 0;
};

}  // namespace dragnet
