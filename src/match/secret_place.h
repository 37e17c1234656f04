// Where the secret lies in a match, told from the match's bounds alone.
//
// RE2 finds where a match starts and ends with automata, in a nanosecond a byte. For what a group
// holds it has to backtrack, which takes ten times as long and, where a repeat may end in many
// places, a hundred times. Most rules are a prefix, one group of a class of bytes and one byte that
// the group cannot hold: there the group's bounds follow from the match's end.
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
  bool known_ = false;
  std::uint32_t width_ = 0;       // of the group; 0: as far back as its bytes go
  std::uint32_t least_ = 0;       // bytes of the group
  ByteSet group_;                 // what it may hold
  bool always_followed_ = false;  // one byte of the match stands after the group
  ByteSet after_;                 // the byte that may stand there, none that ends the group
};

}  // namespace dragnet
