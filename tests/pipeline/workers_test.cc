#include "pipeline/workers.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace dragnet {
namespace {

void expect_every_index_once(Workers* workers, std::size_t n) {
  SCOPED_TRACE(::testing::Message() << workers->count() << " workers, " << n << " pieces");
  std::vector<int> calls(n, 0);  // not atomic: a piece is one thread's
  std::vector<std::unique_ptr<std::atomic<bool>>> busy;
  for (unsigned i = 0; i < workers->count(); ++i) {
    busy.push_back(std::make_unique<std::atomic<bool>>(false));
  }
  std::atomic<int> shared = 0;
  std::atomic<int> out_of_range = 0;
  workers->run(n, [&](unsigned worker, std::size_t i) {
    if (worker >= busy.size() || i >= n) {
      ++out_of_range;
      return;
    }
    if (busy[worker]->exchange(true)) ++shared;
    ++calls[i];
    if (i % 7 == 0) std::this_thread::yield();
    busy[worker]->store(false);
  });
  EXPECT_EQ(shared, 0);
  EXPECT_EQ(out_of_range, 0);
  for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(calls[i], 1) << i;
}

TEST(Workers, EveryPieceOnceAndNoWorkerTwiceAtOnce) {
  for (unsigned count = 1; count <= 8; ++count) {
    Workers workers(count);
    EXPECT_EQ(workers.count(), count);
    for (const std::size_t n : {0U, 1U, 2U, 7U, 8U, 9U, 1000U}) {
      expect_every_index_once(&workers, n);
    }
    for (int again = 0; again < 20; ++again) expect_every_index_once(&workers, 50);
  }
}

TEST(Workers, AreAtLeastOne) {
  Workers workers(0);
  EXPECT_EQ(workers.count(), 1U);
  expect_every_index_once(&workers, 10);
}

TEST(Workers, OneRunsOnTheCallingThreadInOrder) {
  Workers workers(1);
  std::vector<std::size_t> order;
  workers.run(100, [&](unsigned worker, std::size_t i) {
    EXPECT_EQ(worker, 0U);
    order.push_back(i);
  });
  ASSERT_EQ(order.size(), 100U);
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
}

// Early pieces are begun before later ones: when a piece begins, all but as many as there are
// workers of those before it have begun.
TEST(Workers, HandOutInOrder) {
  constexpr std::size_t kPieces = 2000;
  for (const unsigned count : {2U, 4U, 8U}) {
    Workers workers(count);
    std::atomic<std::size_t> begun = 0;
    std::atomic<int> early = 0;
    workers.run(kPieces, [&](unsigned, std::size_t i) {
      if (begun.fetch_add(1) + count < i) ++early;
    });
    EXPECT_EQ(early, 0) << count;
  }
}

// What the caller wrote before is seen by the workers, and what they wrote by the caller after,
// without a lock (for ThreadSanitizer to judge).
TEST(Workers, OrderTheirCallersMemory) {
  Workers workers(4);
  std::vector<std::size_t> values(500);
  for (std::size_t round = 1; round <= 10; ++round) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = i * round;
    workers.run(values.size(), [&](unsigned, std::size_t i) { values[i] += 1; });
    for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], i * round + 1);
  }
}

}  // namespace
}  // namespace dragnet
