// Bytes to hexadecimal digits and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace dragnet {

// Two lower-case digits a byte.
std::string to_hex(ByteView bytes);

// Either case; nothing where the length is odd or a character is no digit.
std::optional<ByteString> from_hex(std::string_view hex);
// The same into `out`, which has room for half as many bytes. False where that is nothing; `out` is
// then of no use.
[[nodiscard]] bool from_hex(std::string_view hex, std::uint8_t* out);

}  // namespace dragnet
