#include "base/hex.h"

#include <array>

namespace dragnet {

namespace {

constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  for (std::size_t c = 0; c < digits.size(); ++c) {
    digits[c] = static_cast<std::uint8_t>(c >= '0' && c <= '9'   ? c - '0'
                                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                                 : kNoDigit);
  }
  return digits;
}

constexpr std::array<std::uint8_t, 256> kDigitValues = make_digits();

}  // namespace

std::string to_hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

bool from_hex(std::string_view hex, std::uint8_t* out) {
  std::uint8_t wrong = 0;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    const std::uint8_t high = kDigitValues[static_cast<unsigned char>(hex[i])];
    const std::uint8_t low = kDigitValues[static_cast<unsigned char>(hex[i + 1])];
    wrong |= static_cast<std::uint8_t>((high | low) & 0xf0U);
    out[i / 2] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return wrong == 0 && hex.size() % 2 == 0;
}

std::optional<ByteString> from_hex(std::string_view hex) {
  ByteString out(hex.size() / 2, '\0');
  if (!from_hex(hex, reinterpret_cast<std::uint8_t*>(out.data()))) return std::nullopt;
  return out;
}

}  // namespace dragnet
