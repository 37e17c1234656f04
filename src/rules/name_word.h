// The words of a rule's `names`: what a name that is given a secret has in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragnet {

// In lower case. `\b` before or after it asks for the start or end of a part of a name there:
// "user_auth", "userAuth", not "author".
struct NameWord {
  std::string text;
  bool starts_part = false;
  bool ends_part = false;
};

// Reads "\bauth\b". Nothing where there is no word of 3 to 24 lower-case letters, digits, _ and -.
std::optional<NameWord> parse_name_word(std::string_view text);

}  // namespace dragnet
