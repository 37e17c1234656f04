#include "match/assignment.h"

#include <algorithm>
#include <string_view>

#include "base/ascii.h"
#include "match/assigned_value.h"

namespace dragnet {

namespace {

constexpr std::uint64_t kMaxName = 72;   // bytes of a name before the word's end
constexpr std::uint64_t kMaxAfter = 48;  // and after it

bool is_name(char c) { return is_name_letter(c) || c == '-' || c == '.' || c == '$'; }

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

bool is_hex(ByteView text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_hex_digit);
}

// "0x3f", "-0x3f879678": a number of at most eight bytes.
bool is_hex_number(ByteView value) {
  if (value.starts_with('-')) value.remove_prefix(1);
  if (!value.starts_with("0x") && !value.starts_with("0X")) return false;
  return value.size() <= 18 && is_hex(value.substr(2));
}

// "abc...", "abc...xyz": what manuals and logs leave out.
bool is_cut_off(ByteView value) {
  return value.find("...") != ByteView::npos || value.find("\xe2\x80\xa6") != ByteView::npos;
}

// What is given to a path is not what is given to a name: `/etc/passwd: DIGEST` in a list of files,
// `"net/http/cookiejar", "\x04j"` in a list of packages. A key of a store may be a path too:
// `set("db/password", "...")`.
bool is_of_path(const Assignment& found, ByteView name, ByteView value) {
  if (found.op == AssignOperator::kComma) {
    return value.find("\\x0") != ByteView::npos || value.find("\\x1") != ByteView::npos;
  }
  const bool digest = is_hex(value) && (value.size() == 32 || value.size() == 40 ||
                                        value.size() == 64 || value.size() == 128);
  const bool pair = found.op == AssignOperator::kColon || found.op == AssignOperator::kArrow;
  return digest && pair && (name == "passwd" || name.find('.') != ByteView::npos);
}

// One of three or more names in quotes: `["PWD", "SHLVL", "_"]`. Reads within `reach`.
bool is_in_list(const Assignment& found, ByteView reach) {
  if (found.op != AssignOperator::kComma || found.quote == 0 || found.wrapped) return false;
  const ByteView value = reach.substr(found.value_start, found.value_end - found.value_start);
  if (!std::all_of(value.begin(), value.end(), [](char c) { return is_letter(c) || c == '_'; })) {
    return false;
  }
  std::uint64_t at = found.end;
  if (at >= reach.size() || reach[at] != ',') return false;
  ++at;
  if (at < reach.size() && reach[at] == ' ') ++at;
  return at < reach.size() && reach[at] == found.quote;
}

// "badge.svg?token=": what a picture in a page is asked for with opens the picture. `before` ends
// where the name starts.
bool is_of_picture(ByteView before) {
  if (!before.ends_with('?') && !before.ends_with('&')) return false;
  const std::size_t query = before.rfind('?');
  if (query == ByteView::npos || before.find_first_of(" \t\n\"'()", query) != ByteView::npos) {
    return false;
  }
  const ByteView file = before.substr(0, query);
  return file.ends_with(".svg") || file.ends_with(".png");
}

// `private_key.oid == 'ED25519'`, `session.query("...")`: what is compared or called is a member of
// what the word names, not that itself. `after` is the name from the word's end on.
bool is_of_member(const Assignment& found, ByteView after) {
  const std::size_t dot = after.rfind('.');
  if (dot == ByteView::npos) return false;
  if (found.op == AssignOperator::kCompare) return true;
  if (found.op != AssignOperator::kCall) return false;
  static constexpr std::string_view kMethods[] = {"grep", "find",  "search", "log",     "print",
                                                  "info", "debug", "warn",   "error",   "query",
                                                  "exec", "run",   "match",  "contains"};
  const ByteView method = after.substr(dot + 1);
  return std::any_of(std::begin(kMethods), std::end(kMethods), [&](std::string_view start) {
    return equals_folded(method.substr(0, start.size()), start);
  });
}

// Whether what was read is no value that the name is given, whatever it is. Reads within `reach`,
// and the byte before the name.
bool is_no_value(const Assignment& found, ByteView reach) {
  const ByteView name = reach.substr(found.name_start, found.name_end - found.name_start);
  const ByteView value = reach.substr(found.value_start, found.value_end - found.value_start);
  const bool path = found.name_start > 0 && reach[found.name_start - 1] == '/';
  return is_reference(value) || is_hex_number(value) || is_cut_off(value) ||
         (path && is_of_path(found, name, value)) || is_in_list(found, reach);
}

// How long the shortest of the words that end at `end` is; 0 where none does.
std::uint64_t word_before(const std::vector<NameWord>& words, ByteView text, std::uint64_t end) {
  std::uint64_t shortest = 0;
  for (const NameWord& word : words) {
    if (!word_ends_at(word, text, end)) continue;
    if (shortest == 0 || word.text.size() < shortest) shortest = word.text.size();
  }
  return shortest;
}

// "\nsec-websocket-key": the letter of an escaped line end or tab is no part of the name.
bool starts_with_escape(ByteView text, std::uint64_t start) {
  return start > 0 && text[start - 1] == '\\' &&
         (text[start] == 'n' || text[start] == 'r' || text[start] == 't');
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
  if (end > text.size()) return std::nullopt;
  const std::uint64_t word = word_before(words, text, end);
  if (word == 0) return std::nullopt;
  Assignment out;
  out.name_start = end;
  const std::uint64_t low = end > kMaxName ? end - kMaxName : 0;
  while (out.name_start > low && is_name(text[out.name_start - 1])) --out.name_start;
  if (out.name_start + word < end && starts_with_escape(text, out.name_start)) ++out.name_start;
  out.name_end = end;
  const std::uint64_t high = std::min<std::uint64_t>(end + kMaxAfter, text.size());
  while (out.name_end < high && is_name(text[out.name_end])) ++out.name_end;
  // "--password -x", "token->", "token.": what joins is no end of a name.
  while (out.name_end > end && !is_name_letter(text[out.name_end - 1])) --out.name_end;
  const ByteView reach =
      text.substr(0, std::min<std::uint64_t>(text.size(), end + kAssignmentAhead));
  const bool tag = out.name_start > 0 && text[out.name_start - 1] == '<';
  const bool symbol = out.name_start > 0 && text[out.name_start - 1] == ':';
  if (!read_assigned_value(reach, out.name_end, reach.size() == text.size(), symbol, &out)) {
    return std::nullopt;
  }
  if (out.op == AssignOperator::kTag && !tag) return std::nullopt;
  const std::uint64_t seen = end > kMaxName ? end - kMaxName - 1 : 0;
  if (is_no_value(out, reach) || is_of_member(out, text.substr(end, out.name_end - end)) ||
      is_of_picture(text.substr(seen, out.name_start - seen))) {
    return std::nullopt;
  }
  return out;
}

}  // namespace dragnet
