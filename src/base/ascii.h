// Bytes as ASCII characters. Unlike <cctype>, no locale has a say, and any byte may be asked for.
#pragma once

#include <algorithm>

#include "base/bytes.h"

namespace dragnet {

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_letter(char c) { return is_lower(c) || is_upper(c); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
// The value of a hexadecimal digit of either case; -1 of what is none.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}
constexpr bool is_hex_digit(char c) { return hex_value(c) >= 0; }
// The value of a byte, 0 to 255.
constexpr unsigned octet(char c) { return static_cast<unsigned char>(c); }

// Letters in lower case, every other byte as it is.
constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; }
inline ByteString lowered(ByteView text) {
  ByteString out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

// Whether `text`, in lower case, is `word`.
constexpr bool equals_folded(ByteView text, ByteView word) {
  return text.size() == word.size() && std::equal(text.begin(), text.end(), word.begin(),
                                                  [](char a, char b) { return lower(a) == b; });
}

}  // namespace dragnet
