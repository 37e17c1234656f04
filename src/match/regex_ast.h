// A regex as a tree over bytes, for deriving anchors from it and for matching it.
//
// RE2 does not give its parse tree away, so the syntax is read here a second time, with one
// freedom: where the exact meaning would need tables (Unicode classes), the tree may accept *more*
// bytes than RE2 does, never fewer, and says so. A factor derived from such a tree is still
// necessary for every match; the confirm step decides by RE2 then, else by the tree
// (regex_program.h). What this parser refuses, the rule loader reports.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dragnet {

using ByteSet = std::bitset<256>;

struct RegexNode {
  enum class Kind : std::uint8_t {
    kEmpty,
    kClass,           // one byte of `set`
    kConcat,          // `children` one after the other
    kAlternate,       // one of `children`
    kRepeat,          // `children[0]`, `min` to `max` times
    kWordBoundary,    // \b
    kNoWordBoundary,  // \B
    kTextStart,       // \A, and ^ without (?m)
    kLineStart,       // ^ with (?m)
    kTextEnd,         // \z, and $ without (?m)
    kLineEnd,         // $ with (?m)
  };
  static constexpr std::uint32_t kUnbounded = ~std::uint32_t{0};

  Kind kind = Kind::kEmpty;
  bool widened = false;     // `set` may hold bytes that RE2 does not take
  bool lazy = false;        // the fewest times are tried first
  std::uint32_t group = 0;  // number of the capturing group that this is the content of; 0: none
  ByteSet set;
  std::uint32_t min = 0;
  std::uint32_t max = 0;
  std::vector<RegexNode> children;
};

// RE2 syntax in Latin-1 mode: escapes, classes (POSIX, Perl; Unicode ones widened), groups of all
// kinds, flags i m s U, greedy and lazy repeats, alternation, assertions. Errors (kUsage) name the
// byte offset. Nesting is bounded (200), so that hostile patterns cannot exhaust the stack.
Result<RegexNode> parse_regex(std::string_view pattern);

// Whether the node is an assertion: it reads no byte.
bool is_assertion(RegexNode::Kind kind);

// Whether a match can hold `byte`.
bool can_hold(const RegexNode& regex, unsigned char byte);

}  // namespace dragnet
