// What a name is given: `password = "..."` in any language or configuration format.
//
// The generic rules name words ("passw", "token"); where the matcher reports one, this parser reads
// the name around it, the operator behind it and the value, by hand where a regex for thirty
// languages would cost microseconds a hit. It does not know the language: it takes what looks like
// an assignment, a pair, a comparison, an argument, an element of XML or a flag, and leaves it to
// the value model (value_model.h) whether the value is a secret.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "rules/name_word.h"

namespace dragnet {

enum class AssignOperator : std::uint8_t {
  kEquals,   // password = x, password := x, password ?= x
  kColon,    // password: x
  kArrow,    // password => x, password -> x
  kCompare,  // password == x
  kCall,     // setPassword(x)
  kComma,    // put("password", x), env["PASSWORD"] || "x", fill_in :password, with: "x"
  kTag,      // <password>x</password>
  kFlag,     // --password x
  kTyped,    // password: String = x, char password[] = x
  kScheme,   // Bearer x
};

struct Assignment {
  std::uint64_t name_start = 0, name_end = 0;    // the whole name that the word stands in
  std::uint64_t value_start = 0, value_end = 0;  // without quotes
  std::uint64_t end = 0;                         // after the closing quote
  AssignOperator op = AssignOperator::kEquals;
  char quote = 0;  // " ' ` or 0
  bool name_quoted = false;
  bool wrapped = false;  // the value is a call's argument: String("x"), env("NAME", "x")
  bool escaped = false;  // the quotes are escaped ones: \"password\": \"x\"
};

// How far from a word's end the parser looks, in bytes.
inline constexpr std::uint32_t kAssignmentBehind = 80;
inline constexpr std::uint32_t kAssignmentAhead = 640;

// A regex that is true from the start of a word to within the value wherever there is an
// assignment, and often where there is none: what a precheck is derived from.
std::string assignment_regex(const std::vector<NameWord>& words);

// The assignment to the name in which one of `words` ends at `end`; nothing where there is none.
// Reads nothing beyond the reach above and one more byte to each side. Pure.
std::optional<Assignment> parse_assignment(const std::vector<NameWord>& words, ByteView text,
                                           std::uint64_t end);

}  // namespace dragnet
