// Views against sorted sets: equal sets are equal numbers, differences are differences.
#include "git/provenance_views.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace dragnet::provenance {
namespace {

std::vector<ViewKey> keys_of(const ViewStore& store, ViewStore::View view) {
  std::vector<ViewKey> out;
  store.for_each(view, [&](ViewKey key) { out.push_back(key); });
  return out;
}

std::uint32_t below(std::mt19937* random, std::uint32_t limit) {
  return static_cast<std::uint32_t>((*random)() % limit);
}

ViewKey random_key(std::mt19937* random, std::uint32_t names) {
  return make_key(below(random, names), static_cast<EdgeKind>(below(random, 3)), below(random, 3));
}

TEST(ViewStore, FollowsASetThroughRandomChanges) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    ViewStore store;
    std::set<ViewKey> set;
    ViewStore::View view = 0;
    for (int step = 0; step < 200; ++step) {
      const ViewKey key = random_key(&random, 1 + seed % 40);
      if (random() % 3 != 0) {
        set.insert(key);
        view = store.with(view, key);
      } else {
        set.erase(key);
        view = store.without(view, key);
      }
      const std::vector<ViewKey> sorted(set.begin(), set.end());
      ASSERT_EQ(keys_of(store, view), sorted);
      ASSERT_EQ(store.build(sorted), view);
      const ViewKey asked = random_key(&random, 1 + seed % 40);
      ASSERT_EQ(store.contains(view, asked), set.contains(asked));
    }
  }
}

TEST(ViewStore, DifferencesAndRangesAreThoseOfSets) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    std::mt19937 random(seed);
    ViewStore store;
    std::set<ViewKey> a;
    std::set<ViewKey> b;
    const int size = 1 << (random() % 9);
    for (int i = 0; i < size; ++i) {
      const ViewKey key = random_key(&random, static_cast<std::uint32_t>(size));
      const std::uint32_t where = below(&random, 10);
      if (where != 0) a.insert(key);
      if (where != 1) b.insert(key);
    }
    const ViewStore::View view_a = store.build(std::vector<ViewKey>(a.begin(), a.end()));
    const ViewStore::View view_b = store.build(std::vector<ViewKey>(b.begin(), b.end()));
    std::vector<ViewKey> expected;
    std::vector<ViewKey> got;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(expected));
    store.for_each_missing(view_a, view_b, [&](ViewKey key) { got.push_back(key); });
    ASSERT_EQ(got, expected);

    ViewKey from = random_key(&random, static_cast<std::uint32_t>(size));
    ViewKey to = random_key(&random, static_cast<std::uint32_t>(size));
    if (to < from) std::swap(from, to);
    got.clear();
    store.for_each(view_a, from, to, [&](ViewKey key) { got.push_back(key); });
    ASSERT_EQ(got, std::vector<ViewKey>(a.lower_bound(from), a.lower_bound(to)));
  }
}

// What makes views small: a change in a large set costs a few nodes.
TEST(ViewStore, AChangeTakesFewNodes) {
  ViewStore store;
  std::vector<ViewKey> keys;
  for (std::uint32_t i = 0; i < 100'000; ++i) keys.push_back(make_key(i, EdgeKind::kBlob, 0));
  ViewStore::View view = store.build(keys);
  const std::size_t before = store.size();
  EXPECT_EQ(before, keys.size() + 1);
  for (std::uint32_t i = 0; i < 100; ++i) {
    view = store.with(view, make_key(i * 997, EdgeKind::kTree, 1));
  }
  EXPECT_LT(store.size() - before, 100U * 80U);
}

}  // namespace
}  // namespace dragnet::provenance
