// Numbers as git's files have them: the biggest byte first; what its indexes of packs share.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dragnet {

inline std::uint32_t load_big32(const char* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(at[i]);
  return value;
}

inline std::uint64_t load_big64(const char* at) {
  return static_cast<std::uint64_t>(load_big32(at)) << 32 | load_big32(at + 4);
}

inline void store_big32(char* at, std::uint32_t value) {
  for (int i = 3; i >= 0; --i, value >>= 8) at[i] = static_cast<char>(value);
}

// How many ids start with a byte or a smaller one, for each byte.
constexpr std::size_t kFanoutBytes = 256 * 4;
// In an offset of 32 bits: the rest is a place in the table of offsets of 64.
constexpr std::uint32_t kLargeOffset = 0x80000000U;

}  // namespace dragnet
