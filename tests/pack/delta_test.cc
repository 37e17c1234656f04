// Deltas against the slow obvious way, sound ones and damaged ones.
#include "pack/delta.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "pack/made_delta.h"
#include "pack/made_pack.h"

namespace dragnet {
namespace {

using test_support::delta_size;
using test_support::random_instructions;
using test_support::slow_apply;

std::string random_bytes(std::mt19937* random, std::size_t size) {
  std::string out(size, '\0');
  for (char& c : out) c = static_cast<char>((*random)());
  return out;
}

// The steps make the target, each where the one before ended, and none could be part of another.
void expect_steps(ByteView base, ByteView target, const std::vector<DeltaOp>& ops) {
  std::uint64_t at = 0;
  const DeltaOp* last = nullptr;
  for (const DeltaOp& op : ops) {
    ASSERT_EQ(op.target, at);
    ASSERT_GT(op.size, 0U);
    if (!op.inserts()) {
      ASSERT_LE(op.base_end(), base.size());
      ASSERT_EQ(base.substr(op.base, op.size), target.substr(op.target, op.size));
    }
    if (last != nullptr) {
      ASSERT_FALSE(last->inserts() && op.inserts());
      ASSERT_FALSE(!last->inserts() && !op.inserts() && last->base_end() == op.base);
    }
    last = &op;
    at = op.target_end();
  }
  ASSERT_EQ(at, target.size());
}

TEST(Delta, LikeTheSlowWay) {
  std::mt19937 random(1);
  std::vector<DeltaOp> ops;
  int sound = 0;
  for (int round = 0; round < 20000; ++round) {
    const std::size_t sizes[] = {0, 1, 30, 300, 70000};
    const std::string base = random_bytes(&random, sizes[random() % (round % 50 == 0 ? 5 : 4)]);
    std::string instructions = random_instructions(&random, base.size(), 12);
    // Every other one is damaged: a byte changed, cut off, or something appended.
    if (round % 2 == 1 && !instructions.empty()) {
      const std::size_t at = random() % instructions.size();
      switch (random() % 3) {
        case 0:
          instructions[at] = static_cast<char>(random());
          break;
        case 1:
          instructions.resize(at);
          break;
        default:
          instructions += static_cast<char>(random());
      }
    }
    const auto expected = slow_apply(base, instructions);
    const std::size_t size = expected ? expected->size() : random() % 200;
    std::string out(size, '\0');
    ASSERT_EQ(apply_delta(base, instructions, out.data(), size, &ops), expected.has_value());
    if (expected) {
      ++sound;
      ASSERT_EQ(out, *expected);
      expect_steps(base, out, ops);
      // Any other size is refused.
      std::string longer(size + 1, '\0');
      ASSERT_FALSE(apply_delta(base, instructions, longer.data(), size + 1, nullptr));
      if (size > 0) {
        ASSERT_FALSE(apply_delta(base, instructions, out.data(), size - 1, nullptr));
      }
    }
  }
  EXPECT_GT(sound, 10000);
}

TEST(Delta, SizesOfAnyLength) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 2000; ++round) {
    const std::uint64_t base = random() >> random() % 64;
    // What is larger cannot be made of the bytes that follow.
    const std::uint64_t result = random() % (std::uint64_t{4} << 20);
    const std::string sizes = delta_size(base) + delta_size(result);
    const std::string whole = sizes + "rest";
    ByteView delta = whole;
    const auto taken = take_delta_sizes(&delta);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->base, base);
    EXPECT_EQ(taken->result, result);
    EXPECT_EQ(delta, "rest");
    for (std::size_t cut = 0; cut < sizes.size(); ++cut) {
      delta = ByteView(whole).substr(0, cut);
      EXPECT_FALSE(take_delta_sizes(&delta)) << cut;
    }
  }
}

TEST(Delta, SizesThatCannotBe) {
  const auto sizes = [](const std::string& bytes) {
    ByteView delta = bytes;
    return take_delta_sizes(&delta);
  };
  const std::string most = delta_size(~std::uint64_t{0});
  EXPECT_EQ(sizes(most + delta_size(0))->base, ~std::uint64_t{0});
  EXPECT_FALSE(sizes(std::string(9, '\xff') + "\x02" + delta_size(0)));   // 65 bits
  EXPECT_FALSE(sizes(std::string(10, '\xff') + "\x01" + delta_size(0)));  // 71 bits
  EXPECT_EQ(sizes("\x81\x80\x80" + std::string("\0\0", 2))->base, 1U);    // zeros in front
  EXPECT_FALSE(sizes(std::string(20, '\x80') + std::string(2, '\0')));    // more than fit
  EXPECT_FALSE(sizes(delta_size(0) + most + "some"));                     // 16 EiB of 4 bytes
  EXPECT_TRUE(sizes(delta_size(0) + delta_size((4 << 20) - 1)));
  EXPECT_FALSE(sizes(delta_size(0) + delta_size(8 << 20) + "x"));
}

}  // namespace
}  // namespace dragnet
