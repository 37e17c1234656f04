// Regexes as Rust's `regex` and Vectorscan read them, rewritten for RE2.
//
// The two differ from RE2 in little that rules use, but in one thing that most of them do: verbose
// mode, `(?x)`, in which white space and comments mean nothing. Both are taken out here. What RE2
// cannot do at all is named, so that a rule is refused for its reason and not for a parser's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dragnet {

struct ForeignRegex {
  std::string pattern;             // RE2's syntax
  std::vector<std::string> notes;  // what may match otherwise than it did, one line each
};

// Errors (kUsage): look-around, atomic groups, back references, set operations in classes, the flag
// R; the message names the part and its byte offset. That RE2 takes the rest is not checked.
//
// In verbose mode white space within a class stays: Rust drops it and Vectorscan does not, and who
// writes it there means it.
Result<ForeignRegex> rewrite_foreign_regex(std::string_view pattern);

}  // namespace dragnet
