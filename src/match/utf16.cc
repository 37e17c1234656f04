#include "match/utf16.h"

#include <algorithm>
#include <bit>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace dragnet {

namespace {

bool is_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte < 0x7f) || byte == '\t' || byte == '\n' || byte == '\r';
}

// Units of a run of the given byte order that begins at `start`.
std::uint64_t run_length(ByteView blob, std::uint64_t start, bool big_endian) {
  std::uint64_t at = start;
  while (at + 1 < blob.size()) {
    const char text = blob[at + (big_endian ? 1 : 0)];
    const char zero = blob[at + (big_endian ? 0 : 1)];
    if (zero != 0 || !is_text(text)) break;
    at += 2;
  }
  return (at - start) / 2;
}

#ifdef __SSE2__

constexpr unsigned kBlock = 64;
constexpr unsigned kLeastRun = 2 * kMinUtf16Units;  // bytes; positions looked at need as many ahead
static_assert(kMinUtf16Units == 8);

struct Masks {
  std::uint64_t zeros = 0;
  std::uint64_t text = 0;
};

Masks masks_at(const char* bytes) {
  Masks masks;
  for (unsigned i = 0; i < 4; ++i) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * i));
    const auto is = [&](char c) { return _mm_cmpeq_epi8(x, _mm_set1_epi8(c)); };
    const auto bits = [&](__m128i v) {
      return std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(v))} << (16 * i);
    };
    // Signed: bytes from 0x80 on are below.
    const __m128i printed = _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8(0x1f)),
                                          _mm_cmplt_epi8(x, _mm_set1_epi8(0x7f)));
    masks.zeros |= bits(is(0));
    masks.text |=
        bits(_mm_or_si128(_mm_or_si128(printed, is('\t')), _mm_or_si128(is('\n'), is('\r'))));
  }
  return masks;
}

// Where the least number of units begins, one after the other, given where there is one.
std::uint64_t begins_run(std::uint64_t units) {
  units &= units >> 2;
  units &= units >> 4;
  return units & units >> 8;
}

// The first zero byte from `at` on that can belong to the first unit of a run of the least length.
std::uint64_t next_zero(ByteView blob, std::uint64_t at) {
  // A little endian run begins a byte before its zero.
  std::uint64_t from = at > 0 ? at - 1 : 0;
  for (; from + kBlock <= blob.size(); from += kBlock - kLeastRun) {
    const Masks masks = masks_at(blob.data() + from);
    if (masks.zeros == 0) continue;
    const std::uint64_t little = begins_run(masks.text & masks.zeros >> 1) << 1;
    const std::uint64_t big = begins_run(masks.zeros & masks.text >> 1);
    std::uint64_t found = little | big;
    if (from < at) found &= ~std::uint64_t{1};
    if (found != 0) return from + static_cast<unsigned>(std::countr_zero(found));
  }
  return blob.find('\0', std::max(from, at));
}

#else

std::uint64_t next_zero(ByteView blob, std::uint64_t at) { return blob.find('\0', at); }

#endif

}  // namespace

std::vector<Utf16Run> find_utf16_runs(ByteView blob) {
  std::vector<Utf16Run> runs;
  // The first zero byte at or after `at` belongs to any run that begins there: little endian runs
  // begin one byte before it, big endian ones at it. Where both could be, the longer one counts.
  std::uint64_t at = 0;
  while ((at = next_zero(blob, at)) != ByteView::npos) {
    const bool has_before =
        at > 0 && (runs.empty() || at - 1 >= runs.back().start + 2 * runs.back().units);
    const std::uint64_t little = has_before ? run_length(blob, at - 1, false) : 0;
    const std::uint64_t big = run_length(blob, at, true);
    const bool big_endian = big > little;
    const Utf16Run run{big_endian ? at : at - (has_before ? 1 : 0), big_endian ? big : little,
                       big_endian};
    if (run.units < kMinUtf16Units) {
      ++at;
      continue;
    }
    runs.push_back(run);
    at = run.start + 2 * run.units;
  }
  return runs;
}

void decode_utf16_run(ByteView blob, const Utf16Run& run, char* text) {
  const char* unit = blob.data() + run.start + (run.big_endian ? 1 : 0);
  for (std::uint64_t i = 0; i < run.units; ++i) text[i] = unit[2 * i];
}

}  // namespace dragnet
