// How bytes had to be read for a secret to show: one step a level, outermost first.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dragnet {

enum class Decoding : std::uint8_t {
  kNone,
  kUtf16Le,
  kUtf16Be,
  kBase64,  // both alphabets
  kHex,
  kPercent,
  kEscapes,  // backslash escapes, as in JSON and most languages' strings
  kHtml,     // character references
  kGzip,
  kZlib,
};

// As reports name it: "utf-16le", "base64", "gzip"; empty for kNone.
std::string_view to_string(Decoding decoding);

// Up to kMaxLevels steps, packed: the outermost stands in the lowest four bits.
class DecodeTrail {
 public:
  static constexpr unsigned kMaxLevels = 8;

  DecodeTrail() = default;
  explicit DecodeTrail(Decoding only) : bits_(static_cast<std::uint32_t>(only)) {}

  bool empty() const { return bits_ == 0; }
  unsigned levels() const {
    unsigned count = 0;
    for (std::uint32_t rest = bits_; rest != 0; rest >>= 4) ++count;
    return count;
  }
  Decoding level(unsigned i) const { return static_cast<Decoding>(bits_ >> (4 * i) & 0xf); }
  // This trail inside of one more step; it has fewer than kMaxLevels.
  DecodeTrail inside(Decoding outer) const {
    DecodeTrail trail;
    trail.bits_ = bits_ << 4 | static_cast<std::uint32_t>(outer);
    return trail;
  }
  std::vector<std::string> names() const;

  friend bool operator==(const DecodeTrail& a, const DecodeTrail& b) = default;
  // Shorter ones first.
  friend auto operator<=>(const DecodeTrail& a, const DecodeTrail& b) = default;

 private:
  std::uint32_t bits_ = 0;
};

}  // namespace dragnet
