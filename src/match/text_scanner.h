// Anchor, confirm and judge over one text: what `Scanner` does with an object and with everything
// that decodes from it.
//
// A text is given to Hyperscan in chunks, so that hits are confirmed while their bytes are in cache
// and no text can make the hit buffer grow without bound. A hit counts for the chunk that its end
// lies in; chunks are widened by the widest anchor and one byte of context on each side, so what a
// chunk's edge makes up falls outside and is dropped.
#pragma once

#include <cstdint>
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
#include "match/recent_texts.h"
#include "match/rule_memo.h"
#include "match/rule_pack.h"
#include "match/scan_state.h"

namespace dragnet {

// What a worker did, for --stats.
struct ScanCounters {
  std::uint64_t bytes = 0;      // looked at for anchors, margins included
  std::uint64_t hits = 0;       // anchors reported
  std::uint64_t confirms = 0;   // times that a rule's regex was asked
  std::uint64_t confirmed = 0;  // times that it agreed
  std::uint64_t recalled = 0;   // fresh ranges of deltas that were seen shortly before
};

// Whether a text is all that there is, so that rules for whole texts see it, or stands in another.
enum class TextExtent : std::uint8_t { kWhole, kPart };

// One thread at a time.
class TextScanner {
 public:
  // `pack` must outlive the scanner.
  static Result<TextScanner> create(const RulePack* pack);

  // Replaces `*state` by the verdicts on `text`, and the records for deltas where `keep` is set.
  void scan(ByteView text, TextExtent extent, bool keep, ScanState* state);
  // The same for a whole text that `ops` make from the one that `base`, which is usable, is the
  // state of.
  void scan_delta(ByteView text, std::span<const DeltaOp> ops, const ScanState& base, bool keep,
                  ScanState* state);

  // Of the last `scan_delta`: where its target is not its base.
  const DeltaPlan& plan() const { return plan_; }

  // Of the last `scan_delta`, for the fresh range `index` of its plan: whether the same bytes were
  // called quiet in an earlier one; and says that they are. What makes a range quiet may depend on
  // kBeside bytes before what changed, and as many after it, and on nothing else.
  static constexpr std::uint64_t kBeside = 64;
  bool is_quiet(std::size_t index) const { return asked_[index].quiet; }
  void set_quiet(std::size_t index) { recent_.set_quiet(asked_[index].key, asked_[index].note); }
  // What changed in it: text[first, last), the place between two bytes where those are equal.
  std::pair<std::uint64_t, std::uint64_t> changed(std::size_t index) const;

  // Every hit in `bytes` (less than 4 GiB), which are texts that start at `starts`, each followed
  // by a byte that is none of its own. Unconfirmed. Lives until the next call of anything.
  const std::vector<AnchorHit>& anchors_in(ByteView bytes, std::span<const std::uint64_t> starts);

  // Bytes that what is kept of a text of `size` bytes may take.
  static std::uint64_t state_share(std::uint64_t size);

  const ScanCounters& counters() const { return counters_; }

 private:
  TextScanner(const RulePack* pack, HyperscanScratch scratch);

  // What a rule's verdict depends on; beside the rules, because it is asked for every record.
  struct Reach {
    std::uint32_t behind;
    std::uint32_t ahead;
    bool whole_blob;
    bool in_line;
    bool judged_alone;  // see `judged_by_match_alone`
  };
  // A place where Hyperscan looks: of text[from, to) the anchors that end in `ends` count.
  struct Window {
    EndRange ends;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::size_t gathered = 0;  // where it starts in `gathered_`
    std::size_t asked = kNotAsked;
  };
  static constexpr std::size_t kNotAsked = ~std::size_t{0};
  // A fresh range of a delta. What is noted of it is noted of the bytes from `from` on, which hold
  // all that it depends on whether an anchor is there.
  struct Asked {
    std::uint64_t from = 0;
    RecentTexts::Key key;  // of no text: nothing is noted
    std::uint64_t note = RecentTexts::kNoId;
    bool quiet = false;
  };

  // Empties `state` for `text`; records go to it only where it is kept.
  void start(ByteView text, bool keep, ScanState* state);
  void scan_fresh(ByteView text, const EndRange& ends, ScanState* state);
  void scan_whole_text(ByteView text, ScanState* state);
  void scan_again(ByteView text, ScanState* state);
  Asked asked_of(ByteView text, const EndRange& ends) const;
  bool recall(ByteView text, const Window& window, ScanState* state);
  Window window_of(ByteView text, const EndRange& ends) const;
  void gather(ByteView text, const Window& window, ScanState* state);
  void scan_window(ByteView text, const Window& window, ScanState* state);
  void scan_gathered(ByteView text, ScanState* state);
  void take_hits(ByteView text, const Window& window, std::span<const AnchorHit> hits,
                 ScanState* state);
  bool depends_on(ByteView text, const Asked& asked, std::uint32_t pattern,
                  std::uint64_t end) const;
  static bool came_along(ByteView text, const CarriedRange& range, std::uint64_t end,
                         const Reach& reach);
  void carry(ByteView text, const CarriedRange& range, const ScanState& base, ScanState* state);
  std::uint32_t carry_verdict(ByteView text, const Verdict& verdict, std::uint64_t moved,
                              ScanState* state);
  bool add_hit(ByteView text, std::uint32_t pattern, std::uint64_t end, ScanState* state);
  std::uint32_t confirm(ByteView text, std::uint32_t rule, std::uint64_t end, ScanState* state);
  std::uint32_t add_verdict(ByteView text, std::uint32_t rule, const Confirmed& found,
                            ScanState* state);
  void judge_around(ByteView text, Verdict* verdict);
  void note(std::uint64_t end, std::uint32_t rule, std::uint32_t verdict,
            std::vector<AnchorRecord>* records);
  void merge_records(ScanState* state);

  const RulePack* pack_;
  HyperscanScratch scratch_;
  ScanCounters counters_;
  std::vector<Reach> reaches_;  // by rule
  std::vector<AnchorHit> hits_;
  std::vector<AnchorRecord> fresh_;  // of this text, beside what was carried
  std::vector<AnchorRecord> merged_;
  std::uint64_t records_left_ = 0;  // how many more of this text may be kept
  bool records_lost_ = false;       // there were more
  DeltaPlan plan_;
  ByteString gathered_;  // small windows, each followed by a byte that is none of its own
  std::size_t gathered_size_ = 0;
  std::vector<Window> windows_;
  std::vector<Asked> asked_;  // by fresh range of the last delta
  RecentTexts recent_;        // fresh ranges of deltas, with their hits
  ByteString noted_;          // hits of one
  std::vector<std::pair<std::uint32_t, std::vector<Confirmed>>> whole_;  // of this text
  RuleMemos runs_;                                                       // of this text
  LineMemo lines_;                                                       // of this text
};

}  // namespace dragnet
