// What no report may hold, decided independently of the code under test.
#pragma once

#include <string>

namespace dragnet {

// Names the first thing in `text` that a terminal could obey or that hides text; empty where there
// is none. Line feeds are allowed.
inline std::string unsafe_for_terminal(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t k) {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u;
    };
    const std::string where = " at byte " + std::to_string(i);
    const unsigned lead = byte(0);
    if (lead < 0x20 && lead != '\n') return "control" + where;
    if (lead == 0x7f) return "delete" + where;
    if (lead < 0x80) continue;
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4) return "no UTF-8" + where;
    unsigned c = lead & (0xffu >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(k) & 0xc0) != 0x80) return "no UTF-8" + where;
      c = c << 6 | (byte(k) & 0x3f);
    }
    if (c < 0xa0) return "C1 control" + where;
    if ((c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
        (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0x61c || c >= 0xe0000) {
      return "direction or invisible" + where;
    }
    i += length - 1;
  }
  return {};
}

}  // namespace dragnet
