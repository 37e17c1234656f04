// Anchor, confirm, judge: from bytes to matches. One `Scanner` a worker.
//
// A text is given to Hyperscan in chunks, so that hits are confirmed while their bytes are in cache
// and no text can make the hit buffer grow without bound. A hit counts for the chunk that its end
// lies in; chunks are widened by the widest anchor and one byte of context on each side, so what a
// chunk's edge makes up falls outside and is dropped.
//
// An object that is a delta of one scanned before costs what is new in it (delta_plan.h): the
// base's anchors are carried over with their verdicts, those whose surroundings changed are
// confirmed again, and only around seams and in inserted bytes new ones are looked for. The result
// is that of a scan of the whole, to the byte.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/delta_op.h"
#include "base/result.h"
#include "match/delta_plan.h"
#include "match/hyperscan.h"
#include "match/judge.h"
#include "match/match.h"
#include "match/rule_memo.h"
#include "match/rule_pack.h"
#include "match/scan_state.h"

namespace dragnet {

// What a worker did, for --stats.
struct ScanCounters {
  std::uint64_t bytes = 0;      // given to Hyperscan, margins included
  std::uint64_t hits = 0;       // anchors reported
  std::uint64_t confirms = 0;   // times that a rule's regex was asked
  std::uint64_t confirmed = 0;  // times that it agreed
};

class Scanner {
 public:
  // `pack` must outlive the scanner. One thread at a time.
  static Result<Scanner> create(const RulePack* pack);

  // Every secret in `object`, overlaps resolved, sorted by start. The result lives until the next
  // call. Any bytes, any size. `keep`, where given, gets what scans of deltas of `object` need.
  const std::vector<Match>& scan(ByteView object, ScanState* keep = nullptr);

  // The same result for an object that `ops` make from the one that `base` was kept of.
  const std::vector<Match>& scan_delta(ByteView object, std::span<const DeltaOp> ops,
                                       const ScanState& base, ScanState* keep = nullptr);

  // Many short texts at once (file names, ref names), each a world of its own: `found(i, matches)`
  // is called for every text i that has any, in order. Matches are as `scan(texts[i])` gives them.
  void scan_each(std::span<const ByteView> texts,
                 const std::function<void(std::size_t, const std::vector<Match>&)>& found);

  // Memory for a decoded text that is large, as much as is asked for; null where there is none.
  // Without it that is the heap's.
  using TextMemory = std::function<std::shared_ptr<char>(std::size_t)>;
  void set_text_memory(TextMemory memory) { text_memory_ = std::move(memory); }

  const ScanCounters& counters() const { return counters_; }

 private:
  Scanner(const RulePack* pack, HyperscanScratch scratch);

  // What a rule's verdict depends on; beside the rules, because it is asked for every record.
  struct Reach {
    std::uint32_t behind;
    std::uint32_t ahead;
    bool whole_blob;
    bool judged_alone;  // see `judged_by_match_alone`
  };
  // A place where Hyperscan looks: of text[from, to) the anchors that end in `ends` count.
  struct Window {
    EndRange ends;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::size_t gathered = 0;  // where it starts in `gathered_`
  };

  // Empties `state` for `text`; records go to it only where it is kept.
  void start(ByteView text, bool keep, ScanState* state);
  void scan_text(ByteView text, bool keep, ScanState* state);
  void scan_fresh(ByteView text, const EndRange& ends, ScanState* state);
  Window window_of(ByteView text, const EndRange& ends) const;
  void scan_window(ByteView text, const Window& window, ScanState* state);
  void scan_gathered(ByteView text, ScanState* state);
  void carry(ByteView text, const CarriedRange& range, const ScanState& base, ScanState* state);
  std::uint32_t carry_verdict(ByteView text, const Verdict& verdict, std::uint64_t moved,
                              ScanState* state);
  void add_hit(ByteView text, std::uint32_t pattern, std::uint64_t end, ScanState* state);
  std::uint32_t confirm(ByteView text, std::uint32_t rule, std::uint64_t end, ScanState* state);
  std::uint32_t add_verdict(ByteView text, std::uint32_t rule, const Confirmed& found,
                            ScanState* state);
  void note(std::uint64_t end, std::uint32_t rule, std::uint32_t verdict,
            std::vector<AnchorRecord>* records);
  void merge_records(ScanState* state);
  std::shared_ptr<char> memory_for(std::size_t size) const;
  void scan_utf16(ByteView object);
  const std::vector<Match>& finish(ByteView object, const ScanState& state);

  const RulePack* pack_;
  HyperscanScratch scratch_;
  ScanCounters counters_;
  std::vector<Reach> reaches_;  // by rule
  std::vector<AnchorHit> hits_;
  std::vector<Match> matches_;
  TextMemory text_memory_;
  ScanState own_;                    // where the caller keeps none
  ScanState decoded_;                // of a UTF-16 run
  std::vector<AnchorRecord> fresh_;  // of this text, beside what was carried
  std::vector<AnchorRecord> merged_;
  std::uint64_t records_left_ = 0;  // how many more of this text may be kept
  bool records_lost_ = false;       // there were more
  DeltaPlan plan_;
  ByteString gathered_;  // small windows, each followed by a byte that is none of its own
  std::size_t gathered_size_ = 0;
  std::vector<Window> windows_;
  std::vector<std::pair<std::uint32_t, std::vector<Confirmed>>> whole_;  // of this text
  RuleMemos runs_;                                                       // of this text
  LineMemo lines_;                                                       // of this text
};

}  // namespace dragnet
