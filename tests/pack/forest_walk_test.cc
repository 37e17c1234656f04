// Walks over random packs: every node once, with the right bytes, base and steps, whatever the
// number of threads, the memory, and the damage.
#include "pack/forest_walk.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "pack/made_forest.h"

namespace dragnet {
namespace {

using test_support::MadeForest;
using test_support::Shape;

struct Kept : NodeState {
  Kept(std::uint32_t of, std::size_t size) : node(of), takes(size) {}
  std::size_t memory() const override { return takes; }
  std::uint32_t node;
  std::size_t takes;
};

// What all workers saw.
struct Seen {
  explicit Seen(std::size_t count) : visits(count), damages(count) {}
  std::vector<std::atomic<int>> visits;
  std::vector<std::atomic<int>> damages;
  std::atomic<int> total = 0;
  int stop_after = 1 << 30;
};

class Checker : public NodeVisitor {
 public:
  Checker(const MadeForest* made, Seen* seen) : made_(*made), seen_(seen) {}

  std::shared_ptr<const NodeState> visit(const NodeView& view) override {
    ++seen_->visits[view.node];
    ++seen_->total;
    const DeltaForest& forest = made_.forest();
    const std::size_t object = made_.object(view.node);
    EXPECT_EQ(view.bytes, made_.bytes(object));
    EXPECT_EQ(view.has_children, !forest.children(view.node).empty());
    const std::uint32_t base = forest.base(view.node);
    if (base == DeltaForest::kNone) {
      EXPECT_EQ(view.base_state, nullptr);
      EXPECT_TRUE(view.ops.empty());
    } else {
      EXPECT_EQ(view.base, made_.bytes(made_.object(base)));
      // Every fifth base kept nothing.
      const auto* kept = static_cast<const Kept*>(view.base_state);
      EXPECT_EQ(kept != nullptr, base % 5 != 0);
      if (kept != nullptr) {
        EXPECT_EQ(kept->node, base);
      }
      expect_steps(view);
    }
    if (view.node % 5 == 0) return nullptr;
    return std::make_shared<Kept>(view.node, view.node % 300);
  }

  void damaged(std::uint32_t node, const Error& error) override {
    EXPECT_FALSE(error.message.empty());
    ++seen_->damages[node];
  }
  bool stopped() const override { return seen_->total.load() >= seen_->stop_after; }

 private:
  static void expect_steps(const NodeView& view) {
    std::uint64_t at = 0;
    for (const DeltaOp& op : view.ops) {
      EXPECT_EQ(op.target, at);
      EXPECT_GT(op.size, 0U);
      if (!op.inserts()) {
        EXPECT_EQ(view.base.substr(op.base, op.size), view.bytes.substr(op.target, op.size));
      }
      at = op.target_end();
    }
    EXPECT_EQ(at, view.bytes.size());
  }

  const MadeForest& made_;
  Seen* seen_;
};

struct WalkRun {
  unsigned threads = 1;
  std::uint64_t memory = 1 << 30;
  ForestWalk::Options options = {};
};

void walk(const MadeForest& made, const WalkRun& run, Seen* seen) {
  BufferAccount account(run.memory);
  {
    ForestWalk walk(&made.pack(), &made.forest(), made.forest().roots(), &account, run.options);
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < run.threads; ++i) {
      workers.emplace_back([&] {
        Checker checker(&made, seen);
        walk.work(&checker);
      });
    }
  }
  EXPECT_EQ(account.used(), 0U) << "everything was given back";
}

void expect_each_once(const MadeForest& made, const WalkRun& run) {
  Seen seen(made.size());
  walk(made, run, &seen);
  for (std::uint32_t node = 0; node < made.size(); ++node) {
    ASSERT_EQ(seen.visits[node], 1) << node;
    ASSERT_EQ(seen.damages[node], 0) << node;
  }
}

WalkRun random_run(MadeForest* made) {
  WalkRun run;
  run.threads = 1 + static_cast<unsigned>(made->below(4));
  const std::uint64_t memories[] = {0, 1000, 20000, 1 << 30};
  run.memory = memories[made->below(4)];
  const std::size_t larges[] = {100, 5000, 16 << 20, 16 << 20};
  run.options.large = larges[made->below(4)];
  run.options.check_crc = made->below(2) == 0;
  return run;
}

class ForestWalkTest : public testing::TestWithParam<std::uint32_t> {};

TEST_P(ForestWalkTest, EachOnce) {
  const std::uint32_t seed = GetParam();
  MadeForest made(seed, 60 + seed % 5 * 60, static_cast<Shape>(seed % 4), seed % 3 == 0);
  ASSERT_NO_FATAL_FAILURE(made.open());
  for (int i = 0; i < 4; ++i) expect_each_once(made, random_run(&made));
}

// Entries that are damaged are lost with their descendants, and nothing else.
TEST_P(ForestWalkTest, DamageIsLostAndNothingElse) {
  const std::uint32_t seed = GetParam();
  MadeForest made(seed + 1000, 150, static_cast<Shape>(seed % 4), seed % 3 == 0);
  WalkRun run = random_run(&made);
  std::map<std::uint64_t, unsigned char> damage;
  std::vector<bool> lost(made.size());
  for (int i = 0; i < 4; ++i) {
    const std::size_t object = made.below(made.size());
    lost[object] = true;
    // Without CRCs headers are believed, but never the deflated bytes: they have a checksum. (Some
    // bits of the first three mean nothing.)
    const auto place = made.place(object);
    const std::uint64_t from = run.options.check_crc ? place.start : place.data + 3;
    damage[from + made.below(place.end - from)] = static_cast<unsigned char>(1U << made.below(8));
  }
  ASSERT_NO_FATAL_FAILURE(made.open(damage));
  for (std::size_t object = 0; object < made.size(); ++object) {
    if (made.base(object) != MadeForest::kNoBase && lost[made.base(object)]) lost[object] = true;
  }
  Seen seen(made.size());
  walk(made, run, &seen);
  for (std::uint32_t node = 0; node < made.size(); ++node) {
    const bool healthy = made.forest().health(node) == NodeHealth::kGood;
    const bool is_lost = lost[made.object(node)];
    EXPECT_EQ(seen.visits[node], is_lost ? 0 : 1);
    EXPECT_EQ(seen.damages[node], is_lost && healthy ? 1 : 0);
    EXPECT_TRUE(healthy || is_lost);
  }
}

TEST_P(ForestWalkTest, EndsEarly) {
  MadeForest made(GetParam() + 2000, 300, static_cast<Shape>(GetParam() % 4), true);
  ASSERT_NO_FATAL_FAILURE(made.open());
  WalkRun run = random_run(&made);
  Seen seen(made.size());
  seen.stop_after = static_cast<int>(made.below(200));
  walk(made, run, &seen);
  EXPECT_LE(seen.total, seen.stop_after + static_cast<int>(run.threads));
  for (const auto& visits : seen.visits) EXPECT_LE(visits, 1);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ForestWalkTest, testing::Range(0U, 40U));

// One tree, all workers: what is handed over is neither lost nor done twice.
TEST(ForestWalk, OneTreeManyWorkers) {
  for (const Shape shape : {Shape::kBush, Shape::kChains, Shape::kStar}) {
    MadeForest made(7, 3000, shape, true);
    ASSERT_NO_FATAL_FAILURE(made.open());
    for (const std::uint64_t memory : {std::uint64_t{0}, std::uint64_t{1} << 30}) {
      WalkRun run;
      run.threads = 4;
      run.memory = memory;
      expect_each_once(made, run);
    }
  }
}

TEST(ForestWalk, WhatIsAboveTheLargestIsRefused) {
  MadeForest made(3, 200, Shape::kManyRoots, true);
  ASSERT_NO_FATAL_FAILURE(made.open());
  WalkRun run;
  run.options.largest = 2000;
  Seen seen(made.size());
  walk(made, run, &seen);
  int refused = 0;
  for (std::uint32_t node = 0; node < made.size(); ++node) {
    bool large = false;
    for (std::size_t at = made.object(node); at != MadeForest::kNoBase; at = made.base(at)) {
      large = large || made.bytes(at).size() > 2000;
    }
    EXPECT_EQ(seen.visits[node], large ? 0 : 1);
    EXPECT_EQ(seen.damages[node], large ? 1 : 0);
    refused += large ? 1 : 0;
  }
  EXPECT_GT(refused, 0);
}

// The longest chain that is followed, unpacked with next to no memory.
TEST(ForestWalk, LongChain) {
  using test_support::delta_size;
  using test_support::MadePack;
  MadePack made;
  const auto id = [](unsigned number) {
    ObjectId made_id;
    made_id.size = kSha1Size;
    made_id.bytes[0] = static_cast<std::uint8_t>(number >> 8);
    made_id.bytes[1] = static_cast<std::uint8_t>(number);
    return made_id;
  };
  std::uint64_t last = made.add(id(0), 3, "", "start");
  for (unsigned i = 1; i <= kMaxDeltaChain; ++i) {
    const std::string distance = test_support::delta_distance(made.next_offset() - last);
    last = made.add(id(i), MadePack::kOffsetDelta, distance,
                    delta_size(i + 4) + delta_size(i + 5) + "\x01+" +
                        test_support::copy_instruction(0, i + 4, false));
  }
  const test_support::TemporaryFolder folder;
  made.write(folder.root());
  const auto pack = open_pack(folder.path("pack-made.idx"));
  ASSERT_TRUE(pack.ok());
  const DeltaForest forest = DeltaForest::build(pack.value(), 1);
  struct Count : NodeVisitor {
    std::shared_ptr<const NodeState> visit(const NodeView& view) override {
      EXPECT_EQ(view.bytes.size(), 5 + visits);
      EXPECT_TRUE(view.bytes.ends_with("start"));
      ++visits;
      return nullptr;
    }
    void damaged(std::uint32_t, const Error& error) override { ADD_FAILURE() << error.message; }
    bool stopped() const override { return false; }
    std::size_t visits = 0;
  };
  BufferAccount account(0);
  ForestWalk walk(&pack.value(), &forest, forest.roots(), &account, {});
  Count count;
  walk.work(&count);
  EXPECT_EQ(count.visits, kMaxDeltaChain + 1U);
}

}  // namespace
}  // namespace dragnet
