#include "match/escapes.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ascii.h"

namespace dragnet {

namespace {

constexpr char32_t kReplacement = 0xfffd;
constexpr char32_t kMaxCodePoint = 0x10ffff;

char32_t scalar(char32_t value) {
  const bool surrogate = value >= 0xd800 && value < 0xe000;
  return surrogate || value > kMaxCodePoint ? kReplacement : value;
}

// The number of exactly `count` digits at the front of `text`.
bool take_hex(ByteView text, unsigned count, char32_t* value) {
  if (text.size() < count) return false;
  *value = 0;
  for (unsigned i = 0; i < count; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0) return false;
    *value = *value * 16 + static_cast<char32_t>(digit);
  }
  return true;
}

// One to `most` digits at the front of `text`, then `close`. Returns the digits' number; 0: none.
unsigned take_closed(ByteView text, unsigned most, bool hex, char close, char32_t* value) {
  *value = 0;
  unsigned count = 0;
  for (; count < most && count < text.size(); ++count) {
    const int digit = hex_value(text[count]);
    if (digit < 0 || (!hex && digit > 9)) break;
    *value = *value * (hex ? 16 : 10) + static_cast<char32_t>(digit);
  }
  return count < text.size() && text[count] == close ? count : 0;
}

Escape backslash(ByteView text) {
  if (text.size() < 2) return {};
  char32_t value = 0;
  switch (text[1]) {
    case 'n':
      return {2, '\n', false};
    case 'r':
      return {2, '\r', false};
    case 't':
      return {2, '\t', false};
    case 'b':
      return {2, '\b', false};
    case 'f':
      return {2, '\f', false};
    case '"':
    case '\'':
    case '\\':
    case '/':
      return {2, static_cast<unsigned char>(text[1]), false};
    case 'x':
      if (!take_hex(text.substr(2), 2, &value)) return {};
      return {4, value, true};
    case 'u':
      if (take_hex(text.substr(2), 4, &value)) return {6, scalar(value), false};
      if (text.size() > 2 && text[2] == '{') {
        const unsigned digits = take_closed(text.substr(3), 6, true, '}', &value);
        if (digits > 0) return {digits + 4, scalar(value), false};
      }
      return {};
    default:
      return {};
  }
}

Escape reference(ByteView text) {
  struct Named {
    std::string_view name;
    char32_t value;
  };
  // A no-break space is white space to whoever reads it, and to rules.
  static constexpr std::array<Named, 6> kNamed = {{{"&quot;", '"'},
                                                   {"&amp;", '&'},
                                                   {"&lt;", '<'},
                                                   {"&gt;", '>'},
                                                   {"&apos;", '\''},
                                                   {"&nbsp;", ' '}}};
  if (text.size() < 4) return {};
  if (text[1] == '#') {
    char32_t value = 0;
    const bool hex = text[2] == 'x' || text[2] == 'X';
    const unsigned head = hex ? 3 : 2;
    const unsigned digits = take_closed(text.substr(head), 8, hex, ';', &value);
    if (digits == 0 || value == 0) return {};
    return {head + digits + 1, scalar(value), false};
  }
  for (const Named& named : kNamed) {
    if (text.starts_with(named.name)) {
      return {static_cast<std::uint32_t>(named.name.size()), named.value, false};
    }
  }
  return {};
}

}  // namespace

char introducer_of(Decoding kind) {
  if (kind == Decoding::kPercent) return '%';
  return kind == Decoding::kHtml ? '&' : '\\';
}

Escape escape_at(ByteView text, std::uint64_t at, Decoding kind) {
  const ByteView rest = text.substr(at, kMaxEscape);
  if (kind == Decoding::kEscapes) return backslash(rest);
  if (kind == Decoding::kHtml) return reference(rest);
  char32_t value = 0;
  if (!take_hex(rest.substr(1), 2, &value)) return {};
  return {3, value, true};
}

unsigned escape_bytes(const Escape& escape, char* out) {
  const char32_t c = escape.value;
  const auto tail = [&](unsigned shift) { return static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (escape.is_byte || c < 0x80) {
    out[0] = static_cast<char>(c);
    return 1;
  }
  if (c < 0x800) {
    out[0] = static_cast<char>(0xc0 | c >> 6);
    out[1] = tail(0);
    return 2;
  }
  if (c < 0x10000) {
    out[0] = static_cast<char>(0xe0 | c >> 12);
    out[1] = tail(6);
    out[2] = tail(0);
    return 3;
  }
  out[0] = static_cast<char>(0xf0 | c >> 18);
  out[1] = tail(12);
  out[2] = tail(6);
  out[3] = tail(0);
  return 4;
}

}  // namespace dragnet
