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

// A match of a rule's regex, and what judging said of it.
struct Verdict {
  std::uint32_t rule = 0;
  Confirmed found;
  bool accepted = false;
  Match match;  // where accepted; without lines, companions and what depends on other matches
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

  void clear() {
    size = 0;
    usable = false;
    has_zero = false;
    records.clear();
    verdicts.clear();
  }
  std::size_t memory() const {
    return sizeof *this + records.capacity() * sizeof(AnchorRecord) +
           verdicts.capacity() * sizeof(Verdict);
  }
};

}  // namespace dragnet
