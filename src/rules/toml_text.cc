#include "rules/toml_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "rules/text.h"

namespace dragnet {

namespace {

constexpr std::size_t kCommentColumns = 98;

// Length of the UTF-8 sequence that `text` starts with; 0 where it is none.
std::size_t sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  const std::size_t size = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (byte(0) == 0xe0 && byte(1) < 0xa0) || (byte(0) == 0xf0 && byte(1) < 0x90);
  const bool surrogate = byte(0) == 0xed && byte(1) > 0x9f;
  const bool too_large = byte(0) == 0xf4 && byte(1) > 0x8f;
  return overlong || surrogate || too_large ? 0 : size;
}

std::string escaped(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    const std::size_t size = sequence(text);
    if (size == 0) {
      out += "\xef\xbf\xbd";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += text[0];
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20 || c == 0x7f) {
      std::array<char, 8> code;
      std::snprintf(code.data(), code.size(), "\\u%04X", static_cast<unsigned>(c));
      out += code.data();
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out + '"';
}

}  // namespace

std::string toml_string(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x7f && c != '\'';
  });
  return plain ? "'" + std::string(text) + "'" : escaped(text);
}

std::string toml_list(std::span<const std::string> texts) {
  if (texts.size() == 1) return "[" + toml_string(texts[0]) + "]";
  std::string out = "[";
  for (const std::string& text : texts) out += "\n    " + toml_string(text) + ",";
  return out + (texts.empty() ? "]" : "\n]");
}

std::string toml_comment(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t newline = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, newline);
    text.remove_prefix(std::min(newline + 1, text.size()));
    do {  // nothing is cut off; `printable` would after 100 bytes
      const std::string_view part = line.substr(0, kCommentColumns);
      line.remove_prefix(part.size());
      out += part.empty() ? "#\n" : "# " + printable(part) + "\n";
    } while (!line.empty());
  }
  return out;
}

}  // namespace dragnet
