#include "match/line_counter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace dragnet {
namespace {

TEST(LineCounter, CountsAsCountingDoes) {
  std::mt19937 random(9);
  for (int i = 0; i < 3000; ++i) {
    ByteString text(random() % (i % 50 == 0 ? 20000 : 120), '\0');
    for (char& c : text) c = "ab\n\n\r"[random() % 5];
    std::vector<std::size_t> offsets(random() % 10);
    for (std::size_t& offset : offsets) offset = random() % (text.size() + 1);
    std::sort(offsets.begin(), offsets.end());
    LineCounter counter(text);
    for (const std::size_t offset : offsets) {
      counter.advance(offset);
      const ByteView before = ByteView(text).substr(0, offset);
      ASSERT_EQ(counter.line(),
                1U + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')));
      const std::size_t newline = before.rfind('\n');
      ASSERT_EQ(counter.line_start(), newline == ByteView::npos ? 0 : newline + 1);
    }
  }
}

TEST(LineCounter, StartsAtTheFirstLine) {
  const LineCounter counter("");
  EXPECT_EQ(counter.line(), 1U);
  EXPECT_EQ(counter.line_start(), 0U);
}

// One pass over the text, also where its lines are endless: a counter that looks for the next
// newline from every offset on would look at 800 GB here.
TEST(LineCounter, LooksAtEachByteOnce) {
  const ByteString text(16 << 20, 'a');
  LineCounter counter(text);
  for (std::size_t offset = 0; offset < text.size(); offset += 160) counter.advance(offset);
  counter.advance(text.size());
  EXPECT_EQ(counter.line(), 1U);
  EXPECT_EQ(counter.line_start(), 0U);
}

}  // namespace
}  // namespace dragnet
