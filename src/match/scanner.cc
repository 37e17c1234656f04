#include "match/scanner.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/line_counter.h"
#include "match/confirm.h"
#include "match/judge.h"
#include "match/utf16.h"

namespace dragnet {

namespace {

// Fits a second-level cache with room to spare; a call costs 0.2 microseconds.
constexpr std::uint64_t kChunk = 256 << 10;

// Line and column of where a match's secret starts, and of where it ends (its last byte's line).
void place(ByteView object, std::vector<Match>* sorted) {
  LineCounter counter(object);
  for (Match& match : *sorted) {
    counter.advance(match.start);
    const auto column = [&](std::uint64_t offset, std::uint64_t line_start) {
      // A little endian line feed leaves its zero byte at the start of the next line.
      const bool zero = match.decoding == Decoding::kUtf16Le && line_start > 0 &&
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

}  // namespace

Result<Scanner> Scanner::create(const RulePack* pack) {
  auto scratch = HyperscanScratch::allocate(pack->database());
  if (!scratch) return std::move(scratch).error();
  return Scanner(pack, std::move(scratch).value());
}

const std::vector<Match>& Scanner::scan(ByteView object) {
  matches_.clear();
  scan_text(object, &matches_);
  if (!object.empty() && object.find('\0') != ByteView::npos) scan_utf16(object);
  finish(object);
  return matches_;
}

void Scanner::scan_text(ByteView text, std::vector<Match>* out) {
  whole_.clear();
  const std::uint64_t margin = pack_->anchor_width() + 1;
  for (std::uint64_t start = 0; start < text.size(); start += kChunk) {
    const std::uint64_t end = std::min<std::uint64_t>(start + kChunk, text.size());
    const std::uint64_t from = start > margin ? start - margin : 0;
    const std::uint64_t to = std::min<std::uint64_t>(end + 1, text.size());
    hits_.clear();
    counters_.bytes += to - from;
    if (!scratch_.scan(pack_->database(), text.substr(from, to - from), &hits_)) continue;
    for (const AnchorHit& hit : hits_) {
      const std::uint64_t at = from + hit.end;
      // The first chunk takes ends from 1 on: no anchor is empty.
      if (at <= start || at > end) continue;
      confirm(text, pack_->rule_of_pattern(hit.pattern), at, out);
    }
  }
}

void Scanner::confirm(ByteView text, std::uint32_t index, std::uint64_t end,
                      std::vector<Match>* out) {
  if (index >= pack_->rules().size() || pack_->rules()[index].path_only()) return;
  ++counters_.hits;
  const CompiledRule& rule = pack_->rules()[index];
  std::optional<Confirmed> found;
  if (rule.whole_blob()) {
    auto known = std::find_if(whole_.begin(), whole_.end(),
                              [&](const auto& entry) { return entry.first == index; });
    if (known == whole_.end()) {
      known = whole_.emplace(whole_.end(), index, confirm_whole(*pack_, index, text));
    }
    found = containing(known->second, rule.anchor, end);
  } else {
    found = confirm_anchor(*pack_, index, text, end);
  }
  if (!found) return;
  ++counters_.confirmed;
  // Most matches have several anchors: the second one brings nothing new.
  if (!out->empty() && out->back().rule == index && out->back().match_start == found->match_start &&
      out->back().match_end == found->match_end) {
    return;
  }
  if (auto match = judge(*pack_, index, text, *found)) out->push_back(std::move(*match));
}

void Scanner::scan_utf16(ByteView object) {
  std::vector<Match> found;
  for (const Utf16Run& run : find_utf16_runs(object)) {
    found.clear();
    scan_text(decode_utf16_run(object, run), &found);
    for (Match& match : found) {
      const auto raw = [&](std::uint64_t offset) { return run.start + 2 * offset; };
      match.decoding = run.big_endian ? Decoding::kUtf16Be : Decoding::kUtf16Le;
      match.start = raw(match.start);
      match.end = raw(match.end);
      match.match_start = raw(match.match_start);
      match.match_end = raw(match.match_end);
      matches_.push_back(std::move(match));
    }
  }
}

// What is decided over the whole object: lines, required neighbours, companions, overlaps.
void Scanner::finish(ByteView object) {
  if (matches_.empty()) return;
  std::sort(matches_.begin(), matches_.end(), [](const Match& a, const Match& b) {
    return std::tie(a.start, a.end, a.rule) < std::tie(b.start, b.end, b.rule);
  });
  place(object, &matches_);
  drop_without_required(*pack_, &matches_);
  mark_companions(*pack_, &matches_);
  resolve_overlaps(*pack_, &matches_);
}

void Scanner::scan_each(std::span<const ByteView> texts,
                        const std::function<void(std::size_t, const std::vector<Match>&)>& found) {
  // One buffer, texts apart by a byte that is no word byte, so that a text's edges look as they do
  // alone. An anchor across two texts only makes one be scanned for nothing.
  ByteString buffer;
  std::vector<std::size_t> ends;
  for (const ByteView text : texts) {
    buffer.append(text).push_back('\n');
    ends.push_back(buffer.size());
  }
  hits_.clear();
  counters_.bytes += buffer.size();
  if (!scratch_.scan(pack_->database(), buffer, &hits_)) return;
  std::vector<std::size_t> hit_texts;
  for (const AnchorHit& hit : hits_) {
    const auto at = std::lower_bound(ends.begin(), ends.end(), hit.end) - ends.begin();
    hit_texts.push_back(static_cast<std::size_t>(at));
  }
  std::sort(hit_texts.begin(), hit_texts.end());
  hit_texts.erase(std::unique(hit_texts.begin(), hit_texts.end()), hit_texts.end());
  for (const std::size_t i : hit_texts) {
    const std::vector<Match>& matches = scan(texts[i]);
    if (!matches.empty()) found(i, matches);
  }
}

}  // namespace dragnet
