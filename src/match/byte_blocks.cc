#include "match/byte_blocks.h"

#include <array>

#ifdef DRAGNET_VECTORS
#include <immintrin.h>
#endif

namespace dragnet {

namespace {

#ifdef DRAGNET_VECTORS

// A range of bytes that ends at c is moved to end at 127, so that one signed comparison tells.

template <bool kLines>
BlockMasks sse2_masks(const char* bytes) {
  BlockMasks masks{};
  for (unsigned i = 0; i < 4; ++i) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * i));
    const auto is = [&](char c) { return _mm_cmpeq_epi8(x, _mm_set1_epi8(c)); };
    const __m128i lower = _mm_or_si128(x, _mm_set1_epi8(0x20));
    const __m128i letters =
        _mm_cmpgt_epi8(_mm_add_epi8(lower, _mm_set1_epi8(127 - 'z')), _mm_set1_epi8(127 - 26));
    const __m128i digits =  // and the slash before them
        _mm_cmpgt_epi8(_mm_add_epi8(x, _mm_set1_epi8(127 - '9')), _mm_set1_epi8(127 - 11));
    const __m128i signs = _mm_or_si128(_mm_or_si128(is('+'), is('-')), is('_'));
    const __m128i base64 = _mm_or_si128(_mm_or_si128(letters, digits), signs);
    const __m128i introducers = _mm_or_si128(_mm_or_si128(is('\\'), is('%')), is('&'));
    const auto bits = [&](__m128i v) {
      return std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(v))} << (16 * i);
    };
    masks.base64 |= bits(base64);
    masks.introducers |= bits(introducers);
    if (kLines) masks.line_feeds |= bits(is('\n'));
  }
  return masks;
}

// Lambdas do not take over the target, so this one has none.
template <bool kLines>
__attribute__((target("avx2"))) BlockMasks avx2_masks(const char* bytes) {
  BlockMasks masks{};
  for (unsigned i = 0; i < 2; ++i) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + 32 * i));
    const __m256i lower = _mm256_or_si256(x, _mm256_set1_epi8(0x20));
    const __m256i letters = _mm256_cmpgt_epi8(_mm256_add_epi8(lower, _mm256_set1_epi8(127 - 'z')),
                                              _mm256_set1_epi8(127 - 26));
    const __m256i digits = _mm256_cmpgt_epi8(_mm256_add_epi8(x, _mm256_set1_epi8(127 - '9')),
                                             _mm256_set1_epi8(127 - 11));
    const __m256i signs =
        _mm256_or_si256(_mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('+')),
                                        _mm256_cmpeq_epi8(x, _mm256_set1_epi8('-'))),
                        _mm256_cmpeq_epi8(x, _mm256_set1_epi8('_')));
    const __m256i base64 = _mm256_or_si256(_mm256_or_si256(letters, digits), signs);
    const __m256i introducers =
        _mm256_or_si256(_mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\')),
                                        _mm256_cmpeq_epi8(x, _mm256_set1_epi8('%'))),
                        _mm256_cmpeq_epi8(x, _mm256_set1_epi8('&')));
    masks.base64 |= std::uint64_t{static_cast<unsigned>(_mm256_movemask_epi8(base64))} << (32 * i);
    masks.introducers |= std::uint64_t{static_cast<unsigned>(_mm256_movemask_epi8(introducers))}
                         << (32 * i);
    if (kLines) {
      const __m256i lines = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\n'));
      masks.line_feeds |= std::uint64_t{static_cast<unsigned>(_mm256_movemask_epi8(lines))}
                          << (32 * i);
    }
  }
  return masks;
}

__attribute__((target("avx2"))) void avx2_blocks(const char* bytes, unsigned count,
                                                 BlockMasks* masks) {
  for (unsigned i = 0; i < count; ++i) masks[i] = avx2_masks<false>(bytes + kBlock * i);
}

__attribute__((target("avx2"))) void avx2_sides(const char* left, const char* right,
                                                BlockMasks* masks) {
  masks[0] = avx2_masks<true>(left);
  masks[1] = avx2_masks<true>(right);
}

// With AVX-512 VBMI one instruction looks up 64 bytes in a table of the 128 that ASCII has.
constexpr unsigned kBase64Class = 1;
constexpr unsigned kIntroducerClass = 2;
constexpr unsigned kLineFeedClass = 4;

constexpr std::array<std::uint8_t, 128> kClasses = [] {
  std::array<std::uint8_t, 128> classes{};
  for (unsigned byte = 0; byte < classes.size(); ++byte) {
    if (kBase64Values[byte] != kNoBase64) classes[byte] |= kBase64Class;
  }
  for (const char c : {'\\', '%', '&'}) classes[static_cast<unsigned char>(c)] |= kIntroducerClass;
  classes['\n'] |= kLineFeedClass;
  return classes;
}();

DRAGNET_VBMI inline __m512i vbmi_classes(const char* bytes) {
  const __m512i x = _mm512_loadu_si512(bytes);
  return _mm512_maskz_permutex2var_epi8(~_mm512_movepi8_mask(x),
                                        _mm512_loadu_si512(kClasses.data()), x,
                                        _mm512_loadu_si512(kClasses.data() + 64));
}

DRAGNET_VBMI inline std::uint64_t vbmi_of(__m512i classes, unsigned some) {
  return _mm512_test_epi8_mask(classes, _mm512_set1_epi8(static_cast<char>(some)));
}

DRAGNET_VBMI void vbmi_blocks(const char* bytes, unsigned count, BlockMasks* masks) {
  for (unsigned i = 0; i < count; ++i) {
    const __m512i classes = vbmi_classes(bytes + kBlock * i);
    masks[i].base64 = vbmi_of(classes, kBase64Class);
    masks[i].introducers = vbmi_of(classes, kIntroducerClass);
  }
}

DRAGNET_VBMI void vbmi_sides(const char* left, const char* right, BlockMasks* masks) {
  for (const char* side : {left, right}) {
    const __m512i classes = vbmi_classes(side);
    *masks++ = {vbmi_of(classes, kBase64Class), vbmi_of(classes, kIntroducerClass),
                vbmi_of(classes, kLineFeedClass)};
  }
}

template <bool kLines>
BlockMasks masks_of(const char* bytes) {
  return sse2_masks<kLines>(bytes);
}

#else

template <bool kLines>
BlockMasks masks_of(const char* bytes) {
  BlockMasks masks{};
  for (unsigned i = 0; i < kBlock; ++i) {
    const char c = bytes[i];
    masks.base64 |= std::uint64_t{is_base64(c)} << i;
    masks.introducers |= std::uint64_t{c == '\\' || c == '%' || c == '&'} << i;
    if (kLines) masks.line_feeds |= std::uint64_t{c == '\n'} << i;
  }
  return masks;
}

#endif

void blocks(const char* bytes, unsigned count, BlockMasks* masks) {
  for (unsigned i = 0; i < count; ++i) masks[i] = masks_of<false>(bytes + kBlock * i);
}

void sides(const char* left, const char* right, BlockMasks* masks) {
  masks[0] = masks_of<true>(left);
  masks[1] = masks_of<true>(right);
}

}  // namespace

#ifdef DRAGNET_VECTORS
BlockMasksFunction block_masks_for(CpuLevel level) {
  if (level >= CpuLevel::kAvx512Vbmi) return vbmi_blocks;
  return level >= CpuLevel::kAvx2 ? avx2_blocks : blocks;
}
SideMasksFunction side_masks_for(CpuLevel level) {
  if (level >= CpuLevel::kAvx512Vbmi) return vbmi_sides;
  return level >= CpuLevel::kAvx2 ? avx2_sides : sides;
}
#else
BlockMasksFunction block_masks_for(CpuLevel) { return blocks; }
SideMasksFunction side_masks_for(CpuLevel) { return sides; }
#endif

const BlockMasksFunction block_masks = block_masks_for(cpu_level());
const SideMasksFunction side_masks = side_masks_for(cpu_level());

}  // namespace dragnet
