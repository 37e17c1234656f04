#include "match/window_sieve.h"

#include <algorithm>
#include <bit>
#include <numeric>

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

// GCC 12 warns of what its own unmasked intrinsics leave uninitialised.
DRAGNET_VBMI inline __m512i widened(__m256i bytes) {
  return _mm512_maskz_cvtepu8_epi16(~__mmask32{0}, bytes);
}
DRAGNET_VBMI inline __m512i look_up_64(__m512i table, __m512i x) {
  return _mm512_maskz_permutexvar_epi8(~__mmask64{0}, x, table);
}
DRAGNET_VBMI inline __m512i common(__m512i a, __m512i b, __m512i c) {
  return _mm512_ternarylogic_epi64(a, b, c, 0x80);
}

// What the tables of 64 places are asked with, in six bits: each of the four bytes as `folded_bit`,
// and of each two bytes the first one's with the second one's turned by three. The matrices tell
// which bit of a byte goes where, the last row first.
struct Folded {
  __m512i byte0, byte1, byte2, byte3;
  __m512i pair0, pair1, pair2;
};

DRAGNET_VBMI inline __m512i fold_64(__m512i text) {
  return _mm512_gf2p8affine_epi64_epi8(text, _mm512_set1_epi64(0x0102040810400000), 0);
}
DRAGNET_VBMI inline __m512i turn_64(__m512i text) {
  return _mm512_gf2p8affine_epi64_epi8(text, _mm512_set1_epi64(0x0810400102040000), 0);
}

DRAGNET_VBMI inline Folded folded_text(const char* at) {
  const __m512i text1 = _mm512_loadu_si512(at + 1);
  const __m512i text2 = _mm512_loadu_si512(at + 2);
  const __m512i text3 = _mm512_loadu_si512(at + 3);
  Folded out;
  out.byte0 = fold_64(_mm512_loadu_si512(at));
  out.byte1 = fold_64(text1);
  out.byte2 = fold_64(text2);
  out.byte3 = fold_64(text3);
  out.pair0 = _mm512_xor_si512(out.byte0, turn_64(text1));
  out.pair1 = _mm512_xor_si512(out.byte1, turn_64(text2));
  out.pair2 = _mm512_xor_si512(out.byte2, turn_64(text3));
  return out;
}

// Of 64 places, the buckets that all tables of a part have in common.
DRAGNET_VBMI inline __m512i common_buckets(const __m512i* tables, const Folded& text) {
  static_assert(kTables == 7 && kWindowSize == 4);
  const __m512i first = common(look_up_64(tables[0], text.byte0), look_up_64(tables[1], text.byte1),
                               look_up_64(tables[2], text.byte2));
  const __m512i second =
      common(first, look_up_64(tables[3], text.byte3), look_up_64(tables[4], text.pair0));
  return common(second, look_up_64(tables[5], text.pair1), look_up_64(tables[6], text.pair2));
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

DRAGNET_VBMI std::size_t scan_vbmi(const char* bytes, std::size_t count, const char* stored,
                                   std::uint16_t* places) {
  static_assert(kParts == 2 && kFolds == 64);
  __m512i tables[kParts * kTables];
  for (std::size_t i = 0; i < kParts * kTables; ++i) {
    tables[i] = _mm512_loadu_si512(stored + kFolds * i);
  }
  alignas(64) std::array<std::uint8_t, 64> counting;
  std::iota(counting.begin(), counting.end(), std::uint8_t{0});
  const __m512i order = _mm512_load_si512(counting.data());
  std::array<char, 128> last{};  // what is left after whole 64s: what follows it is of no window
  const std::size_t whole = count / 64 * 64;
  std::copy(bytes + whole, bytes + count + kWindowSize - 1, last.begin());
  std::size_t found = 0;
  for (std::size_t at = 0; at < count; at += 64) {
    const Folded text = folded_text(at < whole ? bytes + at : last.data());
    const __m512i any =
        _mm512_or_si512(common_buckets(tables, text), common_buckets(tables + kTables, text));
    __mmask64 mask = _mm512_test_epi8_mask(any, any);
    if (at == whole) mask &= (__mmask64{1} << (count - whole)) - 1;
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
  const std::size_t count = bytes.size() - (kWindowSize - 1);
  return scan_vbmi(bytes.data(), count, tables_.data(), places->data());
#else
  static_cast<void>(bytes), static_cast<void>(places);
  return 0;
#endif
}

}  // namespace dragnet
