#include "findings/ignore_file.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "rules/gitleaks_ids.h"

namespace dragnet {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\v\f";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_object_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Takes what follows the last ':' off `*text`; false where there is none.
bool take_last(std::string_view* text, std::string_view* part) {
  const auto colon = text->rfind(':');
  if (colon == std::string_view::npos) return false;
  *part = text->substr(colon + 1);
  *text = text->substr(0, colon);
  return true;
}

}  // namespace

IgnoreFile IgnoreFile::parse(ByteView text) {
  IgnoreFile out;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for (std::uint32_t at = 1; !text.empty(); ++at) {
    const auto newline = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, newline));
    text.remove_prefix(std::min(newline + 1, text.size()));
    if (!line.empty() && line[0] != '#') out.add(line, at);
  }
  return out;
}

void IgnoreFile::add(std::string_view fingerprint, std::uint32_t at) {
  Entry entry;
  entry.at = at;
  std::string_view rest = fingerprint;
  std::string_view rule;
  std::string_view number;
  bool right = take_last(&rest, &number) && take_last(&rest, &rule) && !rule.empty();
  const char* end = number.data() + number.size();
  right = right && std::from_chars(number.data(), end, entry.line).ptr == end && entry.line > 0;
  // A path may hold colons; an id is told by its form.
  const auto colon = rest.find(':');
  if (right && colon != std::string_view::npos && is_object_id(rest.substr(0, colon))) {
    entry.commit = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);
  }
  if (!right || rest.empty()) {
    bad_lines_.push_back(at);
    return;
  }
  entry.rule = rule;
  std::string path(rest);
  std::replace(path.begin(), path.end(), '\\', '/');  // as written on Windows
  while (path.starts_with("./")) path.erase(0, 2);
  by_path_[std::move(path)].push_back(std::move(entry));
  ++entries_;
}

std::optional<std::uint32_t> IgnoreFile::find(const Place& place,
                                              std::span<const std::string_view> rules) const {
  const auto known = by_path_.find(place.path);
  if (known == by_path_.end()) return std::nullopt;
  for (const Entry& entry : known->second) {
    if (entry.line < place.first_line || entry.line > place.last_line) continue;
    if (!entry.commit.empty() && entry.commit != place.commit) continue;
    const bool named = std::any_of(rules.begin(), rules.end(), [&](std::string_view rule) {
      return may_mean(entry.rule, rule);
    });
    if (named) return entry.at;
  }
  return std::nullopt;
}

}  // namespace dragnet
