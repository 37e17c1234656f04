// A regex as a program for a backtracking matcher of our own.
//
// RE2 finds where a match ends, then reads back to where it starts, then looks for the groups, each
// with an automaton that has a state for every count of a repeat: some ten microseconds for a
// password in a configuration file. Where confirm asks, the text is short and at each byte there is
// mostly one way to go on. So the way is tried that the regex prefers, and the next one where it
// fails. That gives the same match as RE2's, which is Perl's: the first in the order of preference
// among those that start first (Cox, "Regular Expression Matching: the Virtual Machine Approach",
// 2009). It may take exponential time, so steps are counted: whoever has no more of them asks RE2.
//
// Repeats of one class are one instruction, and each place where ways part knows which bytes each
// can begin with.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "base/bytes.h"
#include "match/regex_ast.h"

namespace dragnet {

class RegexProgram {
 public:
  // Groups of a higher number are not captured.
  static constexpr std::uint32_t kMaxGroups = 32;
  static constexpr std::uint64_t kUnset = ~std::uint64_t{0};

  // Start and end of each group, kUnset where it took no part; the whole match is group 0.
  using Captures = std::array<std::uint64_t, 2 * kMaxGroups>;

  enum class Answer : std::uint8_t { kMatch, kNoMatch, kOutOfSteps };
  struct Result {
    Answer answer;
    bool saw_end;  // in a longer span it may be another one
  };

  // None where the tree is not exact, repeats what may be empty, or is thousands of instructions.
  static std::optional<RegexProgram> compile(const RegexNode& regex);

  // The match that starts at `start`, within text[start, to); assertions see all of `text`.
  // Of `captures` group 0 and those that the regex has are set, if it matches. Takes the steps that
  // it needs from `*steps`; a step is some nanoseconds. Thread safe.
  Result match(ByteView text, std::uint64_t start, std::uint64_t to, std::uint64_t* steps,
               Captures* captures) const;

  // Groups that are captured, the whole match included.
  std::uint32_t groups() const { return groups_; }

  // False only where no match starts with the byte at `at`, within text[at, to).
  bool may_start(ByteView text, std::uint64_t at, std::uint64_t to) const {
    return may_read(start_, text, at, to);
  }

 private:
  friend class RegexCompiler;

  enum class Op : std::uint8_t {
    kSet,     // a byte of `set`
    kRun,     // `min` to `max` bytes of `set`; what comes next begins as `next` says
    kEither,  // goes on after itself, or else at `to`, which begin as `first` and `next` say
    kJump,    // to `to`
    kSave,    // the place as `slot`
    kAssert,
    kMatch,
  };

  // Where a byte of a class, or none, may be read next.
  static constexpr std::uint16_t kAnything = 0xffff;

  struct Instruction {
    Op op = Op::kMatch;
    bool lazy = false;  // kRun: the fewest first
    bool sure = false;  // kRun: what comes next never begins with a byte of `set`
    RegexNode::Kind assertion = RegexNode::Kind::kEmpty;
    std::uint16_t set = 0;
    std::uint16_t first = kAnything;
    std::uint16_t next = kAnything;
    std::uint32_t min = 0;
    std::uint32_t max = 0;
    std::uint32_t to = 0;
    std::uint32_t slot = 0;
  };

  class Run;

  bool holds(std::uint16_t set, char byte) const {
    return ((sets_[std::size_t{set} / 64 * 256 + octet(byte)] >> (set % 64)) & 1) != 0;
  }
  // At the span's end only what reads nothing goes on; that is left to the assertions.
  bool may_read(std::uint16_t set, ByteView text, std::uint64_t at, std::uint64_t to) const {
    return set == kAnything || at >= to || holds(set, text[at]);
  }

  std::vector<Instruction> code_;
  std::vector<std::uint64_t> sets_;  // 64 classes a word, 256 words for each 64
  std::uint32_t groups_ = 1;
  std::uint16_t start_ = kAnything;
};

}  // namespace dragnet
