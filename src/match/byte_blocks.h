// What the search for encoded text asks of every byte, 64 bytes at a time.
//
// A block costs some 4 ns with AVX2, a third of that with AVX-512 VBMI and twice as much with SSE2,
// which every x86-64 has; elsewhere a table does the same.
#pragma once

#include <bit>
#include <cstdint>

#include "base/base64.h"
#include "base/bytes.h"
#include "match/cpu.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace dragnet {

inline bool is_base64(char c) { return kBase64Values[static_cast<unsigned char>(c)] != kNoBase64; }

// Bit i is of byte i. Not set by itself: most are overwritten at once.
struct BlockMasks {
  std::uint64_t base64;       // [A-Za-z0-9+/_-]
  std::uint64_t introducers;  // backslash, percent sign, ampersand
  std::uint64_t line_feeds;   // where asked for
};

inline constexpr std::uint64_t kBlock = 64;

// Of `count` blocks that stand one after the other from `bytes` on.
using BlockMasksFunction = void (*)(const char* bytes, unsigned count, BlockMasks* masks);
// Of the blocks at `left` and at `right`, with line feeds.
using SideMasksFunction = void (*)(const char* left, const char* right, BlockMasks* masks);

// Those for a level, which may not exceed the machine's.
BlockMasksFunction block_masks_for(CpuLevel level);
SideMasksFunction side_masks_for(CpuLevel level);

// The fastest that this processor has.
extern const BlockMasksFunction block_masks;
extern const SideMasksFunction side_masks;

// Of a mask: how many ones stand at its low and at its high end.
inline std::uint64_t low_ones(std::uint64_t mask) {
  return static_cast<std::uint64_t>(std::countr_one(mask));
}
inline std::uint64_t high_ones(std::uint64_t mask) {
  return static_cast<std::uint64_t>(std::countl_one(mask));
}

// The bits of `mask` at which 24 ones begin.
inline std::uint64_t long_ones(std::uint64_t mask) {
  mask &= mask >> 1;
  mask &= mask >> 2;
  mask &= mask >> 4;
  mask &= mask >> 8;
  return mask & mask >> 8;
}

// The first of [from, to) that is `a` or `b`; `to` where none is.
inline std::uint64_t find_either(ByteView text, std::uint64_t from, std::uint64_t to, char a,
                                 char b) {
  std::uint64_t at = from;
#ifdef __SSE2__
  for (; at + 16 <= to; at += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i hits =
        _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8(a)), _mm_cmpeq_epi8(x, _mm_set1_epi8(b)));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hits));
    if (mask != 0) return at + static_cast<unsigned>(__builtin_ctz(mask));
  }
#endif
  while (at < to && text[at] != a && text[at] != b) ++at;
  return at;
}

// The offset after the last of [from, to) that is `a` or `b`; `from` where none is.
inline std::uint64_t find_last_either(ByteView text, std::uint64_t from, std::uint64_t to, char a,
                                      char b) {
  std::uint64_t at = to;
#ifdef __SSE2__
  for (; at >= from + 16; at -= 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at - 16));
    const __m128i hits =
        _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8(a)), _mm_cmpeq_epi8(x, _mm_set1_epi8(b)));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hits));
    if (mask != 0) return at - 16 + (32 - static_cast<unsigned>(__builtin_clz(mask)));
  }
#endif
  while (at > from && text[at - 1] != a && text[at - 1] != b) --at;
  return at;
}

}  // namespace dragnet
