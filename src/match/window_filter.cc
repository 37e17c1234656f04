#include "match/window_filter.h"

#include <bit>

#ifdef DRAGNET_VECTORS
#include <immintrin.h>
#endif

namespace dragnet {

WindowFilter::WindowFilter() : bits_((std::size_t{1} << kBits) / 32, 0) {}

void WindowFilter::add(std::uint32_t key) {
  const std::uint32_t bit = hash(key);
  bits_[bit / 32] |= 1U << (bit % 32);
}

bool WindowFilter::consistent() const { return bits_.size() == (std::size_t{1} << kBits) / 32; }

#ifdef DRAGNET_VECTORS

// What is written lies within what was read: as many places as were kept, and at most sixteen more.
DRAGNET_VBMI std::size_t WindowFilter::keep_sixteen(const char* bytes, std::uint16_t* places,
                                                    std::size_t count) const {
  constexpr __mmask16 kAll = 0xffff;
  const __m512i none = _mm512_setzero_si512();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; i += 16) {
    const auto some = static_cast<__mmask16>(count - i >= 16 ? kAll : (1U << (count - i)) - 1);
    const __m256i which = _mm256_maskz_loadu_epi16(some, places + i);
    const __m512i keys = _mm512_and_si512(
        _mm512_mask_i32gather_epi32(none, some, _mm512_maskz_cvtepu16_epi32(kAll, which), bytes, 1),
        _mm512_set1_epi32(kFoldKey));
    const __m512i hashes = _mm512_maskz_srli_epi32(
        kAll, _mm512_mullo_epi32(keys, _mm512_set1_epi32(static_cast<int>(kFactor))), 32 - kBits);
    const __m512i words = _mm512_mask_i32gather_epi32(
        none, some, _mm512_maskz_srli_epi32(kAll, hashes, 5), bits_.data(), 4);
    const __m512i bits = _mm512_maskz_sllv_epi32(kAll, _mm512_set1_epi32(1),
                                                 _mm512_and_si512(hashes, _mm512_set1_epi32(31)));
    const __mmask16 hits = _mm512_mask_test_epi32_mask(some, words, bits);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(places + kept),
                        _mm256_maskz_compress_epi16(hits, which));
    kept += static_cast<unsigned>(std::popcount(static_cast<unsigned>(hits)));
  }
  return kept;
}

#else

std::size_t WindowFilter::keep_sixteen(const char*, std::uint16_t*, std::size_t) const { return 0; }

#endif

std::size_t WindowFilter::keep(const char* bytes, WindowSieve::Places* places, std::size_t count,
                               CpuLevel level) const {
  if (level >= CpuLevel::kAvx512Vbmi) return keep_sixteen(bytes, places->data(), count);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t at = (*places)[i];
    (*places)[kept] = at;
    kept += has(load_key(bytes + at) & kFoldKey) ? 1 : 0;
  }
  return kept;
}

}  // namespace dragnet
