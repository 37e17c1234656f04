// Where an automaton was, so that it need not go the same way twice.
//
// A precheck reads on from its anchor, for some rules over kilobytes. Where anchors stand close to
// each other ("BEGIN" of a key again and again, and never its end) each of them would read the same
// bytes: the square of the reach. But a few dozen bytes after its anchor an automaton mostly is in
// the state that the one of the anchor before was in at that place, and from there on both go the
// same way. So states are noted at every 64th offset, with what became of that run.
//
// For one automaton over one text; offsets may come in any order. Answers are exact.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace dragnet {

class RunMemo {
 public:
  static constexpr std::uint64_t kStep = 64;

  // An automaton before the byte at `at`, or behind it where it reads backwards.
  struct Point {
    std::uint64_t at = 0;
    unsigned state = 0;
  };

  // Of another text from now on. Constant time.
  void clear() { first_ = next_; }

  // A run that has no end yet; its number.
  std::uint64_t begin() { return next_++; }

  // Where the run that was at `point` before came to, if that is still known; otherwise notes that
  // `run` was there. `point.at` is a multiple of kStep.
  std::optional<Point> join(const Point& point, std::uint64_t run);

  // What became of `run`: where it was decided, or how far it was allowed to read.
  void end(std::uint64_t run, const Point& fate);

 private:
  static constexpr std::size_t kSlots = 1024;
  struct Slot {
    Point point;
    std::uint64_t run = 0;  // 0: none
  };

  std::vector<Slot> seen_;   // by offset, the latest
  std::vector<Slot> fates_;  // by number, the latest
  std::uint64_t next_ = 1;
  std::uint64_t first_ = 1;  // runs before it were in other texts
};

// The memos of a worker, for all rules. Those that no run was long enough for take no memory.
class RunMemos {
 public:
  struct Pair {
    RunMemo forward;
    RunMemo backward;
  };

  explicit RunMemos(std::size_t rules) : pairs_(rules) {}

  // Of rule `index`, made when it is first asked for.
  Pair* of(std::size_t index);
  // Of another text from now on.
  void clear();

 private:
  std::vector<std::unique_ptr<Pair>> pairs_;
  std::vector<Pair*> used_;
};

}  // namespace dragnet
