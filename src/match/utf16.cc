#include "match/utf16.h"

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

}  // namespace

std::vector<Utf16Run> find_utf16_runs(ByteView blob) {
  std::vector<Utf16Run> runs;
  // The first zero byte at or after `at` belongs to any run that begins there: little endian runs
  // begin one byte before it, big endian ones at it. Where both could be, the longer one counts.
  std::uint64_t at = 0;
  while ((at = blob.find('\0', at)) != ByteView::npos) {
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
