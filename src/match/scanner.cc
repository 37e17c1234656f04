#include "match/scanner.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "match/encoded_runs.h"
#include "match/inline_marker.h"
#include "match/line_counter.h"
#include "match/match_relations.h"

namespace dragnet {

namespace {

static_assert(TextScanner::kBeside == kBlock);  // what a quiet place was told by

// Line and column of where a match's secret starts, and of where it ends (its last byte's line).
void place(ByteView object, std::vector<Match>* sorted) {
  LineCounter counter(object);
  const Match* before = nullptr;
  for (Match& match : *sorted) {
    // What was compressed has one place for all that is in it.
    if (before != nullptr && before->start == match.start && before->end == match.end &&
        before->trail.level(0) == match.trail.level(0)) {
      match.line = before->line;
      match.column = before->column;
      match.end_line = before->end_line;
      match.end_column = before->end_column;
      continue;
    }
    before = &match;
    counter.advance(match.start);
    const auto column = [&](std::uint64_t offset, std::uint64_t line_start) {
      // A little endian line feed leaves its zero byte at the start of the next line.
      const bool zero = match.trail.level(0) == Decoding::kUtf16Le && line_start > 0 &&
                        line_start < object.size() && object[line_start] == 0;
      return offset - line_start - (zero ? 1 : 0) + 1;
    };
    match.line = counter.line();
    match.column = column(match.start, counter.line_start());
    LineCounter inside = counter;
    inside.advance(match.end);
    match.end_line = inside.line();
    match.end_column = column(match.end, inside.line_start());
  }
}

auto order(const Match& match) {
  const auto space = match.decoded ? match.decoded->space : 0;
  const auto place = match.decoded ? match.decoded->start : 0;
  return std::tuple(match.start, match.end, match.rule, match.trail, space, place,
                    match.match_start, match.match_end);
}

// Whether all that a run depends on lies in what one copy brought, with the text's start and end
// where they were. `from` and `to` are offsets in the target; so for one that comes from the base
// and one that is looked for in the target the answer is the same.
bool brought_whole(const DeltaOp& op, std::uint64_t from, std::uint64_t to, bool starts_text,
                   bool ends_text, std::uint64_t base_size, std::uint64_t target_size) {
  if (op.inserts() || from < op.target || to > op.target_end()) return false;
  const bool same_start = op.target == 0 && op.base == 0;
  const bool same_end = op.target_end() == target_size && op.base_end() == base_size;
  return (!starts_text || same_start) && (!ends_text || same_end);
}

}  // namespace

Scanner::Scanner(const RulePack* pack, TextScanner texts)
    : pack_(pack),
      texts_(std::make_unique<TextScanner>(std::move(texts))),
      decoded_(std::make_unique<DecodedScanner>(pack, texts_.get())) {}

Result<Scanner> Scanner::create(const RulePack* pack) {
  auto texts = TextScanner::create(pack);
  if (!texts) return std::move(texts).error();
  return Scanner(pack, std::move(texts).value());
}

const std::vector<Match>& Scanner::scan(ByteView object, ScanState* keep) {
  return scan_text(object, TextExtent::kWhole, keep);
}

const std::vector<Match>& Scanner::scan_text(ByteView object, TextExtent extent, ScanState* keep) {
  ScanState* state = keep != nullptr ? keep : &own_;
  texts_->scan(object, extent, keep != nullptr, state);
  state->has_zero = !object.empty() && object.find('\0') != ByteView::npos;
  decode_all(object, state);
  return finish(object, state);
}

const std::vector<Match>& Scanner::scan_delta(ByteView object, std::span<const DeltaOp> ops,
                                              const ScanState& base, ScanState* keep) {
  if (!base.usable || object.size() > ScanState::kMaxObject) return scan(object, keep);
  ScanState* state = keep != nullptr ? keep : &own_;
  texts_->scan_delta(object, ops, base, keep != nullptr, state);
  // What the base did not have came with an insert.
  state->has_zero = base.has_zero && object.find('\0') != ByteView::npos;
  for (const DeltaOp& op : ops) {
    if (state->has_zero) break;
    if (op.inserts()) {
      state->has_zero = object.substr(op.target, op.size).find('\0') != ByteView::npos;
    }
  }
  decode_delta(object, ops, base, state);
  return finish(object, state);
}

void Scanner::decode_all(ByteView object, ScanState* state) {
  decoded_->start(object);
  const RunFinder::Visit visit = [&](const EncodedRun& run) {
    decoded_->take(run, &state->decoded);
  };
  RunFinder(object, RunKinds::all(), &visit).find_all();
  end_decoding(state);
}

// Runs that came along whole hold what they held; all others touch a seam between two steps, or
// what was inserted, or an end of the text that was none.
void Scanner::decode_delta(ByteView object, std::span<const DeltaOp> ops, const ScanState& base,
                           ScanState* state) {
  decoded_->start(object);
  for (const DeltaOp& op : ops) {
    if (base.decoded.empty()) break;
    if (op.inserts()) continue;
    const std::uint64_t moved = op.target - op.base;  // modulo 2^64
    auto run =
        std::lower_bound(base.decoded.begin(), base.decoded.end(), op.base,
                         [](const DecodedRun& a, std::uint64_t begin) { return a.begin < begin; });
    for (; run != base.decoded.end() && run->begin < op.base_end(); ++run) {
      if (run->from < op.base ||
          !brought_whole(op, run->from + moved, run->to + moved, run->starts_text, run->ends_text,
                         base.size, object.size())) {
        continue;
      }
      DecodedRun& carried = state->decoded.emplace_back(*run);
      for (std::uint64_t* offset : {&carried.begin, &carried.from, &carried.to}) *offset += moved;
      for (Match& match : carried.matches) {
        for (std::uint64_t* offset :
             {&match.start, &match.end, &match.match_start, &match.match_end}) {
          *offset += moved;
        }
      }
    }
  }
  const RunFinder::Visit visit = [&](const EncodedRun& run) {
    const auto after =
        std::upper_bound(ops.begin(), ops.end(), run.from,
                         [](std::uint64_t at, const DeltaOp& op) { return at < op.target; });
    if (after != ops.begin() && brought_whole(*(after - 1), run.from, run.to, run.starts_text,
                                              run.ends_text, base.size, object.size())) {
      return;
    }
    decoded_->take(run, &state->decoded);
  };
  RunFinder finder(object, RunKinds::all(), &visit);
  for (std::size_t i = 0; i < texts_->plan().fresh.size(); ++i) {
    if (texts_->is_quiet(i)) continue;
    const auto [first, last] = texts_->changed(i);
    if (finder.find_near(first, last)) texts_->set_quiet(i);
  }
  end_decoding(state);
}

void Scanner::end_decoding(ScanState* state) {
  decoded_->finish(&state->decoded);
  std::sort(state->decoded.begin(), state->decoded.end(),
            [](const DecodedRun& a, const DecodedRun& b) {
              return std::tie(a.begin, a.kind, a.from) < std::tie(b.begin, b.kind, b.from);
            });
}

// What is decided over the whole object: lines, required neighbours, companions, overlaps, inline
// markers.
const std::vector<Match>& Scanner::finish(ByteView object, ScanState* state) {
  matches_.clear();
  decoding_cut_ = false;
  for (const Verdict& verdict : state->verdicts) {
    if (verdict.accepted) matches_.push_back(verdict.match);
  }
  for (const DecodedRun& run : state->decoded) {
    matches_.insert(matches_.end(), run.matches.begin(), run.matches.end());
    decoding_cut_ = decoding_cut_ || run.cut;
  }
  if (state->has_zero && !decoded_->scan_utf16(&matches_)) decoding_cut_ = true;
  // No state is larger than its object.
  if (state->usable && !state->decoded.empty()) {
    const std::size_t verdicts = state->verdicts.size() * sizeof(Verdict);
    state->usable = verdicts + state->decoded_memory() <= TextScanner::state_share(state->size);
    if (!state->usable) std::vector<AnchorRecord>().swap(state->records);
  }
  if (!state->usable) std::vector<DecodedRun>().swap(state->decoded);
  if (matches_.empty()) return matches_;
  std::sort(matches_.begin(), matches_.end(),
            [](const Match& a, const Match& b) { return order(a) < order(b); });
  place(object, &matches_);
  drop_without_required(*pack_, &matches_);
  mark_companions(*pack_, &matches_);
  resolve_overlaps(*pack_, &matches_);
  mark_inline(object, &matches_);
  return matches_;
}

void Scanner::scan_each(std::span<const ByteView> texts,
                        const std::function<void(std::size_t, const std::vector<Match>&)>& found) {
  // One buffer, texts apart by a byte that is no word byte, so that a text's edges look as they do
  // alone. An anchor across two texts only makes one be scanned for nothing.
  ByteString buffer;
  std::vector<std::uint64_t> starts;
  starts.reserve(texts.size());
  for (const ByteView text : texts) {
    starts.push_back(buffer.size());
    buffer.append(text).push_back('\n');
  }
  std::vector<std::size_t> hit_texts;
  // The text of the byte before `at`.
  const auto text_at = [&](std::uint64_t at) {
    const auto next = std::lower_bound(starts.begin(), starts.end(), at);
    return static_cast<std::size_t>(next - starts.begin()) - 1;
  };
  for (const AnchorHit& hit : texts_->anchors_in(buffer, starts))
    hit_texts.push_back(text_at(hit.end));
  const RunFinder::Visit visit = [&](const EncodedRun& run) {
    for (std::size_t i = text_at(run.begin + 1); i <= text_at(run.end); ++i) hit_texts.push_back(i);
  };
  RunFinder(buffer, RunKinds::all(), &visit).find_all();
  std::sort(hit_texts.begin(), hit_texts.end());
  hit_texts.erase(std::unique(hit_texts.begin(), hit_texts.end()), hit_texts.end());
  for (const std::size_t i : hit_texts) {
    const std::vector<Match>& matches = scan_text(texts[i], TextExtent::kPart, nullptr);
    if (!matches.empty()) found(i, matches);
  }
}

}  // namespace dragnet
