// Where in a literal, and in what stands around it, the literal matcher looks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "match/piece.h"
#include "match/precheck.h"

namespace dragnet {

// Bytes of the shortest literal, and of a window.
inline constexpr std::size_t kLeastLiteral = 2;
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

// One of the windows that a literal can be looked for by; what can stand there as `folded_bit`s.
struct LiteralWindow {
  std::size_t ahead = 0;  // from its start to the literal's end
  double cost = 0;        // for being common in source code, and of many forms; 0.01 is dear
  std::array<std::uint64_t, kWindowSize> bytes{};
  // Right before and right after it.
  std::uint64_t before = ~std::uint64_t{0};
  std::uint64_t after = ~std::uint64_t{0};
};

// Those of `literal`, by `ahead`. What stands around the literal is what one of `glances` lets
// stand there, anything where one is null. At least one for a literal of kLeastLiteral bytes or
// more: a window of two bytes of it has 4,096 forms at most.
std::vector<LiteralWindow> literal_windows(const Literal& literal,
                                           const std::vector<const AnchorGlance*>& glances);

// What can stand next to a literal on each side, the nearest first, as `folded_bit`s.
struct LiteralSides {
  std::array<std::uint64_t, kBesideLiteral> before{};
  std::array<std::uint64_t, kBesideLiteral> after{};

  template <typename Archive>
  friend void fields(Archive& a, LiteralSides& sides) {
    for (std::uint64_t& set : sides.before) a(set);
    for (std::uint64_t& set : sides.after) a(set);
  }
};
LiteralSides literal_sides(const Literal& literal, const std::vector<const AnchorGlance*>& glances);

// Every folded form of the window of `literal` that starts `ahead` bytes before its end.
std::vector<std::uint32_t> window_keys(const Literal& literal,
                                       const std::vector<const AnchorGlance*>& glances,
                                       std::size_t ahead);

}  // namespace dragnet
