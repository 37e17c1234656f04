#include "rules/name_word.h"

#include <algorithm>

#include "base/ascii.h"

namespace dragnet {

std::optional<NameWord> parse_name_word(std::string_view text) {
  constexpr std::string_view kEdge = "\\b";
  NameWord word;
  if (text.starts_with(kEdge)) {
    word.starts_part = true;
    text.remove_prefix(kEdge.size());
  }
  if (text.ends_with(kEdge)) {
    word.ends_part = true;
    text.remove_suffix(kEdge.size());
  }
  const bool fits =
      text.size() >= 3 && text.size() <= 24 && std::all_of(text.begin(), text.end(), [](char c) {
        return is_lower(c) || is_digit(c) || c == '_' || c == '-';
      });
  if (!fits) return std::nullopt;
  word.text = text;
  return word;
}

}  // namespace dragnet
