// Refuses TOML that is nested so deep that building or freeing its tree would overflow the stack.
//
// toml++ bounds nested arrays and inline tables, but not dotted keys: `a.a.a.a = 1` with 100,000
// parts becomes as many nested tables, whose destructor recurses until the process dies. A rule
// file can come from a repository that somebody else wrote, so depth is counted before parsing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dragnet {

// How deep tables and arrays may be nested; the format itself needs four.
inline constexpr std::uint32_t kMaxTomlNesting = 100;

// The 1-based line where the nesting goes past `kMaxTomlNesting`; nothing where it does not.
// Follows strings and comments as TOML has them. Text that is no TOML gives either answer. Linear
// time.
std::optional<std::uint32_t> line_nested_too_deep(std::string_view toml);

}  // namespace dragnet
