// What a scan leaves for the scans of objects that are deltas of the one scanned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "match/judge.h"
#include "match/match.h"

namespace dragnet {

// An anchor that was seen, and what came of it.
struct AnchorRecord {
  static constexpr std::uint32_t kRejected = ~std::uint32_t{0};

  std::uint32_t end = 0;  // offset after its last byte
  std::uint32_t rule = 0;
  std::uint32_t verdict = kRejected;  // a place in `ScanState::verdicts`
};

// A match of a rule's regex against which, taken alone, nothing speaks.
struct Verdict {
  std::uint32_t rule = 0;
  Confirmed found;
  bool accepted = false;  // nor does what stands around it
  Match match;            // without lines, companions and what depends on other matches
};

// Encoded text with something in it (encoded_runs.h).
struct DecodedRun {
  Decoding kind = Decoding::kNone;
  bool starts_text = false, ends_text = false;
  bool cut = false;  // not all of it was decoded, there was too much
  std::uint64_t begin = 0;
  std::uint64_t from = 0, to = 0;  // all that it depends on
  std::vector<Match> matches;      // as `Verdict::match` is, but with a trail

  std::size_t memory() const {
    std::size_t sum = sizeof *this + matches.capacity() * sizeof(Match);
    for (const Match& match : matches) {
      sum += sizeof(DecodedSecret) + match.decoded->bytes.size() + match.decoded->match.size();
    }
    return sum;
  }
};

// Immutable once made; threads may share it.
struct ScanState {
  // Offsets have 32 bits here: of larger objects nothing is kept.
  static constexpr std::uint64_t kMaxObject = 0xffffffff;

  std::uint64_t size = 0;             // of the object
  bool usable = false;                // a delta of it can be scanned as one
  bool has_zero = false;              // a zero byte stands in it
  std::vector<AnchorRecord> records;  // by end; rejected ones included
  std::vector<Verdict> verdicts;
  std::vector<DecodedRun> decoded;  // by `begin`

  void clear() {
    size = 0;
    usable = false;
    has_zero = false;
    records.clear();
    verdicts.clear();
    decoded.clear();
  }
  std::size_t decoded_memory() const {
    std::size_t sum = 0;
    for (const DecodedRun& run : decoded) sum += run.memory();
    return sum;
  }
  std::size_t memory() const {
    return sizeof *this + records.capacity() * sizeof(AnchorRecord) +
           verdicts.capacity() * sizeof(Verdict) + decoded_memory();
  }
};

}  // namespace dragnet
