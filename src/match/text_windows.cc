// Where a text is looked at for anchors: large windows one by one, small ones gathered, and those
// of a delta not at all that were seen shortly before.
#include <algorithm>
#include <cstring>

#include "match/text_scanner.h"

namespace dragnet {

namespace {

// Fits a second-level cache with room to spare; a call costs 0.2 microseconds.
constexpr std::uint64_t kChunk = 256 << 10;
// Windows up to this size are gathered and scanned together.
constexpr std::uint64_t kSmallWindow = 8 << 10;
constexpr std::uint64_t kGathered = 64 << 10;

// A hit as it is noted of a window.
struct NotedHit {
  static constexpr std::uint16_t kRejected = 0x8000;  // whatever stands around what is noted

  std::uint16_t pattern = 0;
  std::uint16_t end = 0;  // from where the noted bytes start
};
static_assert(RecentTexts::kMaxText <= 0xffff);

}  // namespace

TextScanner::Window TextScanner::window_of(ByteView text, const EndRange& ends) const {
  const std::uint64_t margin = pack_->anchor_width() + 1;
  Window window;
  window.ends = ends;
  window.from = ends.first > margin ? ends.first - margin : 0;
  window.to = std::min<std::uint64_t>(ends.last + 1, text.size());
  return window;
}

void TextScanner::scan_fresh(ByteView text, const EndRange& ends, ScanState* state) {
  const Window whole = window_of(text, ends);
  if (whole.to - whole.from <= kSmallWindow) {
    gather(text, whole, state);
    return;
  }
  for (std::uint64_t first = ends.first; first <= ends.last; first += kChunk) {
    scan_window(text, window_of(text, {first, std::min(first + kChunk - 1, ends.last)}), state);
  }
}

// As `scan_fresh`, for what its like was looked at lately of: siblings of a delta insert the same.
// Where each would be known is told to the processor first, because it is in no near cache.
void TextScanner::scan_again(ByteView text, ScanState* state) {
  asked_.clear();
  for (const EndRange& ends : plan_.fresh) {
    asked_.push_back(asked_of(text, ends));
    recent_.prefetch(asked_.back().key);
  }
  for (std::size_t i = 0; i < asked_.size(); ++i) {
    if (asked_[i].key.text.empty()) {
      scan_fresh(text, plan_.fresh[i], state);
      continue;
    }
    Window window = window_of(text, plan_.fresh[i]);
    window.asked = i;
    if (!recall(text, window, state)) gather(text, window, state);
  }
}

std::pair<std::uint64_t, std::uint64_t> TextScanner::changed(std::size_t index) const {
  const EndRange& ends = plan_.fresh[index];
  // What is fresh for anchors begins where a step ends, and reaches one anchor further than the
  // next one begins.
  return {ends.first == 1 ? 0 : ends.first,
          ends.last == plan_.size ? ends.last : ends.last - pack_->anchor_width()};
}

// The same bytes have the same hits where the same ends count and the text starts and ends alike.
TextScanner::Asked TextScanner::asked_of(ByteView text, const EndRange& ends) const {
  const std::uint64_t width = pack_->anchor_width();
  Asked asked;
  asked.from = ends.first - std::min(ends.first, kBeside);
  const std::uint64_t to = std::min<std::uint64_t>(text.size(), ends.last + kBeside - width);
  if (width + 1 >= kBeside || to - asked.from > RecentTexts::kMaxText) return asked;
  const std::uint64_t before = ends.first - asked.from;  // 1 to kBeside, both of 7 bits
  const std::uint64_t after = to - ends.last;
  const unsigned edges = (asked.from == 0 ? 1U : 0U) | (to == text.size() ? 2U : 0U);
  asked.key = RecentTexts::key_of(text.substr(asked.from, to - asked.from),
                                  static_cast<std::uint16_t>(before << 9 | after << 2 | edges));
  return asked;
}

// Whether it is known what is in a fresh range; if so, that is taken.
bool TextScanner::recall(ByteView text, const Window& window, ScanState* state) {
  Asked* asked = &asked_[window.asked];
  const auto known = recent_.find(asked->key);
  if (!known) return false;
  ++counters_.recalled;
  counters_.bytes += window.to - window.from + 1;
  asked->note = known->id;
  asked->quiet = known->quiet;
  for (std::size_t at = 0; at < known->note.size(); at += sizeof(NotedHit)) {
    NotedHit hit;
    std::memcpy(&hit, known->note.data() + at, sizeof hit);
    const std::uint32_t pattern = hit.pattern & ~NotedHit::kRejected;
    const std::uint64_t end = asked->from + hit.end;
    if ((hit.pattern & NotedHit::kRejected) == 0) {
      add_hit(text, pattern, end, state);
    } else {
      ++counters_.hits;
      note(end, pack_->rule_of_pattern(pattern), AnchorRecord::kRejected, &fresh_);
    }
  }
  return true;
}

void TextScanner::gather(ByteView text, const Window& window, ScanState* state) {
  // A window at the text's start has no margin before it, so nothing may stand before it either.
  if (gathered_size_ + kSmallWindow >= kGathered || window.from == 0) scan_gathered(text, state);
  if (gathered_.empty()) gathered_.assign(kGathered, '\0');
  windows_.push_back(window);
  windows_.back().gathered = gathered_size_;
  const std::size_t size = window.to - window.from;
  std::memcpy(gathered_.data() + gathered_size_, text.data() + window.from, size);
  gathered_size_ += size;
  gathered_[gathered_size_++] = '\n';
}

void TextScanner::scan_window(ByteView text, const Window& window, ScanState* state) {
  hits_.clear();
  counters_.bytes += window.to - window.from;
  const ByteView bytes = text.substr(window.from, window.to - window.from);
  scratch_.scan(pack_->database(), bytes, &hits_);
  for (const AnchorHit& hit : hits_) {
    const std::uint64_t end = window.from + hit.end;
    if (end >= window.ends.first && end <= window.ends.last) add_hit(text, hit.pattern, end, state);
  }
}

void TextScanner::scan_gathered(ByteView text, ScanState* state) {
  if (windows_.empty()) return;
  hits_.clear();
  counters_.bytes += gathered_size_;
  scratch_.scan(pack_->database(), ByteView(gathered_.data(), gathered_size_), &hits_);
  // Those that Hyperscan found come after all that our matcher did.
  const auto before = [](const AnchorHit& a, const AnchorHit& b) { return a.end < b.end; };
  if (!std::is_sorted(hits_.begin(), hits_.end(), before)) {
    std::stable_sort(hits_.begin(), hits_.end(), before);
  }
  std::span<const AnchorHit> hits = hits_;  // of the windows that are left
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    // An end is after a byte: of this window are those up to where the next one starts.
    const std::size_t next = i + 1 < windows_.size() ? windows_[i + 1].gathered : gathered_size_;
    std::size_t count = 0;
    while (count < hits.size() && hits[count].end <= next) ++count;
    take_hits(text, windows_[i], hits.first(count), state);
    hits = hits.subspan(count);
  }
  gathered_size_ = 0;
  windows_.clear();
}

// The hits that were found in a gathered window. Those of a delta are noted for its siblings.
void TextScanner::take_hits(ByteView text, const Window& window, std::span<const AnchorHit> hits,
                            ScanState* state) {
  Asked* asked = window.asked == kNotAsked ? nullptr : &asked_[window.asked];
  bool keep = asked != nullptr;
  noted_.clear();
  for (const AnchorHit& hit : hits) {
    const std::uint64_t end = window.from + (hit.end - window.gathered);
    if (end < window.ends.first || end > window.ends.last) continue;
    const bool rejected = add_hit(text, hit.pattern, end, state);
    keep = keep && hit.pattern < NotedHit::kRejected;
    if (!keep) continue;
    NotedHit noted{static_cast<std::uint16_t>(hit.pattern),
                   static_cast<std::uint16_t>(end - asked->from)};
    if (rejected && depends_on(text, *asked, hit.pattern, end)) {
      noted.pattern |= NotedHit::kRejected;
    }
    noted_.append(reinterpret_cast<const char*>(&noted), sizeof noted);
  }
  if (keep) asked->note = recent_.note(asked->key, noted_);
}

// Whether the verdict on an anchor depends on the noted bytes only, as if a copy had brought them.
bool TextScanner::depends_on(ByteView text, const Asked& asked, std::uint32_t pattern,
                             std::uint64_t end) const {
  const Reach& reach = reaches_[pack_->rule_of_pattern(pattern)];
  CarriedRange range;
  range.op = {asked.from, asked.key.text.size(), asked.from};
  range.from_start = asked.from == 0;
  range.to_end = range.op.target_end() == text.size();
  return !reach.whole_blob && came_along(text, range, end, reach);
}

}  // namespace dragnet
