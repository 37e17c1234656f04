// Which windows of literals share a bucket of the sieve (window_sieve.h), and which of its windows
// a literal is looked for by.
//
// A bucket lets every combination through of what its windows need, each alone, so what counts is
// which windows share one. Each literal is put where it adds least to what the buckets let through
// of source code (byte_model.h), then moved while that helps.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "match/literal_windows.h"

namespace dragnet {

inline constexpr std::size_t kSieveBuckets = 16;
// One for each byte of a window, then one for each two bytes of it that follow each other.
inline constexpr std::size_t kSieveTables = 2 * kWindowSize - 1;

// Two folded bytes in six bits.
constexpr unsigned folded_pair(unsigned first, unsigned second) {
  return first ^ ((second << 3 | second >> 3) & 63);
}

// For each table the entries, of 64, that some window needs.
using SieveShape = std::array<std::uint64_t, kSieveTables>;

// For literals, each of which has these windows, at least one: the buckets. Writes for each literal
// the index of its window.
std::vector<SieveShape> spread_windows(const std::vector<std::vector<LiteralWindow>>& windows,
                                       std::vector<std::size_t>* chosen);

}  // namespace dragnet
