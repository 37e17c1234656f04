#include "pipeline/memory_plan.h"

#include <gtest/gtest.h>

namespace dragnet {
namespace {

constexpr std::uint64_t kMegabyte = 1 << 20;

TEST(MemoryPlan, TheForestTakesAQuarterWhereThereIsMore) {
  EXPECT_EQ(forest_memory(1024 * kMegabyte, 900 * kMegabyte), 256 * kMegabyte);
  EXPECT_EQ(forest_memory(256 * kMegabyte, 86 * kMegabyte), 64 * kMegabyte);
}

// A sixteenth of the forest's share must be left for what is read beside it.
TEST(MemoryPlan, TheForestLeavesAQuarterOfWhatIsLeft) {
  for (std::uint64_t left = 8 * kMegabyte; left < 80 * kMegabyte; left += kMegabyte) {
    const std::uint64_t given = forest_memory(256 * kMegabyte, left);
    if (given == 0) continue;
    EXPECT_LE(given + given / 16, left);
    EXPECT_GE(given, 8 * kMegabyte);
  }
  EXPECT_EQ(forest_memory(256 * kMegabyte, 40 * kMegabyte), 30 * kMegabyte);
}

TEST(MemoryPlan, TooLittleIsNothing) {
  EXPECT_EQ(forest_memory(256 * kMegabyte, 10 * kMegabyte), 0U);
  EXPECT_EQ(forest_memory(256 * kMegabyte, 0), 0U);
}

}  // namespace
}  // namespace dragnet
