// Every way to ask for a block's classes against one byte after the other.
#include "match/byte_blocks.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "match/cpu_levels.h"

namespace dragnet {
namespace {

constexpr unsigned kBlocks = 5;

std::string random_bytes(std::mt19937* random) {
  std::string out(kBlocks * kBlock, '\0');
  for (char& c : out) {
    // Half of them anything, the others near the edges of the classes.
    static const std::string kNear = "azAZ09@[`{/:+-_,.*\\%&]$'\n\x0b\x09";
    c = (*random)() % 2 == 0 ? static_cast<char>((*random)()) : kNear[(*random)() % kNear.size()];
  }
  return out;
}

BlockMasks obvious(const char* bytes) {
  BlockMasks masks{};
  for (unsigned i = 0; i < kBlock; ++i) {
    const char c = bytes[i];
    const bool base64 = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '-' || c == '_';
    masks.base64 |= std::uint64_t{base64} << i;
    masks.introducers |= std::uint64_t{c == '\\' || c == '%' || c == '&'} << i;
    masks.line_feeds |= std::uint64_t{c == '\n'} << i;
  }
  return masks;
}

TEST(ByteBlocks, AreWhatEachByteIs) {
  std::mt19937 random(20261122);
  for (int round = 0; round < 400; ++round) {
    const std::string text = random_bytes(&random);
    for (const CpuLevel level : cpu_levels()) {
      BlockMasks masks[kBlocks];
      block_masks_for(level)(text.data(), kBlocks, masks);
      for (unsigned i = 0; i < kBlocks; ++i) {
        const BlockMasks wanted = obvious(text.data() + i * kBlock);
        ASSERT_EQ(masks[i].base64, wanted.base64) << static_cast<int>(level);
        ASSERT_EQ(masks[i].introducers, wanted.introducers) << static_cast<int>(level);
      }
      const char* sides[2] = {text.data() + 1, text.data() + 2 * kBlock + 7};
      side_masks_for(level)(sides[0], sides[1], masks);
      for (unsigned i = 0; i < 2; ++i) {
        const BlockMasks wanted = obvious(sides[i]);
        ASSERT_EQ(masks[i].base64, wanted.base64) << static_cast<int>(level);
        ASSERT_EQ(masks[i].introducers, wanted.introducers) << static_cast<int>(level);
        ASSERT_EQ(masks[i].line_feeds, wanted.line_feeds) << static_cast<int>(level);
      }
    }
  }
}

}  // namespace
}  // namespace dragnet
