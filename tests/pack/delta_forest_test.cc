// The forest of a pack against the trees that the pack was made of.
#include "pack/delta_forest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "pack/made_forest.h"
#include "pack/made_pack.h"
#include "support/temporary_folder.h"

namespace dragnet {
namespace {

using test_support::delta_size;
using test_support::MadeForest;
using test_support::MadePack;
using test_support::Shape;

std::size_t subtree(const DeltaForest& forest, std::uint32_t node) {
  std::size_t count = 1;
  for (const std::uint32_t child : forest.children(node)) count += subtree(forest, child);
  return count;
}

TEST(DeltaForest, IsThePacksTrees) {
  for (std::uint32_t seed = 0; seed < 24; ++seed) {
    MadeForest made(seed, 200, static_cast<Shape>(seed % 4), seed % 3 == 0);
    made.open();
    const DeltaForest& forest = made.forest();
    std::map<std::size_t, std::uint32_t> nodes;
    for (std::uint32_t node = 0; node < forest.size(); ++node) nodes[made.object(node)] = node;
    std::vector<std::uint32_t> roots;
    std::size_t children = 0;
    for (std::uint32_t node = 0; node < forest.size(); ++node) {
      const std::size_t object = made.object(node);
      ASSERT_EQ(forest.health(node), NodeHealth::kGood);
      EXPECT_EQ(forest.offset(node), made.place(object).start);
      EXPECT_EQ(forest.end(node), made.place(object).end);
      EXPECT_EQ(forest.crc(node), made.pack().index.crc(forest.position(node)));
      std::size_t root = object;
      while (made.base(root) != MadeForest::kNoBase) root = made.base(root);
      EXPECT_EQ(static_cast<std::size_t>(forest.type(node)), 1 + root % 4);
      if (made.base(object) == MadeForest::kNoBase) {
        EXPECT_EQ(forest.base(node), DeltaForest::kNone);
        roots.push_back(node);
      } else {
        EXPECT_EQ(forest.base(node), nodes.at(made.base(object)));
      }
      std::size_t last = 0;
      for (const std::uint32_t child : forest.children(node)) {
        EXPECT_EQ(forest.base(child), node);
        const std::size_t weight = subtree(forest, child);
        EXPECT_GE(weight, last) << "the lightest come first";
        last = weight;
        ++children;
      }
    }
    EXPECT_EQ(forest.roots(), roots);
    EXPECT_EQ(children + roots.size(), forest.size());
  }
}

ObjectId made_id(unsigned number) {
  ObjectId id;
  id.size = kSha1Size;
  id.bytes[0] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[1] = static_cast<std::uint8_t>(number);
  return id;
}

std::string raw(const ObjectId& id) { return {id.bytes.begin(), id.bytes.begin() + id.size}; }

// The same byte again, as a delta.
std::string same_byte() { return delta_size(1) + delta_size(1) + "\x90\x01"; }

// Health of each object by the number in its id.
std::map<unsigned, NodeHealth> health_of(const MadePack& made) {
  const test_support::TemporaryFolder folder;
  made.write(folder.root());
  const auto pack = open_pack(folder.path("pack-made.idx"));
  EXPECT_TRUE(pack.ok());
  const DeltaForest forest = DeltaForest::build(pack.value(), 1);
  std::map<unsigned, NodeHealth> out;
  std::size_t linked = forest.roots().size();
  for (std::uint32_t node = 0; node < forest.size(); ++node) {
    const auto& bytes = pack->index.id(forest.position(node)).bytes;
    out[bytes[0] * 256U + bytes[1]] = forest.health(node);
    for (const std::uint32_t child : forest.children(node)) {
      EXPECT_EQ(forest.health(child), NodeHealth::kGood);
      ++linked;
    }
  }
  const auto good = std::count_if(out.begin(), out.end(),
                                  [](const auto& o) { return o.second == NodeHealth::kGood; });
  EXPECT_EQ(static_cast<std::size_t>(good), linked) << "healthy ones hang somewhere, others do not";
  return out;
}

TEST(DeltaForest, Circles) {
  MadePack made;
  made.add(made_id(1), 3, "", "x");
  made.add(made_id(2), MadePack::kIdDelta, raw(made_id(2)), same_byte());  // of itself
  for (unsigned i = 10; i < 15; ++i) {                                     // in a ring
    made.add(made_id(i), MadePack::kIdDelta, raw(made_id(i == 14 ? 10 : i + 1)), same_byte());
  }
  made.add(made_id(20), MadePack::kIdDelta, raw(made_id(12)), same_byte());  // leads into the ring
  made.add(made_id(21), MadePack::kIdDelta, raw(made_id(20)), same_byte());
  made.add(made_id(3), MadePack::kIdDelta, raw(made_id(1)), same_byte());
  const auto health = health_of(made);
  for (const unsigned good : {1U, 3U}) EXPECT_EQ(health.at(good), NodeHealth::kGood);
  for (const unsigned bad : {2U, 10U, 11U, 12U, 13U, 14U}) {
    EXPECT_EQ(health.at(bad), NodeHealth::kEndless) << bad;
  }
  for (const unsigned below : {20U, 21U}) EXPECT_NE(health.at(below), NodeHealth::kGood);
}

TEST(DeltaForest, BasesThatAreNotThere) {
  MadePack made;
  const std::uint64_t first = made.add(made_id(1), 3, "", "x");
  made.add(made_id(2), MadePack::kIdDelta, raw(made_id(999)), same_byte());
  made.add(made_id(3), MadePack::kIdDelta, raw(made_id(2)), same_byte());
  const std::uint64_t at = made.next_offset();
  // Into the middle of an entry, before the first one, onto itself.
  made.add(made_id(4), MadePack::kOffsetDelta, test_support::delta_distance(at - first - 1),
           same_byte());
  made.add(made_id(5), MadePack::kOffsetDelta, test_support::delta_distance(made.next_offset() - 3),
           same_byte());
  made.add(made_id(6), MadePack::kOffsetDelta, std::string(1, '\0'), same_byte());
  made.add(made_id(7), 5, "", "x");  // no type
  made.add(made_id(8), MadePack::kIdDelta, raw(made_id(7)), same_byte());
  const auto health = health_of(made);
  EXPECT_EQ(health.at(1), NodeHealth::kGood);
  EXPECT_EQ(health.at(2), NodeHealth::kElsewhere);
  EXPECT_EQ(health.at(3), NodeHealth::kBadBase);
  EXPECT_EQ(health.at(4), NodeHealth::kElsewhere);
  for (const unsigned bad : {5U, 6U, 7U}) EXPECT_EQ(health.at(bad), NodeHealth::kBadEntry) << bad;
  EXPECT_EQ(health.at(8), NodeHealth::kBadBase);
}

TEST(DeltaForest, ChainsEndSomewhere) {
  for (const bool backwards : {false, true}) {
    MadePack made;
    const unsigned count = kMaxDeltaChain + 5;
    for (unsigned i = 0; i < count; ++i) {
      const unsigned own = backwards ? count - 1 - i : i;
      if (own == 0) {
        made.add(made_id(0), 3, "", "x");
      } else {
        made.add(made_id(own), MadePack::kIdDelta, raw(made_id(own - 1)), same_byte());
      }
    }
    const auto health = health_of(made);
    for (const auto& [own, is] : health) {
      EXPECT_EQ(is, own <= kMaxDeltaChain       ? NodeHealth::kGood
                    : own == kMaxDeltaChain + 1 ? NodeHealth::kTooDeep
                                                : NodeHealth::kBadBase)
          << own;
    }
  }
}

TEST(DeltaForest, ManyThreadsMakeTheSame) {
  MadePack made;
  for (unsigned i = 0; i < 60000; ++i) {
    if (i % 7 == 0) {
      made.add(made_id(i), 3, "", "x");
    } else {
      made.add(made_id(i), MadePack::kIdDelta, raw(made_id(i - 1)), same_byte());
    }
  }
  const test_support::TemporaryFolder folder;
  made.write(folder.root());
  const auto pack = open_pack(folder.path("pack-made.idx"));
  ASSERT_TRUE(pack.ok());
  const DeltaForest one = DeltaForest::build(pack.value(), 1);
  const DeltaForest many = DeltaForest::build(pack.value(), 7);
  ASSERT_EQ(one.size(), 60000U);
  ASSERT_EQ(many.size(), one.size());
  EXPECT_EQ(many.roots(), one.roots());
  for (std::uint32_t node = 0; node < one.size(); ++node) {
    ASSERT_EQ(many.base(node), one.base(node));
    ASSERT_EQ(many.health(node), NodeHealth::kGood);
    ASSERT_EQ(many.offset(node), one.offset(node));
  }
}

TEST(DeltaForest, OfAnEmptyPack) {
  const test_support::TemporaryFolder folder;
  MadePack().write(folder.root());
  const auto pack = open_pack(folder.path("pack-made.idx"));
  ASSERT_TRUE(pack.ok());
  const DeltaForest forest = DeltaForest::build(pack.value(), 4);
  EXPECT_EQ(forest.size(), 0U);
  EXPECT_TRUE(forest.roots().empty());
}

}  // namespace
}  // namespace dragnet
