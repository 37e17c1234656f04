#include "base/digits.h"

namespace dragnet {

std::string in_digits(std::uint64_t value, std::string_view alphabet, std::size_t width) {
  std::string out(width, alphabet.front());
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit, value /= alphabet.size()) {
    *digit = alphabet[value % alphabet.size()];
  }
  return out;
}

std::optional<std::uint64_t> from_digits(ByteView digits, std::string_view alphabet) {
  if (digits.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : digits) {
    const std::size_t digit = alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    if (value > (~std::uint64_t{0} - digit) / alphabet.size()) return std::nullopt;
    value = value * alphabet.size() + digit;
  }
  return value;
}

}  // namespace dragnet
