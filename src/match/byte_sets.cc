#include "match/byte_sets.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace dragnet {

namespace {

struct NamedClass {
  std::string_view name;
  std::string_view ranges;  // pairs of bytes
};

constexpr std::array kPosixClasses = {
    NamedClass{"alnum", "azAZ09"},
    NamedClass{"alpha", "azAZ"},
    NamedClass{"ascii", std::string_view("\0\x7f", 2)},
    NamedClass{"blank", "\t\t  "},
    NamedClass{"cntrl", std::string_view("\0\x1f\x7f\x7f", 4)},
    NamedClass{"digit", "09"},
    NamedClass{"graph", "!~"},
    NamedClass{"lower", "az"},
    NamedClass{"print", " ~"},
    NamedClass{"punct", "!/:@[`{~"},
    NamedClass{"space", "\t\r  "},
    NamedClass{"upper", "AZ"},
    NamedClass{"word", "azAZ09__"},
    NamedClass{"xdigit", "09afAF"},
};

ByteSet set_of(std::string_view ranges) {
  ByteSet set;
  for (std::size_t i = 0; i + 1 < ranges.size(); i += 2) {
    add_range(&set, static_cast<unsigned char>(ranges[i]),
              static_cast<unsigned char>(ranges[i + 1]));
  }
  return set;
}

}  // namespace

void add_range(ByteSet* set, unsigned low, unsigned high) {
  for (unsigned byte = low; byte <= high && byte < 256; ++byte) set->set(byte);
}

ByteSet folded(ByteSet set) {
  for (unsigned lower = 'a'; lower <= 'z'; ++lower) {
    const unsigned upper = lower - 'a' + 'A';
    if (set[lower] || set[upper]) {
      set.set(lower);
      set.set(upper);
    }
  }
  // In Latin-1 the letters from 0xC0 to 0xDE pair with those 32 further on.
  for (unsigned upper = 0xC0; upper <= 0xDE; ++upper) {
    if (upper == 0xD7) continue;
    if (set[upper] || set[upper + 32]) {
      set.set(upper);
      set.set(upper + 32);
    }
  }
  return set;
}

std::optional<ByteSet> perl_class(char letter) {
  switch (letter) {
    case 'd':
      return set_of("09");
    case 'D':
      return ~set_of("09");
    case 's':
      return set_of("\t\n\f\r  ");
    case 'S':
      return ~set_of("\t\n\f\r  ");
    case 'w':
      return set_of("azAZ09__");
    case 'W':
      return ~set_of("azAZ09__");
    default:
      return std::nullopt;
  }
}

std::optional<ByteSet> posix_class_set(std::string_view name) {
  const auto found = std::find_if(kPosixClasses.begin(), kPosixClasses.end(),
                                  [&](const NamedClass& c) { return c.name == name; });
  if (found == kPosixClasses.end()) return std::nullopt;
  return set_of(found->ranges);
}

std::string class_text(const ByteSet& set) {
  const auto hex = [](unsigned byte) {
    std::array<char, 16> out;
    std::snprintf(out.data(), out.size(), "\\x%02x", byte);
    return std::string(out.data());
  };
  std::string text;
  for (unsigned low = 0; low < 256; ++low) {
    if (!set[low]) continue;
    unsigned high = low;
    while (high + 1 < 256 && set[high + 1]) ++high;
    text += hex(low);
    if (high > low) text += "-" + hex(high);
    low = high;
  }
  return set.count() == 1 ? text : "[" + text + "]";
}

}  // namespace dragnet
