// A look at the bytes around an anchor, before its regex is matched.
//
// Most anchors stand where no match can: "secr" in prose. Two small automata, derived from the
// rule's regex, read on from the anchor's end, one forwards and one backwards over the anchor to
// where a match starts, and stop at the first byte that no match has there: some 20 ns where a
// regex takes hundreds. The check is necessary for a match, never sufficient: assertions are left
// out but for a word boundary at the regex's start, and where an automaton would have too many
// states it says yes.
//
// The first few bytes of it are read where Hyperscan reports the anchor (AnchorGlance), so that
// most hits are never stored. Nothing but those bytes may then say whether there is an anchor: a
// delta scan has no others. So some bytes after the anchor, which a match must have, are made part
// of it (the tail), as far as it stays as narrow as the widest one, and the glance stays within its
// width and one byte to each side.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "base/bytes.h"
#include "match/regex_ast.h"
#include "match/rule_memo.h"

namespace dragnet {

class Precheck {
 public:
  // Lets everything pass.
  Precheck() = default;

  // For a rule whose regex and anchor are these trees.
  static Precheck derive(const RegexNode& regex, const RegexNode& anchor);

  // False only where no match within text[from, to) has the anchor ending at `end`, in the part
  // that makes the anchor necessary; from <= end <= to <= text.size(). Reads bytes of that span
  // alone, and the one before it. `memo`, of earlier calls for this text, only saves time.
  bool passes(ByteView text, std::uint64_t from, std::uint64_t end, std::uint64_t to,
              const MemoSlot& memo = {}) const;

  // Least number of bytes of a match before the anchor's end, the anchor included; 0: not known.
  std::uint32_t least_before() const { return least_before_; }
  // And after it.
  std::uint32_t least_after() const { return least_after_; }

  // False only where no match starts at `at`, told by the byte there and the one before.
  bool may_start(ByteView text, std::uint64_t at) const {
    if (starts_.empty()) return true;
    if (at >= text.size()) return false;
    const auto traits = [&](std::uint64_t place) {
      return starts_[octet(classes_[octet(text[place])])];
    };
    return (traits(at) & kFirst) != 0 && (at == 0 || (traits(at - 1) & kFront) != 0);
  }

  // From now on the anchor's end is `tail` bytes later, at most `least_after()`.
  void set_tail(std::uint32_t tail);
  std::uint32_t tail() const { return tail_; }

  template <typename Archive>
  friend void fields(Archive& a, Precheck& precheck) {
    a(precheck.classes_), a(precheck.forward_), a(precheck.backward_);
    a(precheck.row_bits_), a(precheck.least_before_), a(precheck.least_after_);
    a(precheck.tail_), a(precheck.bounded_front_);
    a(precheck.refused_), a(precheck.nearest_), a(precheck.starts_);
    // Tables may come from a file: classes are looked up without a check.
    if (precheck.starts_.size() < 256 || precheck.classes_.size() < 256) precheck.starts_.clear();
    precheck.row_bits_ = std::min(precheck.row_bits_, kMostRowBits);
  }

 private:
  friend class AnchorGlance;

  template <bool kForward>
  RunMemo::Point read_on(ByteView text, RunMemo::Point point, std::uint64_t limit) const;
  template <bool kForward>
  RunMemo::Point run(ByteView text, std::uint64_t start, std::uint64_t limit,
                     const MemoSlot& memo) const;

  // Class of each byte, and per state and class what comes next: 0 no match, 1 maybe one, else two
  // more than a state's index. Without states: maybe.
  std::string classes_;
  std::string forward_;
  std::string backward_;
  // A state's row has 2^row_bits_ entries, of which the first ones are used, one for each class:
  // where it begins is asked for with every byte, and a multiplication takes longer.
  static constexpr std::uint32_t kMostRowBits = 8;
  std::uint32_t row_bits_ = 0;
  std::uint32_t least_before_ = 0;
  std::uint32_t least_after_ = 0;
  std::uint32_t tail_ = 0;
  // A match starts at a word's edge: the backward automaton reads one more byte, if there is one.
  bool bounded_front_ = false;
  // Of each class, a bit for each near place where it cannot stand: from the lowest one on those
  // after the anchor (without its tail), then those before its last `nearest_` bytes, which is
  // before the anchor where that has its least width; in both the nearest first.
  std::string refused_;
  std::uint32_t nearest_ = 0;
  // Of each class, whether a match can start with it, and whether it can stand before one. As many
  // as there are bytes, or none.
  static constexpr char kFirst = 1;
  static constexpr char kFront = 2;
  std::string starts_;
};

// The part of a precheck that depends on the anchor's own bytes and one to each side. It is asked a
// hundred times as often as anything else of a rule: the next bytes to both sides are looked up
// each for itself, all in one go without a branch, because none would be easy to foresee. That
// refuses most; the automata then see the rest.
class AnchorGlance {
 public:
  // Bytes looked up on each side: with more, or fewer, it is slower.
  static constexpr std::uint32_t kNear = 4;

  // Of a rule's precheck, which must outlive it and stay where it is; `width` is that of the widest
  // anchor.
  AnchorGlance(const Precheck& precheck, std::uint32_t width);

  // What it lets stand after the anchor (without its tail) with `distance` bytes between, and
  // before its last `nearest()` bytes; `distance` is less than kNear.
  ByteSet after(std::uint32_t distance) const { return let_through(distance); }
  ByteSet before(std::uint32_t distance) const { return let_through(kNear + distance); }
  std::uint32_t nearest() const { return nearest_; }

  // Where the anchor ends, tail included, if the part without it ends at `end` of `bytes`; 0 where
  // no match can be. What lies outside of `bytes` may be anything.
  std::uint64_t anchor_end(ByteView bytes, std::uint64_t end) const {
    if (end + tail_ > bytes.size()) return 0;
    if (end + kNear <= bytes.size() && end >= nearest_ + kNear) {
      const char* after = bytes.data() + end;
      const char* before = after - nearest_ - 1;
      unsigned refused = 0;
      for (unsigned i = 0; i < kNear; ++i) {
        refused |= refused_[static_cast<unsigned char>(after[i])] & (1U << i);
        refused |= refused_[static_cast<unsigned char>(*(before - i))] & (1U << (kNear + i));
      }
      if (refused != 0) return 0;
    }
    return reads_on(bytes, end) ? end + tail_ : 0;
  }

 private:
  bool reads_on(ByteView bytes, std::uint64_t end) const;
  ByteSet let_through(std::uint32_t bit) const;

  std::uint32_t nearest_;
  std::uint32_t tail_;
  std::uint32_t behind_;  // bytes before the end that may be read
  std::uint32_t row_bits_;
  std::string_view classes_;
  std::string_view forward_;
  std::string_view backward_;
  std::array<std::uint8_t, 256> refused_{};  // of each byte, as the precheck has it of each class
};

}  // namespace dragnet
