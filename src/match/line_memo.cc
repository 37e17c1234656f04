#include "match/line_memo.h"

#include <algorithm>

namespace dragnet {

namespace {

constexpr std::uint64_t kBlock = 64 << 10;

}  // namespace

void LineMemo::clear() {
  start_ = 1;
  end_ = 0;
  answers_.clear();
}

ByteView LineMemo::line(ByteView text, std::uint64_t start, std::uint64_t end) {
  const std::uint64_t block = start / kBlock * kBlock;
  const std::uint64_t low = block < kBlock ? 0 : block - kBlock;
  const std::uint64_t high = std::min<std::uint64_t>(text.size(), (end / kBlock + 2) * kBlock);
  if (start_ <= start && end <= end_ && low == low_ && high == high_) {
    return text.substr(start_, end_ - start_);
  }
  const ByteView before = text.substr(low, start - low);
  const std::size_t feed = before.rfind('\n');
  const std::uint64_t from = feed == ByteView::npos ? low : low + feed + 1;
  const std::uint64_t to = std::min<std::uint64_t>(text.substr(0, high).find('\n', end), high);
  const ByteView line = text.substr(from, to - from);
  // A match on several lines says nothing of those on one of them.
  if (text.substr(start, end - start).find('\n') == ByteView::npos) {
    start_ = from;
    end_ = to;
    low_ = low;
    high_ = high;
  }
  return line;
}

}  // namespace dragnet
