// Where in a literal, and in what stands around it, the literal matcher looks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "match/piece.h"
#include "match/precheck.h"

namespace dragnet {

// Bytes of a window.
inline constexpr std::size_t kWindowSize = 4;
// Bytes next to a literal that a window may hold, on each side.
inline constexpr std::size_t kBesideLiteral = 2;
// No window starts more than this before its literal's end.
inline constexpr std::size_t kWindowReach = 12;

// What is left of a byte in a key: both cases of a letter become one, bytes above ASCII become some
// in it.
inline constexpr std::uint32_t kFoldByte = 0x5f;
inline constexpr std::uint32_t kFoldKey = kFoldByte * 0x01010101U;

// A folded byte's bit among 64.
constexpr unsigned folded_bit(unsigned byte) { return (byte & 0x1fU) | (byte & 0x40U) >> 1; }

// Four bytes as a number, as they lie in memory.
inline std::uint32_t load_key(const char* at) {
  std::uint32_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

struct LiteralWindow {
  std::size_t ahead = 0;            // from its start to the literal's end
  std::vector<std::uint32_t> keys;  // every folded form of it
  // What can stand right before and after it, as `folded_bit`s.
  std::uint64_t before = ~std::uint64_t{0};
  std::uint64_t after = ~std::uint64_t{0};
};

// The cheapest window of `literal` that starts an even number of bytes before the literal's end
// (`parity` 0), or an odd one (1): rare in source code, and of few forms. What stands around the
// literal is what one of `glances` lets stand there, anything where one is null. Nothing where all
// have too many forms, which only those of literals of two bytes can.
std::optional<LiteralWindow> literal_window(const Literal& literal,
                                            const std::vector<const AnchorGlance*>& glances,
                                            std::size_t parity);

}  // namespace dragnet
