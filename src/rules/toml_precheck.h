// Refuses TOML that would bring toml++ down, before toml++ sees it. A rule file can come from a
// repository that somebody else wrote.
//
// Three things in toml++ 3.3 end in a full stack or in undefined behaviour, and are found here:
//   Nesting: arrays and inline tables are bounded, dotted keys are not: `a.a.a.a = 1` with 100,000
//     parts becomes as many nested tables, whose destructor recurses.
//   Headers: `[.` and the like; that a table header starts with a key is taken for granted.
//   Letters: asked whether a letter such as U+00E9 is white space, it runs into a branch that is
//     declared unreachable. It asks outside of strings, where TOML has no such letters, and behind
//     the backslash of a line that goes on in a `"""` string, where it has.
// So this follows strings, comments, keys and values as toml++ does. It refuses a little TOML that
// is right: a letter beyond ASCII behind such a backslash, and nesting of more than 100 levels.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dragnet {

// How deep tables and arrays may be nested; the format itself needs four.
inline constexpr std::uint32_t kMaxTomlNesting = 100;

// What is wrong, and where: line and column from 1, the latter in bytes.
struct TomlTrouble {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string message;
};

// The first trouble of those kinds; nothing where there is none. What is no TOML for other reasons
// is left to the parser, which says more. Linear time.
std::optional<TomlTrouble> precheck_toml(std::string_view toml);

}  // namespace dragnet
