// Anchor, confirm, judge: from bytes to matches. One `Scanner` a worker.
//
// A text is given to Hyperscan in chunks, so that hits are confirmed while their bytes are in cache
// and no text can make the hit buffer grow without bound. A hit counts for the chunk that its end
// lies in; chunks are widened by the widest anchor and one byte of context on each side, so what a
// chunk's edge makes up falls outside and is dropped.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "match/hyperscan.h"
#include "match/judge.h"
#include "match/match.h"
#include "match/rule_pack.h"

namespace dragnet {

// What a worker did, for --stats.
struct ScanCounters {
  std::uint64_t bytes = 0;      // given to Hyperscan, margins included
  std::uint64_t hits = 0;       // anchors reported
  std::uint64_t confirmed = 0;  // hits that the rule's regex agreed with
};

class Scanner {
 public:
  // `pack` must outlive the scanner. One thread at a time.
  static Result<Scanner> create(const RulePack* pack);

  // Every secret in `object`, overlaps resolved, sorted by start. The result lives until the next
  // call. Any bytes, any size.
  const std::vector<Match>& scan(ByteView object);

  // Many short texts at once (file names, ref names), each a world of its own: `found(i, matches)`
  // is called for every text i that has any, in order. Matches are as `scan(texts[i])` gives them.
  void scan_each(std::span<const ByteView> texts,
                 const std::function<void(std::size_t, const std::vector<Match>&)>& found);

  const ScanCounters& counters() const { return counters_; }

 private:
  Scanner(const RulePack* pack, HyperscanScratch scratch)
      : pack_(pack), scratch_(std::move(scratch)) {}

  void scan_text(ByteView text, std::vector<Match>* out);
  void scan_utf16(ByteView object);
  void confirm(ByteView text, std::uint32_t rule, std::uint64_t end, std::vector<Match>* out);
  void finish(ByteView object);

  const RulePack* pack_;
  HyperscanScratch scratch_;
  ScanCounters counters_;
  std::vector<AnchorHit> hits_;
  std::vector<Match> matches_;
  std::vector<std::pair<std::uint32_t, std::vector<Confirmed>>> whole_;  // of this text
};

}  // namespace dragnet
