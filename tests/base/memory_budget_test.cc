#include "base/memory_budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace dragnet {
namespace {

TEST(MemoryBudget, RefusesWhatItNeverHad) {
  MemoryBudget budget(100);
  EXPECT_FALSE(budget.reserve(101));
  EXPECT_FALSE(budget.reserve(std::numeric_limits<std::uint64_t>::max()));
  EXPECT_TRUE(budget.reserve(100));
  EXPECT_FALSE(budget.reserve(101));  // at once, although nothing is free
  budget.release(100);
  EXPECT_EQ(budget.available(), 100U);
}

TEST(MemoryBudget, NothingIsTheWholeOfAnEmptyOne) {
  MemoryBudget budget(0);
  EXPECT_TRUE(budget.reserve(0));
  EXPECT_TRUE(budget.charge(0));
  EXPECT_FALSE(budget.reserve(1));
  EXPECT_FALSE(budget.charge(1));
}

TEST(MemoryBudget, ChargesAreTakenForGood) {
  MemoryBudget budget(100);
  EXPECT_TRUE(budget.charge(30));
  EXPECT_EQ(budget.available(), 70U);
  EXPECT_FALSE(budget.reserve(71));
  EXPECT_TRUE(budget.reserve(50));
  EXPECT_EQ(budget.available(), 70U);
  EXPECT_FALSE(budget.charge(21));  // of what is not reserved
  EXPECT_TRUE(budget.charge(20));
  budget.release(50);
  EXPECT_EQ(budget.available(), 50U);
  EXPECT_FALSE(budget.charge(std::numeric_limits<std::uint64_t>::max()));
}

TEST(MemoryReservation, GivesItselfBackOnce) {
  MemoryBudget budget(100);
  {
    MemoryReservation first(&budget, 60);
    ASSERT_TRUE(first.granted());
    MemoryReservation moved = std::move(first);
    EXPECT_TRUE(moved.granted());
    EXPECT_FALSE(first.granted());  // NOLINT(bugprone-use-after-move): what a move leaves behind
    EXPECT_FALSE(budget.charge(41));
    MemoryReservation other(&budget, 40);
    ASSERT_TRUE(other.granted());
    moved = std::move(other);  // gives back the 60
    EXPECT_TRUE(budget.charge(60));
    moved.reset();
    moved.reset();
    EXPECT_EQ(budget.available(), 40U);
    EXPECT_TRUE(budget.charge(40));
  }
  MemoryReservation refused(&budget, 1);
  EXPECT_FALSE(refused.granted());
  MemoryReservation nothing;
  EXPECT_FALSE(nothing.granted());
}

// Threads that reserve sizes at random, the whole account among them, while others charge. Ends
// only if nobody waits for ever.
TEST(MemoryBudgetThreads, NeverGiveOutMoreThanThereIs) {
  constexpr std::uint64_t kTotal = 1000;
  constexpr int kThreads = 8;
  constexpr int kRounds = 2000;
  MemoryBudget budget(kTotal);
  std::atomic<std::uint64_t> out = 0;
  std::atomic<std::uint64_t> charged = 0;
  std::atomic<int> too_much = 0;
  std::atomic<int> wrongly_refused = 0;
  const auto work = [&](unsigned seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < kRounds; ++i) {
      if (random() % 64 == 0 && budget.charge(1)) charged += 1;
      const std::uint64_t size =
          random() % 16 == 0 ? kTotal + random() % 10 - 5 : random() % (kTotal / 2);
      const MemoryReservation reservation(&budget, size);
      if (!reservation.granted()) {
        // At most what was left after all charges could not be had.
        if (size <= kTotal - kThreads * kRounds / 64 * 2) ++wrongly_refused;
        continue;
      }
      if ((out += size) + charged > kTotal) ++too_much;
      if (random() % 4 == 0) std::this_thread::yield();
      out -= size;
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(too_much, 0);
  EXPECT_EQ(wrongly_refused, 0);
  EXPECT_EQ(out, 0U);
  EXPECT_EQ(budget.available(), kTotal - charged);
  EXPECT_TRUE(budget.charge(kTotal - charged));
}

// Whoever waits for all of it gets it although many small ones come and go.
TEST(MemoryBudgetThreads, WakesWhoeverCanGoOn) {
  MemoryBudget budget(10);
  ASSERT_TRUE(budget.reserve(10));
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t size = 1; size <= 10; ++size) {
    threads.emplace_back([&budget, &done, size] {
      if (!budget.reserve(size)) return;
      budget.release(size);
      ++done;
    });
  }
  budget.release(10);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 10);
}

// What was charged for a while can be had again, by who already waits for it too.
TEST(MemoryBudgetThreads, RefundsWhatWasCharged) {
  MemoryBudget budget(100);
  ASSERT_TRUE(budget.charge(60));
  EXPECT_EQ(budget.available(), 40U);
  ASSERT_TRUE(budget.reserve(30));
  bool granted = false;
  std::thread waiter([&] { granted = budget.reserve(40); });
  budget.refund(60);
  waiter.join();
  EXPECT_TRUE(granted);
  EXPECT_EQ(budget.available(), 100U);
}

// A waiter that a charge has made too large is refused, not left waiting.
TEST(MemoryBudgetThreads, RefusesAWaiterThatNoLongerFits) {
  MemoryBudget budget(100);
  ASSERT_TRUE(budget.reserve(50));
  bool granted = true;
  std::thread waiter([&] { granted = budget.reserve(80); });
  EXPECT_TRUE(budget.charge(30));
  budget.release(50);
  waiter.join();
  EXPECT_FALSE(granted);
}

}  // namespace
}  // namespace dragnet
