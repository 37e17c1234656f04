#include "pack/object_buffer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <utility>
#include <vector>

namespace dragnet {
namespace {

TEST(ObjectBuffer, HoldsEverySize) {
  BufferAccount account(1 << 20);
  {
    BufferPool pool(&account, 64 << 10);
    for (std::size_t size = 0; size < 70000; size += 1 + size / 50) {
      auto buffer = pool.take(size);
      ASSERT_TRUE(buffer.ok());
      ASSERT_EQ(buffer->size(), size);
      ASSERT_NE(buffer->data(), nullptr);
      std::memset(buffer->data(), 'x', size);  // ASan sees where it is too small
      EXPECT_EQ(buffer->bytes().size(), size);
      if (size > (64 << 10)) {
        EXPECT_EQ(account.used(), 0U) << "it is a file";
      } else if (size > 64) {
        EXPECT_LE(account.used(), size + size / 4 + 1);
      }
      ObjectBuffer moved = std::move(buffer).value();
      EXPECT_EQ(moved.size(), size);
    }
    EXPECT_EQ(account.used(), 0U);
  }
  EXPECT_EQ(account.used(), 0U);
}

TEST(BufferPool, KeepsWhatIsGivenBack) {
  BufferAccount account(1 << 20);
  BufferPool pool(&account, 1 << 20);
  auto first = pool.take(5000);
  const char* const at = first->data();
  const std::uint64_t used = account.used();
  EXPECT_GE(used, 5000U);
  pool.give(std::move(first).value());
  EXPECT_EQ(account.used(), used);
  auto second = pool.take(4999);
  EXPECT_EQ(second->data(), at);
  EXPECT_EQ(second->size(), 4999U);
  pool.give(std::move(second).value());
  pool.clear();
  EXPECT_EQ(account.used(), 0U);
}

TEST(BufferPool, KeepsNothingWhereTooMuchIsHeld) {
  BufferAccount account(10000);
  BufferPool pool(&account, 1 << 20);
  auto small = pool.take(100);
  auto first = pool.take(8000);
  auto second = pool.take(8000);
  EXPECT_TRUE(account.over());
  pool.give(std::move(first).value());
  const std::uint64_t used = account.used();
  EXPECT_LT(used, 10000U);
  pool.give(std::move(small).value());  // kept: there is room now
  EXPECT_EQ(account.used(), used);
  auto third = pool.take(8000);
  EXPECT_TRUE(account.over());
  auto fourth = pool.take(300);  // what was kept goes first
  EXPECT_EQ(account.used(), 8192U + 8192U + 320U);
}

// Buffers wander between the pools of workers; the account adds up whatever happens.
TEST(BufferPool, AccountsAddUp) {
  std::mt19937 random(4);
  BufferAccount account(200000);
  {
    BufferPool pools[3] = {{&account, 30000}, {&account, 30000}, {&account, 30000}};
    std::vector<ObjectBuffer> held;
    for (int i = 0; i < 20000; ++i) {
      BufferPool& pool = pools[random() % 3];
      if (held.empty() || random() % 9 < 4) {
        auto buffer = pool.take(random() % (std::size_t{2} << random() % 15));
        ASSERT_TRUE(buffer.ok());
        held.push_back(std::move(buffer).value());
      } else {
        std::swap(held[random() % held.size()], held.back());
        if (random() % 3 == 0) {
          held.pop_back();
        } else {
          pool.give(std::move(held.back()));
          held.pop_back();
        }
      }
      if (random() % 1000 == 0) pool.clear();
    }
    std::uint64_t sum = 0;
    for (const ObjectBuffer& buffer : held) sum += buffer.size();
    EXPECT_GE(account.used(), sum);
    held.clear();
    for (BufferPool& pool : pools) pool.clear();
    EXPECT_EQ(account.used(), 0U);
  }
}

TEST(BufferPool, WhatNoDiskHoldsIsTooLarge) {
  BufferAccount account(1 << 20);
  BufferPool pool(&account, 1 << 20);
  const auto buffer = pool.take(std::size_t{1} << 60);
  ASSERT_FALSE(buffer.ok());
  EXPECT_EQ(buffer.error().kind, ErrorKind::kTooLarge);
  EXPECT_EQ(account.used(), 0U);
}

}  // namespace
}  // namespace dragnet
