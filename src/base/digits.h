// Numbers as digits of any alphabet, and the alphabets that tokens are written in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace dragnet {

inline constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";  // RFC 4648
inline constexpr std::string_view kBase36 = "0123456789abcdefghijklmnopqrstuvwxyz";
inline constexpr std::string_view kBase58 =  // as Bitcoin writes it
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
inline constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
inline constexpr std::string_view kLettersFirst62 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
inline constexpr std::string_view kBech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";  // BIP 173

// `value` in the last `width` digits of it, most significant first.
std::string in_digits(std::uint64_t value, std::string_view alphabet, std::size_t width);

// The number that `digits` are; nothing where one is none, where there are none, or beyond 64 bits.
std::optional<std::uint64_t> from_digits(ByteView digits, std::string_view alphabet);

}  // namespace dragnet
