#include "rules/betterleaks_filter.h"

#include <charconv>
#include <system_error>

namespace dragnet {

namespace {

void skip_space(std::string_view* text) {
  const auto first = text->find_first_not_of(" \t\r\n");
  text->remove_prefix(first == std::string_view::npos ? text->size() : first);
}

bool take(std::string_view* text, std::string_view word) {
  skip_space(text);
  if (!text->starts_with(word)) return false;
  text->remove_prefix(word.size());
  return true;
}

}  // namespace

std::optional<FilterEntropy> read_filter_entropy(std::string_view filter) {
  take(&filter, "filter.");
  for (const std::string_view word :
       {"entropy", "(", "finding", "[", "\"secret\"", "]", ")", "<"}) {
    if (!take(&filter, word)) return std::nullopt;
  }
  if (filter.starts_with("=")) filter.remove_prefix(1);
  skip_space(&filter);
  FilterEntropy out;
  const auto [end, error] =
      std::from_chars(filter.data(), filter.data() + filter.size(), out.least);
  if (error != std::errc() || !(out.least >= 0 && out.least <= 8)) return std::nullopt;
  filter.remove_prefix(static_cast<std::size_t>(end - filter.data()));
  skip_space(&filter);
  out.whole = filter.empty();
  // "a || b" drops all that a drops, as long as no "&&" binds to a first.
  if (!out.whole && !filter.starts_with("||")) return std::nullopt;
  return out;
}

}  // namespace dragnet
