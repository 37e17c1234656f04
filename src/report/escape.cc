#include "report/escape.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "base/ascii.h"
#include "base/utf8.h"

namespace dragnet {

namespace {

struct CodePointRange {
  char32_t first, last;
};

// What moves the cursor, turns the direction of writing or hides text: an attacker's tools in a
// terminal, and never needed to recognise a name. Controls below U+0020 are tested apart.
constexpr std::array<CodePointRange, 12> kUnsafe{{
    {0x7f, 0x9f},         // delete, C1 controls (CSI is U+009B)
    {0xad, 0xad},         // soft hyphen
    {0x61c, 0x61c},       // Arabic letter mark
    {0x180e, 0x180e},     // Mongolian vowel separator
    {0x200b, 0x200f},     // zero width, direction marks
    {0x2028, 0x202e},     // line and paragraph separators, direction overrides
    {0x2060, 0x206f},     // joiners, isolates
    {0xe000, 0xf8ff},     // private use
    {0xfe00, 0xfe0f},     // variation selectors
    {0xfeff, 0xfeff},     // byte-order mark
    {0xfff0, 0xfffb},     // specials
    {0xe0000, 0x10ffff},  // tags, variation selectors, private use
}};

constexpr std::array<CodePointRange, 9> kWide{{
    {0x1100, 0x115f},
    {0x2e80, 0xa4cf},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff00, 0xff60},
    {0xffe0, 0xffe6},
    {0x1f300, 0x1faff},
    {0x20000, 0x3fffd},
}};

constexpr std::array<CodePointRange, 4> kCombining{{
    {0x300, 0x36f},
    {0x483, 0x489},
    {0x1ab0, 0x1aff},
    {0x20d0, 0x20ff},
}};

template <std::size_t N>
bool is_in(const std::array<CodePointRange, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const CodePointRange& r) { return c >= r.first && c <= r.last; });
}

std::size_t columns_of(char32_t c) {
  if (c < 0x300) return 1;
  if (is_in(kCombining, c)) return 0;
  return is_in(kWide, c) ? 2 : 1;
}

void append_hex_byte(std::string* out, unsigned char byte) {
  char buffer[8];
  std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned>(byte));
  *out += buffer;
}

void append_control(std::string* out, char c) {
  switch (c) {
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    default:
      append_hex_byte(out, static_cast<unsigned char>(c));
  }
}

// Length of the code point at `at`, taking a stray byte as one column of its own: never 0.
std::size_t step(std::string_view text, std::size_t at, std::size_t* columns) {
  char32_t c = 0;
  const std::size_t length = decode_utf8(text, at, &c);
  *columns = length == 0 ? 1 : columns_of(c);
  return length == 0 ? 1 : length;
}

}  // namespace

std::string escape_text(ByteView text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = 0;
    const std::size_t length = decode_utf8(text, at, &c);
    if (length == 0) {
      append_hex_byte(&out, static_cast<unsigned char>(text[at]));
    } else if (c < 0x20 || c == 0x7f) {
      append_control(&out, text[at]);
    } else if (is_in(kUnsafe, c)) {
      char buffer[16];
      std::snprintf(buffer, sizeof buffer, "\\u{%x}", static_cast<unsigned>(c));
      out += buffer;
    } else {
      out.append(text, at, length);
    }
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

std::size_t display_columns(std::string_view escaped) {
  std::size_t total = 0;
  for (std::size_t at = 0; at < escaped.size();) {
    std::size_t columns = 0;
    at += step(escaped, at, &columns);
    total += columns;
  }
  return total;
}

std::string_view head_columns(std::string_view escaped, std::size_t columns) {
  std::size_t at = 0;
  for (std::size_t used = 0; at < escaped.size();) {
    std::size_t width = 0;
    const std::size_t length = step(escaped, at, &width);
    used += width;
    if (used > columns) break;
    at += length;
  }
  return escaped.substr(0, at);
}

std::string_view tail_columns(std::string_view escaped, std::size_t columns) {
  std::size_t excess = display_columns(escaped);
  std::size_t at = 0;
  while (excess > columns) {
    std::size_t width = 0;
    at += step(escaped, at, &width);
    excess -= width;
  }
  return escaped.substr(at);
}

std::string clip_text(std::string_view escaped, std::size_t columns) {
  if (display_columns(escaped) <= columns) return std::string(escaped);
  const std::size_t kept = std::max<std::size_t>(columns, 5) - 3;
  std::string out(head_columns(escaped, kept / 2));
  out += "...";
  out += tail_columns(escaped, kept - kept / 2);
  return out;
}

std::string latin1_to_utf8(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  for (const char c : bytes) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xc0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return out;
}

std::string percent_encode_path(ByteView path) {
  constexpr std::string_view kPlain = "-._~!$&'()*+,;=@/";
  std::string out;
  out.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    const bool alnum = is_letter(c) || is_digit(c);
    const bool host_slash = i == 1 && c == '/' && path[0] == '/';
    if ((alnum || kPlain.find(c) != std::string_view::npos) && !host_slash) {
      out += c;
    } else {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "%%%02X",
                    static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += buffer;
    }
  }
  return out;
}

}  // namespace dragnet
