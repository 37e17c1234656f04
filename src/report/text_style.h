// The look of the text report: colours, numbers, wrapping.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "findings/finding.h"

namespace dragnet {

enum class Tone { kStrong, kDim, kCritical, kHigh, kMedium, kLow, kSecret, kGood, kBad };

Tone tone_of(Severity severity);

class TextStyle {
 public:
  explicit TextStyle(bool colour) : colour_(colour) {}

  // `text` between SGR codes, or as it is where there is no colour.
  std::string paint(Tone tone, std::string_view text) const;

 private:
  bool colour_;
};

// "262,343".
std::string with_commas(std::uint64_t number);

// "1 place", "2,000 places": `many` is the plural.
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

// Decimal units, one digit after the point: "999 bytes", "8.1 GB".
std::string size_text(std::uint64_t bytes);

// `digits` after the point, whatever the locale.
std::string fixed(double value, int digits);

// Breaks an escaped text at spaces into lines of at most `columns` columns; a word that is longer
// stands on a line of its own. The lines after the first begin with `indent` spaces.
std::string wrap_text(std::string_view text, std::size_t columns, std::size_t indent);

}  // namespace dragnet
