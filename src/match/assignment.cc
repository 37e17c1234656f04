#include "match/assignment.h"

#include <algorithm>
#include <string_view>

#include "base/ascii.h"
#include "match/assigned_value.h"

namespace dragnet {

namespace {

constexpr std::uint64_t kMaxName = 72;   // bytes of a name before the word's end
constexpr std::uint64_t kMaxAfter = 48;  // and after it

bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_name(char c) { return is_word(c) || c == '-' || c == '.' || c == '$'; }

bool starts_part(ByteView text, std::uint64_t at) {
  return at == 0 || !is_letter(text[at - 1]) || (is_lower(text[at - 1]) && is_upper(text[at]));
}

bool ends_part(ByteView text, std::uint64_t end) {
  return end >= text.size() || !is_letter(text[end]) ||
         (is_lower(text[end - 1]) && is_upper(text[end]));
}

bool word_ends_at(const NameWord& word, ByteView text, std::uint64_t end) {
  const std::uint64_t size = word.text.size();
  if (end < size || lower(text[end - 1]) != word.text.back()) return false;
  return equals_folded(text.substr(end - size, size), word.text) &&
         (!word.starts_part || starts_part(text, end - size)) &&
         (!word.ends_part || ends_part(text, end));
}

// "%08X" and the like at the front.
bool is_format(ByteView value) {
  if (!value.starts_with('%')) return false;
  const std::size_t letter = value.find_first_not_of("0123456789.#-+", 1);
  return letter != ByteView::npos &&
         ByteView("sdxXuvcfpDiz@").find(value[letter]) != ByteView::npos;
}

// Values that hold a place for something else, told by their first bytes, and those that are to
// match others.
bool is_reference(ByteView value) {
  static constexpr std::string_view kPatterns[] = {"[^",  "(?",  "[a-z", "[A-Z", "[0-9",
                                                   "\\d", "\\w", "\\s",  ".*",   ".+",
                                                   "[\\", "]+",  "]*",   "%s",   "%d"};
  if (std::any_of(std::begin(kPatterns), std::end(kPatterns),
                  [&](std::string_view piece) { return value.find(piece) != ByteView::npos; })) {
    return true;
  }
  if (is_format(value)) return true;
  static constexpr std::string_view kStarts[] = {"${", "{{", "$(", "<%", "#{", "%{",
                                                 "%(", "@{", "[[", "((", "{%"};
  return std::any_of(std::begin(kStarts), std::end(kStarts),
                     [&](std::string_view start) { return value.starts_with(start); });
}

}  // namespace

std::string assignment_regex(const std::vector<NameWord>& words) {
  std::string whole;
  for (const NameWord& word : words) {
    whole += (whole.empty() ? "(?:(?i:" : "|(?i:") + word.text + ")";
    whole += word.ends_part ? "(?:[0-9A-Z_.$\\-][0-9A-Za-z_.$\\-]*)?" : "[0-9A-Za-z_.$\\-]*";
  }
  // What closes the name; then an operator, a quote after blanks, "or", or what may be a type and
  // "=".
  return whole + R"re()["'`\\\])\[0-9?!*]*)re" +
         R"re((?:[ \t]*[=:>(|+?<!,\-]|[ \t]+["'`]|[ \t]+or |)re" +
         R"re([ \t]+[\w&*<>\[\]. |?']*=)[ \t]*[^ \t\r\n])re";
}

std::optional<Assignment> parse_assignment(const std::vector<NameWord>& words, ByteView text,
                                           std::uint64_t end) {
  if (end > text.size() || std::none_of(words.begin(), words.end(), [&](const NameWord& word) {
        return word_ends_at(word, text, end);
      })) {
    return std::nullopt;
  }
  Assignment out;
  out.name_start = end;
  const std::uint64_t low = end > kMaxName ? end - kMaxName : 0;
  while (out.name_start > low && is_name(text[out.name_start - 1])) --out.name_start;
  out.name_end = end;
  const std::uint64_t high = std::min<std::uint64_t>(end + kMaxAfter, text.size());
  while (out.name_end < high && is_name(text[out.name_end])) ++out.name_end;
  // "--password -x", "token->", "token.": what joins is no end of a name.
  while (out.name_end > end && !is_word(text[out.name_end - 1])) --out.name_end;
  const ByteView reach =
      text.substr(0, std::min<std::uint64_t>(text.size(), end + kAssignmentAhead));
  const bool tag = out.name_start > 0 && text[out.name_start - 1] == '<';
  const bool symbol = out.name_start > 0 && text[out.name_start - 1] == ':';
  if (!read_assigned_value(reach, out.name_end, reach.size() == text.size(), symbol, &out)) {
    return std::nullopt;
  }
  if (out.op == AssignOperator::kTag && !tag) return std::nullopt;
  if (is_reference(text.substr(out.value_start, out.value_end - out.value_start))) {
    return std::nullopt;
  }
  return out;
}

}  // namespace dragnet
