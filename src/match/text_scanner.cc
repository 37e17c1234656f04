#include "match/text_scanner.h"

#include <algorithm>
#include <utility>

#include "match/confirm.h"
#include "match/judge.h"

namespace dragnet {

namespace {

// Of a text's size, what its records may take: code has 8 KB of them in a megabyte. Where there are
// more its deltas are scanned whole, so that no state is larger than its object.
constexpr std::uint64_t kRecordShare = 4;
constexpr std::uint64_t kFreeRecords = 1000;

// Whether the last verdict is on this match. Most matches have several anchors: the second one
// brings nothing new.
bool is_last(const ScanState& state, std::uint32_t rule, const Confirmed& found) {
  if (state.verdicts.empty()) return false;
  const Verdict& last = state.verdicts.back();
  return last.rule == rule && last.found.match_start == found.match_start &&
         last.found.match_end == found.match_end;
}

}  // namespace

std::uint64_t TextScanner::state_share(std::uint64_t size) {
  return kFreeRecords * sizeof(AnchorRecord) + size / kRecordShare;
}

TextScanner::TextScanner(const RulePack* pack, HyperscanScratch scratch)
    : pack_(pack), scratch_(std::move(scratch)), runs_(pack->rules().size()) {
  reaches_.reserve(pack->rules().size());
  for (std::uint32_t rule = 0; rule < pack->rules().size(); ++rule) {
    const CompiledRule& compiled = pack->rules()[rule];
    reaches_.push_back({compiled.lookbehind, compiled.lookahead, compiled.whole_blob(),
                        compiled.in_line, judged_by_match_alone(*pack, rule)});
  }
}

Result<TextScanner> TextScanner::create(const RulePack* pack) {
  auto scratch = HyperscanScratch::allocate(pack->database());
  if (!scratch) return std::move(scratch).error();
  return TextScanner(pack, std::move(scratch).value());
}

void TextScanner::start(ByteView text, bool keep, ScanState* state) {
  state->clear();
  state->size = text.size();
  whole_.clear();
  runs_.clear();
  lines_.clear();
  fresh_.clear();
  const bool possible = keep && text.size() <= ScanState::kMaxObject;
  records_left_ = possible ? kFreeRecords + text.size() / kRecordShare / sizeof(AnchorRecord) : 0;
  records_lost_ = !possible;
}

void TextScanner::scan_delta(ByteView text, std::span<const DeltaOp> ops, const ScanState& base,
                             bool keep, ScanState* state) {
  start(text, keep, state);
  plan_delta(ops, base.size, text.size(), pack_->anchor_width(), &plan_);
  for (const CarriedRange& range : plan_.carried) carry(text, range, base, state);
  scan_again(text, state);
  scan_gathered(text, state);
  scan_whole_text(text, state);
  merge_records(state);
}

const std::vector<AnchorHit>& TextScanner::anchors_in(ByteView bytes,
                                                      std::span<const std::uint64_t> starts) {
  hits_.clear();
  counters_.bytes += bytes.size();
  scratch_.scan(pack_->database(), bytes, &hits_, starts);
  return hits_;
}

void TextScanner::scan(ByteView text, TextExtent extent, bool keep, ScanState* state) {
  start(text, keep, state);
  if (!text.empty()) scan_fresh(text, {1, text.size()}, state);
  scan_gathered(text, state);
  if (extent == TextExtent::kWhole) scan_whole_text(text, state);
  merge_records(state);
}

// No record is kept of it: of an object short enough all is new.
void TextScanner::scan_whole_text(ByteView text, ScanState* state) {
  if (text.size() > pack_->longest_whole_text()) return;
  for (const std::uint32_t rule : pack_->whole_text_rules()) {
    if (text.size() > pack_->rules()[rule].anchor.max_width) continue;
    ++counters_.confirms;
    const auto found = confirm_whole_text(*pack_, rule, text);
    if (!found) continue;
    ++counters_.confirmed;
    add_verdict(text, rule, *found, state);
  }
}

// Whether it was rejected, which is noted.
bool TextScanner::add_hit(ByteView text, std::uint32_t pattern, std::uint64_t end,
                          ScanState* state) {
  const std::uint32_t rule = pack_->rule_of_pattern(pattern);
  if (rule >= pack_->rules().size() || !pack_->rules()[rule].anchored()) return false;
  ++counters_.hits;
  const std::uint32_t verdict = confirm(text, rule, end, state);
  note(end, rule, verdict, &fresh_);
  return verdict == AnchorRecord::kRejected;
}

void TextScanner::note(std::uint64_t end, std::uint32_t rule, std::uint32_t verdict,
                       std::vector<AnchorRecord>* records) {
  if (records_left_ > 0) {
    --records_left_;
    records->push_back({static_cast<std::uint32_t>(end), rule, verdict});
  } else {
    records_lost_ = true;
  }
}

// Whether everything came along that the verdict on an anchor depends on. Of a rule whose matches
// stand on one line that is the line, with the line feeds before and after it.
bool TextScanner::came_along(ByteView text, const CarriedRange& range, std::uint64_t end,
                             const Reach& reach) {
  if (range.covers(end, reach.behind, reach.ahead)) return true;
  if (!reach.in_line) return false;
  const ByteView before = text.substr(range.op.target, end - range.op.target);
  const ByteView after = text.substr(end, range.op.target_end() - end);
  if (!range.from_start && before.size() <= reach.behind && before.rfind('\n') == ByteView::npos) {
    return false;
  }
  if (range.to_end || after.size() > reach.ahead) return true;
  // What an assignment's quotes hold may go on behind a backslash.
  const std::size_t feed = after.find('\n');
  return feed != ByteView::npos && text[end + feed - 1] != '\\';
}

// Records of the base whose anchors came along whole. Its verdicts hold where everything that they
// depend on came along too.
void TextScanner::carry(ByteView text, const CarriedRange& range, const ScanState& base,
                        ScanState* state) {
  const std::uint64_t moved = range.op.target - range.op.base;  // modulo 2^64
  auto record =
      std::lower_bound(base.records.begin(), base.records.end(), range.in_base(range.ends.first),
                       [](const AnchorRecord& a, std::uint64_t end) { return a.end < end; });
  const std::uint64_t last = range.in_base(range.ends.last);
  std::uint32_t known = AnchorRecord::kRejected;  // the base's verdict that became the last one
  for (; record != base.records.end() && record->end <= last; ++record) {
    const Reach& reach = reaches_[record->rule];
    const std::uint64_t end = record->end + moved;
    std::uint32_t verdict = AnchorRecord::kRejected;
    if (reach.whole_blob || !came_along(text, range, end, reach)) {
      verdict = confirm(text, record->rule, end, state);
      known = AnchorRecord::kRejected;
    } else if (record->verdict != AnchorRecord::kRejected) {
      if (record->verdict != known) {
        carry_verdict(text, base.verdicts[record->verdict], moved, state);
        known = record->verdict;
      }
      verdict = static_cast<std::uint32_t>(state->verdicts.size() - 1);
    }
    note(end, record->rule, verdict, &state->records);
  }
}

std::uint32_t TextScanner::carry_verdict(ByteView text, const Verdict& verdict, std::uint64_t moved,
                                         ScanState* state) {
  Verdict carried = verdict;
  for (std::uint64_t* offset :
       {&carried.found.match_start, &carried.found.match_end, &carried.found.start,
        &carried.found.end, &carried.match.match_start, &carried.match.match_end,
        &carried.match.start, &carried.match.end}) {
    *offset += moved;
  }
  if (!is_last(*state, carried.rule, carried.found)) {
    judge_around(text, &carried);
    state->verdicts.push_back(std::move(carried));
  }
  return static_cast<std::uint32_t>(state->verdicts.size() - 1);
}

void TextScanner::judge_around(ByteView text, Verdict* verdict) {
  verdict->accepted = reaches_[verdict->rule].judged_alone ||
                      judge_surroundings(*pack_, text, verdict->found, &lines_, &verdict->match);
}

std::uint32_t TextScanner::confirm(ByteView text, std::uint32_t index, std::uint64_t end,
                                   ScanState* state) {
  const CompiledRule& rule = pack_->rules()[index];
  std::optional<Confirmed> found;
  ++counters_.confirms;
  if (rule.whole_blob()) {
    auto known = std::find_if(whole_.begin(), whole_.end(),
                              [&](const auto& entry) { return entry.first == index; });
    if (known == whole_.end()) {
      known = whole_.emplace(whole_.end(), index, confirm_whole(*pack_, index, text));
    }
    found = containing(known->second, rule.anchor, end);
  } else {
    found = confirm_anchor(*pack_, index, text, end, &runs_);
  }
  if (!found) return AnchorRecord::kRejected;
  ++counters_.confirmed;
  return add_verdict(text, index, *found, state);
}

std::uint32_t TextScanner::add_verdict(ByteView text, std::uint32_t rule, const Confirmed& found,
                                       ScanState* state) {
  const auto number = [&] { return static_cast<std::uint32_t>(state->verdicts.size() - 1); };
  if (is_last(*state, rule, found)) return number();
  auto match = judge_match(*pack_, rule, text, found);
  if (!match) return AnchorRecord::kRejected;
  Verdict& verdict = state->verdicts.emplace_back();
  verdict.rule = rule;
  verdict.found = found;
  verdict.match = std::move(*match);
  judge_around(text, &verdict);
  return number();
}

// Puts the records of what was looked at to those that were carried.
void TextScanner::merge_records(ScanState* state) {
  state->usable =
      !records_lost_ && state->verdicts.size() * sizeof(Verdict) <= state_share(state->size);
  if (!state->usable) {
    std::vector<AnchorRecord>().swap(state->records);
    std::vector<AnchorRecord>().swap(fresh_);
    return;
  }
  const auto before = [](const AnchorRecord& a, const AnchorRecord& b) { return a.end < b.end; };
  if (!std::is_sorted(fresh_.begin(), fresh_.end(), before)) {
    std::stable_sort(fresh_.begin(), fresh_.end(), before);
  }
  if (state->records.empty()) {
    state->records.assign(fresh_.begin(), fresh_.end());
  } else if (!fresh_.empty()) {
    merged_.resize(state->records.size() + fresh_.size());
    std::merge(state->records.begin(), state->records.end(), fresh_.begin(), fresh_.end(),
               merged_.begin(), before);
    state->records.assign(merged_.begin(), merged_.end());
  }
}

}  // namespace dragnet
