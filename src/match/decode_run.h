// Decoding one run, and finding back from decoded bytes to those that they were.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "match/encoded_runs.h"

namespace dragnet {

inline bool is_escapes(Decoding kind) {
  return kind == Decoding::kEscapes || kind == Decoding::kPercent || kind == Decoding::kHtml;
}

// One bit a decoded byte: whether it was written as an escape.
class EscapedBits {
 public:
  // None of `size` is set.
  void clear(std::uint64_t size) { words_.assign(size / 64 + 1, 0); }
  void set(std::uint64_t at) { words_[at / 64] |= std::uint64_t{1} << (at % 64); }
  // Whether any of [from, to) is set; both at most the size.
  bool any(std::uint64_t from, std::uint64_t to) const;

 private:
  std::vector<std::uint64_t> words_;
};

struct DecodedRunInfo {
  std::uint64_t size = 0;
  // Kinds of escapes whose introducer came out of an escape: what was escaped twice.
  RunKinds made = RunKinds::none();
};

// Decodes text[run.begin, run.end) to `out`, which has room for as many bytes. `escaped`, where
// given, gets a bit for every decoded byte that was an escape; that of the first one is `bit`.
DecodedRunInfo decode_run(ByteView text, const EncodedRun& run, char* out,
                          EscapedBits* escaped = nullptr, std::uint64_t bit = 0);

// A decoded offset to be turned into one of the text: of the byte there, or, for an `end`, the
// offset after the byte before.
struct OffsetQuery {
  std::uint64_t* offset = nullptr;
  bool end = false;
};

// Replaces the offsets that `queries` (in any order; it is sorted) point at. They are at most the
// decoded size.
void map_offsets(ByteView text, const EncodedRun& run, std::vector<OffsetQuery>* queries);

}  // namespace dragnet
