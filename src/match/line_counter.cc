#include "match/line_counter.h"

#include <algorithm>

#include "match/cpu.h"

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace dragnet {

namespace {

#ifdef __SSE2__

constexpr std::uint64_t kVector = 32;
constexpr std::uint64_t kMostInByte = 255;  // vectors that a byte can count

// Whole vectors of `text`; each byte of a vector counts for itself, until it could overflow.
__attribute__((target("avx2"))) std::uint64_t count_vectors(const char* text,
                                                            std::uint64_t vectors) {
  const __m256i line_feed = _mm256_set1_epi8('\n');
  __m256i sums = _mm256_setzero_si256();
  while (vectors > 0) {
    const std::uint64_t batch = std::min(vectors, kMostInByte);
    __m256i counts = _mm256_setzero_si256();
    for (std::uint64_t i = 0; i < batch; ++i, text += kVector) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
      counts = _mm256_sub_epi8(counts, _mm256_cmpeq_epi8(bytes, line_feed));
    }
    sums = _mm256_add_epi64(sums, _mm256_sad_epu8(counts, _mm256_setzero_si256()));
    vectors -= batch;
  }
  alignas(32) std::uint64_t parts[4];
  _mm256_store_si256(reinterpret_cast<__m256i*>(parts), sums);
  return parts[0] + parts[1] + parts[2] + parts[3];
}

#endif

}  // namespace

std::uint64_t count_line_feeds(ByteView text) {
  std::uint64_t lines = 0;
#ifdef __SSE2__
  if (cpu_level() >= CpuLevel::kAvx2) {
    const std::uint64_t vectors = text.size() / kVector;
    lines = count_vectors(text.data(), vectors);
    text.remove_prefix(vectors * kVector);
  }
#endif
  return lines + static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace dragnet
