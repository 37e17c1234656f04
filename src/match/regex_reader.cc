#include "match/regex_reader.h"

#include <utility>

#include "base/ascii.h"
#include "match/byte_sets.h"

namespace dragnet {

void RegexReader::fail_with(std::string why) {
  if (error_.empty()) error_ = std::move(why);
}

int RegexReader::fail_byte(std::string why) {
  fail_with(std::move(why));
  return -1;
}

bool RegexReader::take(char c) {
  if (done() || peek() != c) return false;
  ++at_;
  return true;
}

bool RegexReader::take(std::string_view text) {
  if (failed() || pattern_.substr(at_, text.size()) != text) return false;
  at_ += text.size();
  return true;
}

bool RegexReader::multi_escape(ByteSet* set) {
  const char c = peek();
  if (const auto perl = perl_class(c)) {
    ++at_;
    *set |= *perl;
    return true;
  }
  if (c != 'p' && c != 'P') return false;
  ++at_;
  if (take('{')) {
    while (!done() && peek() != '}') ++at_;
    if (!take('}')) fail_with("a Unicode class without '}'");
  } else if (!done()) {
    ++at_;
  }
  set->set();  // wider than the class: allowed, see regex_ast.h
  widened_ = true;
  return true;
}

int RegexReader::byte_escape() {
  const char c = static_cast<char>(peek_and_step());
  switch (c) {
    case 'a':
      return 7;
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case 'x':
      return hex_escape();
    default:
      break;
  }
  if (c >= '0' && c <= '7') return octal_escape(c);
  if (is_letter(c) || is_digit(c)) return fail_byte(std::string("unknown escape \\") + c);
  return static_cast<int>(octet(c));
}

int RegexReader::octal_escape(char first) {
  if (first != '0') return fail_byte("back references are not supported");
  int value = 0;
  for (int i = 0; i < 2 && !done() && peek() >= '0' && peek() <= '7'; ++i) {
    value = value * 8 + (peek_and_step() - '0');
  }
  return value;
}

int RegexReader::hex_escape() {
  const bool braces = take('{');
  int value = 0;
  int digits = 0;
  while (!done() && hex_value(peek()) >= 0 && (braces ? digits < 6 : digits < 2)) {
    value = value * 16 + hex_value(static_cast<char>(peek_and_step()));
    ++digits;
  }
  if (digits == 0 || (!braces && digits != 2) || (braces && !take('}'))) {
    return fail_byte("\\x without its hexadecimal digits");
  }
  if (value > 0xff) return fail_byte("\\x{...} above ff: rules match bytes");
  return value;
}

ByteSet RegexReader::bracket(bool fold_case) {
  const bool negated = take('^');
  widened_ = false;
  ByteSet set;
  bool first = true;
  while (!done() && (first || peek() != ']')) {
    first = false;
    if (take("[:")) {
      posix_class(&set);
      continue;
    }
    if (peek() == '\\' && at_ + 1 < pattern_.size()) {
      ++at_;
      if (multi_escape(&set)) continue;
      --at_;
    }
    class_range(&set);
  }
  if (!take(']')) {
    fail_with("a class without ']'");
    return {};
  }
  if (fold_case) set = folded(set);
  // What a widened class leaves out is not known.
  if (negated) set = widened_ ? ByteSet().set() : ~set;
  return set;
}

void RegexReader::posix_class(ByteSet* set) {
  const bool negated = take('^');
  const std::size_t end = pattern_.find(":]", at_);
  if (end == std::string_view::npos) return fail_with("a [:class without :]");
  const std::string_view name = pattern_.substr(at_, end - at_);
  const auto named = posix_class_set(name);
  if (!named) return fail_with("unknown class [:" + std::string(name));
  at_ = end + 2;
  *set |= negated ? ~*named : *named;
}

void RegexReader::class_range(ByteSet* set) {
  const int low = class_byte();
  int high = low;
  if (!done() && peek() == '-' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
    ++at_;
    high = class_byte();
  }
  if (failed()) return;
  if (high < low) return fail_with("a class range that runs backwards");
  add_range(set, static_cast<unsigned>(low), static_cast<unsigned>(high));
}

int RegexReader::class_byte() {
  if (done()) return fail_byte("a class without ']'");
  if (take('\\')) {
    if (done()) return fail_byte("a backslash at the end");
    return byte_escape();
  }
  return peek_and_step();
}

}  // namespace dragnet
