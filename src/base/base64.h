// Base64, both alphabets (RFC 4648).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace dragnet {

// The value of a byte in either alphabet; kNoBase64 where it has none.
inline constexpr std::uint8_t kNoBase64 = 0xff;
inline constexpr std::array<std::uint8_t, 256> kBase64Values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoBase64);
  for (std::uint8_t i = 0; i < 26; ++i) {
    values['A' + std::size_t{i}] = i;
    values['a' + std::size_t{i}] = static_cast<std::uint8_t>(26 + i);
  }
  for (std::uint8_t i = 0; i < 10; ++i) {
    values['0' + std::size_t{i}] = static_cast<std::uint8_t>(52 + i);
  }
  values['+'] = values['-'] = 62;
  values['/'] = values['_'] = 63;
  return values;
}();

// Decodes the standard or the URL alphabet, even mixed, with or without padding. Nothing where
// another byte occurs, where padding is followed by anything, or where the length is one over a
// multiple of four.
std::optional<ByteString> decode_base64(ByteView text);

}  // namespace dragnet
