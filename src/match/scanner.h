// From an object's bytes to its matches. One `Scanner` a worker.
//
// The bytes are matched as they lie (text_scanner.h), and so is what encoded runs in them decode to
// (encoded_runs.h, decoded_scan.h).
//
// Rules for whole texts (`\A...\z`) see the object, not what decodes from it.
//
// An object that is a delta of one scanned before costs what is new in it (delta_plan.h): the
// base's anchors are carried over with their verdicts, those whose surroundings changed are
// confirmed again, and only around seams and in inserted bytes new ones are looked for. Likewise
// encoded runs that came along with all that they depend on are not decoded again. The result is
// that of a scan of the whole, to the byte.
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
#include "match/decoded_scan.h"
#include "match/match.h"
#include "match/rule_pack.h"
#include "match/scan_state.h"
#include "match/text_scanner.h"

namespace dragnet {

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
  // is called for every text i that has any, in order. Matches are as `scan(texts[i])` gives them,
  // but that no name is a file: rules for whole texts do not see it.
  void scan_each(std::span<const ByteView> texts,
                 const std::function<void(std::size_t, const std::vector<Match>&)>& found);

  // Memory for a decoded text that is large, as much as is asked for; null where there is none.
  // Without it that is the heap's.
  using TextMemory = DecodedScanner::TextMemory;
  void set_text_memory(TextMemory memory) { decoded_->set_text_memory(std::move(memory)); }

  // Whether something in the last object decodes to more than is decoded, so that not all of it was
  // looked at.
  bool decoding_cut() const { return decoding_cut_; }

  const ScanCounters& counters() const { return texts_->counters(); }

 private:
  Scanner(const RulePack* pack, TextScanner texts);

  const std::vector<Match>& scan_text(ByteView object, TextExtent extent, ScanState* keep);
  void decode_all(ByteView object, ScanState* state);
  void decode_delta(ByteView object, std::span<const DeltaOp> ops, const ScanState& base,
                    ScanState* state);
  void end_decoding(ScanState* state);
  const std::vector<Match>& finish(ByteView object, ScanState* state);

  const RulePack* pack_;
  // On the heap, so that a scanner can be moved.
  std::unique_ptr<TextScanner> texts_;
  std::unique_ptr<DecodedScanner> decoded_;
  std::vector<Match> matches_;
  ScanState own_;  // where the caller keeps none
  bool decoding_cut_ = false;
};

}  // namespace dragnet
