#include "report/text_style.h"

#include <array>
#include <charconv>
#include <cmath>

#include "report/escape.h"

namespace dragnet {

namespace {

std::string_view code_of(Tone tone) {
  switch (tone) {
    case Tone::kStrong:
      return "1";
    case Tone::kDim:
      return "2";
    case Tone::kCritical:
      return "1;31";
    case Tone::kHigh:
      return "31";
    case Tone::kMedium:
      return "33";
    case Tone::kLow:
      return "36";
    case Tone::kSecret:
      return "1;7";
    case Tone::kGood:
      return "1;32";
    case Tone::kBad:
      return "1;31";
  }
  return "0";
}

}  // namespace

Tone tone_of(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return Tone::kCritical;
    case Severity::kHigh:
      return Tone::kHigh;
    case Severity::kMedium:
      return Tone::kMedium;
    case Severity::kLow:
      return Tone::kLow;
  }
  return Tone::kLow;
}

std::string TextStyle::paint(Tone tone, std::string_view text) const {
  if (!colour_ || text.empty()) return std::string(text);
  std::string out = "\x1b[";
  out += code_of(tone);
  out += 'm';
  out += text;
  out += "\x1b[0m";
  return out;
}

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return with_commas(number) + " " + std::string(number == 1 ? one : many);
}

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1000) return counted(bytes, "byte", "bytes");
  constexpr std::array<std::string_view, 6> kUnits{"KB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (value >= 999.95 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return fixed(value, 1) + " " + std::string(kUnits[unit]);
}

std::string fixed(double value, int digits) {
  if (!std::isfinite(value)) return "?";
  std::array<char, 400> buffer;  // the largest double has 309 digits before the point
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::fixed, digits);
  return error == std::errc() ? std::string(buffer.data(), end) : "?";
}

std::string wrap_text(std::string_view text, std::size_t columns, std::size_t indent) {
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
    if (word.empty()) continue;
    const std::size_t width = display_columns(word);
    if (used != 0 && used + 1 + width > columns) {
      out += '\n';
      out.append(indent, ' ');
      used = 0;
    } else if (used != 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += width;
  }
  return out;
}

}  // namespace dragnet
