// What no honest repository has: bombs, cycles, abysses, damage. None may hang, crash or take the
// memory of more than what was handed over; what is left out is counted.
#include <gtest/gtest.h>

#include <algorithm>

#include "git/provenance_edges.h"
#include "git/provenance_history.h"
#include "git/provenance_stays.h"

namespace dragnet::test {
namespace {

Provenance::Outcome run(const MadeHistory& history, const FeedOptions& options = {}) {
  std::mt19937 random(3);
  Result<Provenance::Outcome> outcome = run_provenance(history, options, &random);
  EXPECT_TRUE(outcome.ok());
  return outcome.ok() ? std::move(outcome).value() : Provenance::Outcome();
}

// A tree that has 2^levels paths to `entry`.
ObjectId add_bomb(MadeHistory* history, const MadeTree::Entry& entry, int levels) {
  ObjectId tree = history->add_tree({entry});
  for (int i = 0; i < levels; ++i) {
    tree = history->add_tree({{"40000", "l", tree}, {"40000", "r", tree}});
  }
  return tree;
}

TEST(ProvenanceHostile, ATreeBombIsCutAndCounted) {
  MadeHistory history;
  history.holders[made_id("held")] = {0};
  history.holders[made_id("real")] = {1};
  const ObjectId bomb = add_bomb(&history, {"100644", "x", made_id("held")}, 40);
  const ObjectId one = history.add_commit("one", {bomb, {}, 1});
  const ObjectId later = history.add_tree({{"100644", "real", made_id("real")}});
  const ObjectId root = history.add_tree({{"40000", "bomb", bomb}, {"40000", "later", later}});
  const ObjectId two = history.add_commit("two", {root, {one}, 2});
  const ObjectId three = history.add_commit("three", {history.add_tree({}), {two}, 3});
  history.input.refs.push_back({"refs/heads/main", three, three});
  history.input.default_branch = "refs/heads/main";
  const Provenance::Outcome outcome = run(history);
  // One bomb from each of the two commits, at different paths; the second also brings "real", which
  // comes after 50,000 others and is left out, but not lost.
  EXPECT_EQ(outcome.stays.size(), 2 * provenance::kMaxStaysPerWalk);
  EXPECT_EQ(outcome.stays.size() + outcome.stays_cut, (std::uint64_t{1} << 41) + 1);
  ASSERT_EQ(outcome.unplaced.size(), 1U);
  EXPECT_EQ(outcome.unplaced[0].secret, 1U);
  EXPECT_EQ(outcome.stays.front().removed_in, three);  // bomb/...
  EXPECT_EQ(outcome.stays.back().removed_in, two);     // r/...
  EXPECT_TRUE(outcome.removals_complete);
  EXPECT_EQ(to_text(outcome), to_text(run(history, {.threads = 2, .memory = 0})));
}

// Each merge has the bomb from one parent and lacks nothing of the other, so nothing is introduced,
// but everything differs.
TEST(ProvenanceHostile, ABombThatDiffersEverywhereAndIntroducesNothing) {
  MadeHistory history;
  history.holders[made_id("held")] = {0};
  history.holders[made_id("both")] = {0, 1};
  const ObjectId more = add_bomb(&history, {"100644", "x", made_id("both")}, 60);
  const ObjectId less = add_bomb(&history, {"100644", "x", made_id("held")}, 60);
  ObjectId last = history.add_commit("first", {more, {}, 0});
  const ObjectId side = history.add_commit("side", {history.add_tree({}), {}, 0});
  for (int i = 1; i < 50; ++i) {
    last = history.add_commit(std::to_string(i), {i % 2 == 0 ? more : less, {last, side}, i});
  }
  history.input.refs.push_back({"refs/heads/main", last, last});
  history.input.default_branch = "refs/heads/main";
  const Provenance::Outcome outcome = run(history);
  EXPECT_GT(outcome.stays_cut, std::uint64_t{1} << 60);
  EXPECT_LE(outcome.stays.size(), provenance::kMaxStays);
}

TEST(ProvenanceHostile, ABombThatNoCommitLeadsTo) {
  MadeHistory history;
  history.holders[made_id("held")] = {0};
  add_bomb(&history, {"100644", "x", made_id("held")}, 30);
  const Provenance::Outcome outcome = run(history);
  EXPECT_EQ(outcome.stays.size(), provenance::kMaxStaysPerWalk);
  EXPECT_EQ(outcome.stays.size() + outcome.stays_cut, std::uint64_t{1} << 30);
  EXPECT_TRUE(outcome.stays.front().commit.empty());
}

TEST(ProvenanceHostile, AnAbyssEndsAtTheDepthLimit) {
  MadeHistory history;
  history.holders[made_id("held")] = {0};
  history.holders[made_id("shallow")] = {1};
  ObjectId tree = history.add_tree({{"100644", "x", made_id("held")}});
  for (int i = 0; i < 6000; ++i) tree = history.add_tree({{"40000", "d", tree}});
  const ObjectId root =
      history.add_tree({{"40000", "d", tree}, {"100644", "y", made_id("shallow")}});
  history.add_commit("one", {root, {}, 1});
  for (const int threads : {1, 2}) {
    const Provenance::Outcome outcome = run(history, {.threads = threads});
    ASSERT_EQ(outcome.stays.size(), 1U);
    EXPECT_EQ(outcome.stays[0].path, "y");
    ASSERT_EQ(outcome.unplaced.size(), 1U);  // not lost
    EXPECT_EQ(outcome.unplaced[0].secret, 0U);
  }
}

TEST(ProvenanceHostile, ADeepPathWithinTheLimitIsFound) {
  MadeHistory history;
  history.holders[made_id("held")] = {0};
  ObjectId tree = history.add_tree({{"100644", "x", made_id("held")}}, {{"x", 1}});
  for (int i = 0; i < 3000; ++i) tree = history.add_tree({{"40000", "d", tree}});
  const ObjectId one = history.add_commit("one", {tree, {}, 1});
  const ObjectId two = history.add_commit("two", {history.add_tree({}), {one}, 2});
  history.input.refs.push_back({"refs/heads/main", two, two});
  history.input.default_branch = "refs/heads/main";
  std::mt19937 random(3);
  EXPECT_EQ(to_text(run(history)), to_text(expected_outcome(history)));
}

TEST(ProvenanceHostile, CyclesOfTreesAndCommitsEnd) {
  MadeHistory history;
  history.holders[made_id("held")] = {0};
  history.holders[made_id("other")] = {1};
  history.add_tree({});
  // Ids that do not follow from the content, as nobody checks.
  const ObjectId a = made_id("tree a");
  const ObjectId b = made_id("tree b");
  for (const auto& [id, child] : {std::pair{a, b}, std::pair{b, a}}) {
    const ObjectId made = history.add_tree({{"40000", "down", child},
                                            {"100644", id == a ? "x" : "y", made_id("held")},
                                            {"100644", "z", made_id("other")}});
    history.trees[id] = history.trees.at(made);
    history.trees.erase(made);
  }
  const ObjectId one = made_id("one");
  const ObjectId two = made_id("two");
  history.add_commit("one", {a, {two}, 1});
  history.add_commit("two", {b, {one}, 2});
  history.input.refs.push_back({"refs/heads/main", two, two});
  history.input.default_branch = "refs/heads/main";
  const std::string once = to_text(run(history));
  EXPECT_NE(once.find("secret 0 x"), std::string::npos) << once;
  EXPECT_NE(once.find("unplaced 1"), std::string::npos) << once;  // neither commit was first
  EXPECT_EQ(once, to_text(run(history, {.threads = 2, .memory = 0})));
}

TEST(ProvenanceHostile, PathsLongerThanTheLimitAreCut) {
  MadeHistory history;
  history.holders[made_id("held")] = {0};
  const std::string name(provenance::kMaxPath, 'n');
  ObjectId tree = history.add_tree({{"100644", name, made_id("held")}});
  history.add_commit("one", {history.add_tree({{"40000", "d", tree}}), {}, 1});
  const Provenance::Outcome outcome = run(history);
  EXPECT_TRUE(outcome.stays.empty());
  EXPECT_EQ(outcome.stays_cut, 1U);
  EXPECT_EQ(outcome.unplaced.size(), 1U);
}

// Bytes changed, cut off and doubled at random: whatever is kept of one tree must not depend on the
// one that came before it.
TEST(ProvenanceHostile, DamagedTreesReadTheSameWhateverCameBefore) {
  std::mt19937 random(11);
  SecretHolders holders;
  std::vector<ObjectId> blobs;
  for (int i = 0; i < 4; ++i) {
    blobs.push_back(made_id("blob " + std::to_string(i)));
    holders[blobs.back()] = {static_cast<std::uint32_t>(i)};
  }
  for (int round = 0; round < 300; ++round) {
    MadeHistory history;
    history.holders = holders;
    ByteString bytes;
    for (int i = 0; i < 30; ++i) {
      const ObjectId& id = blobs[random() % blobs.size()];
      bytes += (random() % 4 == 0 ? "40000 n" : "100644 n") + std::to_string(i) + '\0';
      bytes.append(reinterpret_cast<const char*>(id.bytes.data()), id.size);
    }
    ObjectId last;
    for (int version = 0; version < 20; ++version) {
      const std::size_t at = random() % (bytes.size() + 1);
      const std::size_t size = random() % 40;
      switch (random() % 4) {
        case 0:
          bytes.insert(at, bytes.substr(random() % (bytes.size() + 1), size));
          break;
        case 1:
          bytes.erase(at, size);
          break;
        case 2:
          bytes.insert(at, size / 8, '\0');
          break;
        default:
          if (at < bytes.size()) bytes[at] = static_cast<char>(random() % 256);
      }
      MadeTree tree;
      tree.bytes = bytes;
      const ObjectId id = made_id("tree " + bytes);
      history.trees[id] = tree;
      MadeCommit commit{id, {}, version};
      if (!last.empty()) commit.parents = {last};
      last = history.add_commit(std::to_string(round * 100 + version), commit);
    }
    // Alone each in a thread's first place, against all in sequence.
    history.input.refs.push_back({"refs/heads/main", last, last});
    history.input.default_branch = "refs/heads/main";
    const std::string once = to_text(run(history, {.shuffle = true}));
    ASSERT_EQ(once, to_text(run(history, {.threads = 20, .shuffle = false}))) << round;
    ASSERT_EQ(once, to_text(run(history, {.shuffle = false, .memory = 0}))) << round;
  }
}

}  // namespace
}  // namespace dragnet::test
