// Refuses TOML that would bring toml++ down, before toml++ sees it. A rule file can come from a
// repository that somebody else wrote.
//
// Nesting: toml++ bounds nested arrays and inline tables, but not dotted keys: `a.a.a.a = 1` with
// 100,000 parts becomes as many nested tables, whose destructor recurses until the stack is full.
// Headers: toml++ 3.3 takes for granted that a table header starts with a key; `[.` ends in a
// failed assertion, or in undefined behaviour where assertions are assumptions.
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

// The first trouble of those two kinds; nothing where there is none. Follows strings and comments
// as TOML has them; of text that is no TOML it may find either. Linear time.
std::optional<TomlTrouble> precheck_toml(std::string_view toml);

}  // namespace dragnet
