// Provenance against its definition, on histories that are small, odd and many.
#include "git/provenance.h"

#include <gtest/gtest.h>

#include "git/provenance_history.h"

namespace dragnet::test {
namespace {

Provenance::Outcome expect_as_defined(const MadeHistory& history, const FeedOptions& options,
                                      std::mt19937* random) {
  std::vector<Provenance::Reach> reach;
  std::vector<Provenance::Reach> expected_reach;
  Provenance::Outcome expected = expected_outcome(history, &expected_reach);
  const Result<Provenance::Outcome> outcome = run_provenance(history, options, random, &reach);
  if (!outcome.ok()) {
    ADD_FAILURE() << outcome.error().text();
    return expected;
  }
  EXPECT_EQ(to_text(outcome.value()), to_text(expected));
  EXPECT_EQ(to_text(reach), to_text(expected_reach));
  return expected;
}

void expect_many_as_defined(unsigned first_seed, int histories, const HistoryShape& shape,
                            const FeedOptions& options) {
  int stays = 0;
  int removed = 0;
  int at_tip = 0;
  int names = 0;
  int without_commit = 0;
  for (int i = 0; i < histories; ++i) {
    std::mt19937 random(first_seed + static_cast<unsigned>(i));
    const MadeHistory history = random_history(&random, shape);
    for (const Stay& stay : expect_as_defined(history, options, &random).stays) {
      ++stays;
      removed += stay.removed_in.empty() ? 0 : 1;
      at_tip += stay.at_tip ? 1 : 0;
      names += stay.name_hit ? 1 : 0;
      without_commit += stay.commit.empty() ? 1 : 0;
    }
    if (::testing::Test::HasFailure()) {
      ADD_FAILURE() << "seed " << first_seed + static_cast<unsigned>(i);
      return;
    }
  }
  // What is made up must have something to get wrong.
  EXPECT_GT(stays, 5 * histories);
  EXPECT_GT(removed, histories / 3);
  EXPECT_GT(at_tip, histories);
  EXPECT_EQ(names > histories / 4, shape.names);
  // After many commits hardly a blob is left that none of them had.
  EXPECT_TRUE(without_commit > 0 || shape.commits > 100);
}

TEST(Provenance, SmallHistoriesAreAsDefined) {
  expect_many_as_defined(1'000'000, 3000, {.commits = 5, .edits = 2}, {});
}

TEST(Provenance, MiddlingHistoriesAreAsDefined) {
  expect_many_as_defined(2'000'000, 1500, {.commits = 14, .edits = 3}, {.twice = true});
}

TEST(Provenance, LongHistoriesAreAsDefined) {
  expect_many_as_defined(3'000'000, 60, {.commits = 150, .edits = 2}, {.shuffle = false});
}

TEST(Provenance, ManyThreadsGiveTheSame) {
  expect_many_as_defined(4'000'000, 800, {.commits = 14, .edits = 3},
                         {.threads = 3, .twice = true});
}

TEST(Provenance, TreesByDeltasGiveTheSame) {
  for (int threads = 1; threads <= 4; ++threads) {
    expect_many_as_defined(8'000'000 + static_cast<unsigned>(threads) * 1000, 300,
                           {.commits = 14, .edits = 3},
                           {.threads = threads, .twice = threads % 2 == 0, .deltas = true});
  }
  expect_many_as_defined(9'000'000, 20, {.commits = 150, .edits = 2},
                         {.threads = 2, .deltas = true, .memory = 700});
}

TEST(Provenance, EdgesInAFileGiveTheSame) {
  expect_many_as_defined(5'000'000, 800, {.commits = 14, .edits = 3}, {.memory = 0});
}

TEST(Provenance, EdgesPartlyInAFileGiveTheSame) {
  expect_many_as_defined(6'000'000, 400, {.commits = 14, .edits = 3},
                         {.threads = 2, .memory = 700});
}

TEST(Provenance, HistoriesWithoutNameHitsAreAsDefined) {
  expect_many_as_defined(7'000'000, 500, {.commits = 20, .edits = 3, .names = false}, {});
}

TEST(Provenance, HoldersOfSomeNamesCountUnderThoseOnly) {
  expect_many_as_defined(10'000'000, 800, {.commits = 14, .edits = 3, .named = true}, {});
  expect_many_as_defined(11'000'000, 400, {.commits = 14, .edits = 3, .named = true},
                         {.threads = 3, .deltas = true, .memory = 700});
}

TEST(Provenance, NothingGivesNothing) {
  std::mt19937 random(1);
  const MadeHistory history;
  const Result<Provenance::Outcome> outcome = run_provenance(history, {}, &random);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(to_text(outcome.value()), "cut 0 complete 1\n");
}

// Two folders whose versions fill more than one chunk each, among files that nobody asks for.
TEST(Provenance, LongSequencesOfVersionsAreAsDefined) {
  std::mt19937 random(42);
  MadeHistory history;
  std::vector<ObjectId> blobs;
  for (int i = 0; i < 60; ++i) {
    blobs.push_back(made_id("blob " + std::to_string(i)));
    if (i % 3 == 0) history.holders[blobs.back()] = {static_cast<std::uint32_t>(i / 6)};
  }
  const auto any_blob = [&] { return blobs[random() % blobs.size()]; };
  std::vector<MadeTree::Entry> files;
  std::vector<MadeTree::Entry> inner;
  for (int i = 0; i < 40; ++i) {
    files.push_back({"100644", "file" + std::to_string(i), any_blob()});
    inner.push_back({"100644", "inner" + std::to_string(i), any_blob()});
  }
  ObjectId last;
  for (int i = 0; i < 5000; ++i) {
    std::vector<MadeTree::Entry>& changed = i % 2 == 0 ? files : inner;
    changed[random() % changed.size()].id = any_blob();
    if (i % 50 == 0) inner.erase(inner.begin() + static_cast<std::ptrdiff_t>(random() % 20));
    if (i % 50 == 25) inner.push_back({"100644", "new" + std::to_string(i), any_blob()});
    std::vector<MadeTree::Entry> top = files;
    top.push_back({"40000", "folder", history.add_tree(inner)});
    MadeCommit commit{history.add_tree(top), {}, i};
    if (!last.empty()) commit.parents = {last};
    last = history.add_commit("commit " + std::to_string(i), commit);
  }
  history.input.refs.push_back({"refs/heads/main", last, last});
  history.input.default_branch = "refs/heads/main";
  for (const bool shuffle : {true, false}) {
    expect_as_defined(history, {.threads = 2, .shuffle = shuffle, .memory = 1 << 16}, &random);
  }
}

void expect_long_trees_as_defined(int size) {
  std::mt19937 random(7);
  MadeHistory history;
  history.holders[made_id("held")] = {0, 3};
  history.holders[made_id("held too")] = {3};
  std::vector<MadeTree::Entry> leaf{{"100644", "x", made_id("held too")}};
  const ObjectId small = history.add_tree(leaf, {{"x", 9}});
  std::vector<MadeTree::Entry> entries;
  for (int i = 0; i < size; ++i) {
    const std::string name = "a-rather-long-name-for-a-file-" + std::to_string(i);
    if (i % 2 == 0) {
      entries.push_back({"40000", name, i % 5000 == 0 ? small : made_id("none")});
    } else {
      entries.push_back({"100644", name, made_id(i % 6001 == 0 ? "held" : "other")});
    }
  }
  MadeCommit first{history.add_tree(entries, {{entries[3].name, 4}}), {}, 1};
  const ObjectId one = history.add_commit("one", first);
  entries.erase(entries.begin());
  entries[11].id = made_id("held");
  MadeCommit second{history.add_tree(entries), {one}, 2};
  const ObjectId two = history.add_commit("two", second);
  history.input.refs.push_back({"refs/heads/main", two, two});
  history.input.default_branch = "refs/heads/main";
  expect_as_defined(history, {}, &random);
  expect_as_defined(history, {.twice = true, .memory = 0}, &random);
}

TEST(Provenance, LongTreesAreAsDefined) { expect_long_trees_as_defined(20'000); }

// Above the size that is remembered, in parts.
TEST(Provenance, VeryLongTreesAreAsDefined) { expect_long_trees_as_defined(60'000); }

}  // namespace
}  // namespace dragnet::test
