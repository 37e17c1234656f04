#include "match/window_sieve.h"

#include <bit>
#include <numeric>
#include <utility>

#include "match/window_buckets.h"

#ifdef DRAGNET_VECTORS
#include <immintrin.h>
#endif

namespace dragnet {

namespace {

constexpr std::size_t kParts = kSieveBuckets / 8;  // a table has a byte for eight of them
constexpr std::size_t kTables = kSieveTables;
constexpr std::size_t kFolds = 64;

std::size_t table_at(std::size_t part, std::size_t place) {
  return (part * kTables + place) * kFolds;
}

#ifdef DRAGNET_VECTORS

// A block's bytes, and two bytes each, in six bits. What follows the last one is of no window.
struct Folded {
  std::array<std::uint8_t, WindowSieve::kBlock + 128> bytes;
  std::array<std::uint8_t, WindowSieve::kBlock + 128> pairs;
};

// Which array of a fold a table is asked with, and where in it.
const std::uint8_t* asked(const Folded& folded, std::size_t table) {
  return table < kWindowSize ? folded.bytes.data() + table
                             : folded.pairs.data() + (table - kWindowSize);
}

DRAGNET_VBMI inline __m512i fold_64(__mmask64 some, const char* bytes) {
  const __m512i x = _mm512_maskz_loadu_epi8(some, bytes);
  return _mm512_or_si512(_mm512_and_si512(x, _mm512_set1_epi8(0x1f)),
                         _mm512_and_si512(_mm512_srli_epi16(x, 1), _mm512_set1_epi8(0x20)));
}

DRAGNET_VBMI void fold_vbmi(const char* bytes, std::size_t size, Folded* out) {
  for (std::size_t at = 0; at < size; at += 64) {
    const std::size_t left = size - at;
    const __mmask64 some = left >= 64 ? ~__mmask64{0} : (__mmask64{1} << left) - 1;
    const __mmask64 next = left > 64 ? ~__mmask64{0} : (__mmask64{1} << (left - 1)) - 1;
    const __m512i first = fold_64(some, bytes + at);
    const __m512i second = fold_64(next, bytes + at + 1);
    const __m512i turned =
        _mm512_or_si512(_mm512_and_si512(_mm512_slli_epi16(second, 3), _mm512_set1_epi8(0x38)),
                        _mm512_and_si512(_mm512_srli_epi16(second, 3), _mm512_set1_epi8(0x07)));
    _mm512_storeu_si512(out->bytes.data() + at, first);
    _mm512_storeu_si512(out->pairs.data() + at, _mm512_xor_si512(first, turned));
  }
}

// GCC 12 warns of what its own unmasked intrinsics leave uninitialised.
DRAGNET_VBMI inline __m512i widened(__m256i bytes) {
  return _mm512_maskz_cvtepu8_epi16(~__mmask32{0}, bytes);
}
DRAGNET_VBMI inline __m512i look_up_64(__m512i table, const std::uint8_t* x) {
  return _mm512_maskz_permutexvar_epi8(~__mmask64{0}, _mm512_loadu_si512(x), table);
}

// Of the 64 places from `at` on, the buckets that all tables of a part have in common.
template <std::size_t... kTable>
DRAGNET_VBMI inline __m512i common_buckets(const __m512i* tables, const Folded& folded,
                                           std::size_t at,
                                           std::index_sequence<kTable...> /*unrolled*/) {
  __m512i buckets = _mm512_set1_epi8(-1);
  ((buckets = _mm512_and_si512(buckets, look_up_64(tables[kTable], asked(folded, kTable) + at))),
   ...);
  return buckets;
}

// The places in `mask` of the 64 from `at` on. Most often a few: the first 32 are written whether
// there are so many or not.
DRAGNET_VBMI inline void put_places(__mmask64 mask, std::size_t at, __m512i order,
                                    std::uint16_t* places) {
  const __m512i which = _mm512_maskz_compress_epi8(mask, order);
  const __m512i base = _mm512_set1_epi16(static_cast<short>(at));
  const __m256i front = _mm512_maskz_extracti64x4_epi64(0xff, which, 0);
  _mm512_storeu_si512(places, _mm512_add_epi16(base, widened(front)));
  if (std::popcount(mask) <= 32) return;
  const __m256i back = _mm512_maskz_extracti64x4_epi64(0xff, which, 1);
  _mm512_storeu_si512(places + 32, _mm512_add_epi16(base, widened(back)));
}

DRAGNET_VBMI std::size_t scan_vbmi(const std::uint8_t* bytes, const Folded& folded,
                                   std::size_t count, std::uint16_t* places) {
  static_assert(kParts == 2 && kFolds == 64);
  __m512i tables[kParts * kTables];
  for (std::size_t i = 0; i < kParts * kTables; ++i) {
    tables[i] = _mm512_loadu_si512(bytes + kFolds * i);
  }
  alignas(64) std::array<std::uint8_t, 64> counting;
  std::iota(counting.begin(), counting.end(), std::uint8_t{0});
  const __m512i order = _mm512_load_si512(counting.data());
  std::size_t found = 0;
  for (std::size_t at = 0; at < count; at += 64) {
    constexpr auto kEach = std::make_index_sequence<kTables>();
    const __m512i any = _mm512_or_si512(common_buckets(tables, folded, at, kEach),
                                        common_buckets(tables + kTables, folded, at, kEach));
    __mmask64 mask = _mm512_test_epi8_mask(any, any);
    if (count - at < 64) mask &= (__mmask64{1} << (count - at)) - 1;
    put_places(mask, at, order, places + found);
    found += static_cast<unsigned>(std::popcount(mask));
  }
  return found;
}

#endif

}  // namespace

WindowSieve WindowSieve::build(const std::vector<std::vector<LiteralWindow>>& literals,
                               std::vector<std::size_t>* chosen) {
  WindowSieve out;
  out.tables_.assign(kParts * kTables * kFolds, '\0');
  const std::vector<SieveShape> buckets = spread_windows(literals, chosen);
  for (std::size_t b = 0; b < kSieveBuckets; ++b) {
    for (std::size_t i = 0; i < kTables; ++i) {
      for (std::uint64_t bits = buckets[b][i]; bits != 0; bits &= bits - 1) {
        char& entry =
            out.tables_[table_at(b / 8, i) + static_cast<unsigned>(std::countr_zero(bits))];
        entry = static_cast<char>(static_cast<unsigned char>(entry) | 1U << (b % 8));
      }
    }
  }
  return out;
}

bool WindowSieve::consistent() const { return tables_.size() == kParts * kTables * kFolds; }

bool WindowSieve::may_use(CpuLevel level) {
#ifdef DRAGNET_VECTORS
  return level >= CpuLevel::kAvx512Vbmi;
#else
  static_cast<void>(level);
  return false;
#endif
}

std::size_t WindowSieve::scan(ByteView bytes, Places* places) const {
#ifdef DRAGNET_VECTORS
  Folded folded;
  fold_vbmi(bytes.data(), bytes.size(), &folded);
  const std::size_t count = bytes.size() - (kWindowSize - 1);
  return scan_vbmi(reinterpret_cast<const std::uint8_t*>(tables_.data()), folded, count,
                   places->data());
#else
  static_cast<void>(bytes), static_cast<void>(places);
  return 0;
#endif
}

}  // namespace dragnet
