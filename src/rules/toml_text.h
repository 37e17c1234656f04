// Text as it has to stand in a TOML file.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace dragnet {

// A string in quotes: literal ('...') where it can be, which regexes are easier to read in. Bytes
// that are no UTF-8 become U+FFFD.
std::string toml_string(std::string_view text);

// ["a", 'b'], each on a line of its own where there are several.
std::string toml_list(std::span<const std::string> texts);

// Each line of `text` as a comment, with its line end; control characters as `printable` has them.
std::string toml_comment(std::string_view text);

}  // namespace dragnet
