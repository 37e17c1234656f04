// Where the secret lies in a match, told from the match's bounds alone.
//
// RE2 finds where a match starts and ends with automata, in a nanosecond a byte. For what a group
// holds it has to backtrack, which takes ten times as long and, where a repeat may end in many
// places, a hundred times. Most rules have one group that ends with the match or a byte before it,
// or starts at a fixed distance from its start or after the first byte of a class, and that is of a
// fixed size or next to bytes that it cannot hold: there the group's bounds follow from the
// match's.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "match/regex_ast.h"

namespace dragnet {

class SecretPlace {
 public:
  // Knows no place.
  SecretPlace() = default;

  // For a regex that RE2 takes and that has exactly one group. Knows the place only where no match
  // could be read in two ways.
  static SecretPlace derive(std::string_view regex);

  bool known() const { return known_; }

  // Start and end of the group in the match text[start, end); only where `known`. Nothing where
  // the bytes are none that the regex matches.
  std::optional<std::pair<std::uint64_t, std::uint64_t>> in(ByteView text, std::uint64_t start,
                                                            std::uint64_t end) const;

 private:
  bool end_follows(const RegexNode& after);
  bool from_end(const RegexNode& before, const RegexNode& after);
  bool from_start(const RegexNode& before, const RegexNode& after);
  bool from_mark(const RegexNode& before, const RegexNode& after);

  bool known_ = false;
  bool fixed_ = false;       // the group always has `least_` bytes, else as many as it can hold
  std::uint32_t least_ = 0;  // bytes of the group
  ByteSet group_;            // what it may hold
  // Counted from the match's end:
  bool always_followed_ = false;  // one byte of the match stands after the group
  ByteSet after_;                 // that byte, none that the group holds where it may be missing
  // Or from its start:
  bool from_start_ = false;
  std::uint32_t before_ = 0;  // bytes of the match before the group; or it follows
  ByteSet mark_;              // the first of these bytes, where there are any
  bool ends_match_ = false;   // nothing stands after it
};

}  // namespace dragnet
