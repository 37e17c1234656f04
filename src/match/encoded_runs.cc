// Where to look: all of a text, or near what changed of it. What stands there is for
// stretch_runs.cc and escape_runs.cc to say.
#include "match/encoded_runs.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/ascii.h"
#include "match/byte_blocks.h"
#include "match/run_limits.h"

namespace dragnet {

// False for most introducers that begin no escape, and for a line break in the line's last bytes:
// nothing can follow it, and what it ends is found without it.
inline bool RunFinder::may_be_escape(std::uint64_t at) const {
  if (at + 3 >= text_.size()) return true;
  const char* c = text_.data() + at;
  if (c[0] == '%') return is_hex_digit(c[1]) && is_hex_digit(c[2]);
  if (c[0] == '\\') {
    if (c[1] != 'n' && c[1] != 't' && c[1] != 'r') return true;
    if (at > 0 && c[-1] == '\\') return true;
    const std::uint64_t size = std::min<std::uint64_t>(text_.size() - at - 2, kWorth);
    return std::memchr(c + 2, '\n', size) == nullptr;
  }
  switch (c[1]) {
    case '#':
      return true;
    case 'q':
      return c[2] == 'u';
    case 'a':
      return c[2] == 'm' || c[2] == 'p';
    case 'l':
    case 'g':
      return c[2] == 't';
    case 'n':
      return c[2] == 'b';
    default:
      return false;
  }
}

void RunFinder::pass(std::uint64_t from, std::uint64_t to) {
  constexpr unsigned kAtOnce = 8;
  BlockMasks masks[kAtOnce];
  std::uint64_t run = 0;  // bytes of the stretch that goes on at `at`
  std::uint64_t at = from;
  // A stretch that has begun is seen to where it is long enough, or ends.
  while (at < to || (run > 0 && run < kMinStretch && at < text_.size())) {
    const std::uint64_t want = at < to ? (to - at + kBlock - 1) / kBlock : 1;
    const std::uint64_t there = (text_.size() - at) / kBlock;
    const auto count = static_cast<unsigned>(std::min<std::uint64_t>({want, there, kAtOnce}));
    if (count == 0) {
      char block[kBlock] = {};
      text_.copy(block, kBlock, at);
      block_masks(block, 1, masks);
      take_block(at, masks[0], &run);
      at = text_.size();
      continue;
    }
    block_masks(text_.data() + at, count, masks);
    for (unsigned i = 0; i < count; ++i, at += kBlock) take_block(at, masks[i], &run);
  }
  passed_ = std::max(passed_, at);
}

// `run` bytes of a stretch stand right before `at`.
inline void RunFinder::take_block(std::uint64_t at, const BlockMasks& masks, std::uint64_t* run) {
  const std::uint64_t head = low_ones(masks.base64);
  if (*run < kMinStretch && *run + head >= kMinStretch) take_stretch(at - *run);
  std::uint64_t starts = long_ones(masks.base64);
  while (starts != 0) {
    const auto bit = static_cast<std::uint64_t>(std::countr_zero(starts));
    if (at + bit >= stretch_done_ && (bit > 0 || *run == 0)) take_stretch(at + bit);
    // On to the first bit of another stretch.
    const std::uint64_t ones = bit + low_ones(starts >> bit);
    starts = ones >= kBlock ? 0 : starts >> ones << ones;
  }
  *run = head == kBlock ? *run + kBlock : high_ones(masks.base64);
  for (std::uint64_t bits = masks.introducers; bits != 0; bits &= bits - 1) {
    const std::uint64_t place = at + static_cast<std::uint64_t>(std::countr_zero(bits));
    if (may_be_escape(place)) take_introducer(place);
  }
}

bool RunFinder::find_near(std::uint64_t first, std::uint64_t last) {
  std::uint64_t before = 0;
  if (nothing_beside(first, last, &before)) {
    const bool all = passed_ <= first - before;
    taken_ = false;
    if (first < last) pass(std::max(first - before, passed_), last);
    return all && !taken_;
  }
  const std::uint64_t to = right_bound(last);
  if (to < passed_) return false;
  const std::uint64_t from = std::max(left_bound(first), passed_);
  if (from < to) pass(from, to);
  return false;
}

// A glance that is enough for most places: whether the line before `first` and after `last` has no
// escape, and no stretch reaches over them, or looks over them, that is long enough. If so,
// `*before` is what stretches from `first` back.
bool RunFinder::nothing_beside(std::uint64_t first, std::uint64_t last,
                               std::uint64_t* before) const {
  if (first < kBlock || last + kBlock > text_.size()) return false;
  const char* left = text_.data() + first - kBlock;
  BlockMasks masks[2];
  side_masks(left, text_.data() + last, masks);
  const BlockMasks& l = masks[0];
  const BlockMasks& r = masks[1];
  if (l.line_feeds == 0 || r.line_feeds == 0) return false;
  // The line's start and end, as bits.
  const auto start = static_cast<unsigned>(std::bit_width(l.line_feeds));
  const auto end = static_cast<unsigned>(std::countr_zero(r.line_feeds));
  const std::uint64_t in_line = start == kBlock ? 0 : l.introducers >> start << start;
  const std::uint64_t until_end = (std::uint64_t{1} << end) - 1;
  if (any_escape(first - kBlock, in_line) || any_escape(last, r.introducers & until_end)) {
    return false;
  }
  *before = high_ones(l.base64);
  const std::uint64_t after = low_ones(r.base64);
  if (*before + after >= kMinStretch || long_ones(r.base64 & until_end) != 0) return false;
  // A stretch that ends the line before, or one that goes on from this line to the next.
  if (start >= 2) {
    if (left[start - 2] == '\r') return false;
    const std::uint64_t tail = high_ones(l.base64 << (kBlock - (start - 1)));
    if (tail >= kMinStretch || tail == start - 1) return false;
  } else {
    return false;
  }
  if (text_[first - 1] == '\r') return false;
  if (after != end && text_[last + after] != '\r') return true;
  // The line ends here: the next one may go on, or look back.
  std::uint64_t next = last + end + 1;
  while (next < last + kBlock && is_blank(text_[next])) ++next;
  return next + kMinStretch <= last + kBlock && long_ones(r.base64) == 0;
}

// Whether an escape may begin at one of the bits, which are of introducers from `at` on.
bool RunFinder::any_escape(std::uint64_t at, std::uint64_t bits) const {
  for (; bits != 0; bits &= bits - 1) {
    if (may_be_escape(at + static_cast<std::uint64_t>(std::countr_zero(bits)))) return true;
  }
  return false;
}

// Where to begin so that no run is missed that `first` lies in the span of.
std::uint64_t RunFinder::left_bound(std::uint64_t first) const {
  // To where an escape begins, or one before it that a line's end was taken for nothing by.
  const std::uint64_t reach = kLookAround + 2 * kMaxEscape;
  std::uint64_t low = word_begin(first > kBesideWord ? first - kBesideWord : 0);
  low = std::min(low, word_begin(first));
  low = low > reach ? low - reach : 0;
  const std::uint64_t line = find_last_either(text_, low, first, '\n', '\n');
  const bool found = line > low;
  // The end of the line before, or what `first` lies in, may be of a stretch that goes on here.
  std::uint64_t end = found ? line - 1 : line;
  if (found && end > 0 && text_[end - 1] == '\r') --end;
  std::uint64_t begin = end;
  while (begin > 0 && end - begin < kMinStretch && is_base64(text_[begin - 1])) --begin;
  return !found || end - begin == kMinStretch ? begin : line;
}

// Where to stop; likewise.
std::uint64_t RunFinder::right_bound(std::uint64_t last) const {
  const std::uint64_t near = word_end(std::min<std::uint64_t>(text_.size(), last + kBesideWord));
  const std::uint64_t high =
      std::min<std::uint64_t>(text_.size(), std::max(near, word_end(last)) + kLookAround);
  const std::uint64_t line = find_either(text_, last, high, '\n', '\n');
  if (line == high) return high;
  // A stretch on the next line looks back to this one's end.
  std::uint64_t tail = line;
  if (tail > last && text_[tail - 1] == '\r') --tail;
  while (tail > last && is_base64(text_[tail - 1])) --tail;
  if (tail > last) return line;
  const std::uint64_t indent = line + 1 + kMaxIndent;
  std::uint64_t next = line + 1;
  while (next < text_.size() && next < indent && is_blank(text_[next])) ++next;
  return std::min<std::uint64_t>(text_.size(), next + kMinStretch);
}

}  // namespace dragnet
