// Trees parsed by their deltas against trees parsed whole.
#include "git/tree_delta.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "git/object_parse.h"
#include "git/provenance.h"
#include "git/provenance_history.h"
#include "git/random_delta.h"

namespace dragnet::test {
namespace {

class TreeDeltaTest : public ::testing::Test {
 protected:
  TreeDeltaTest() {
    for (int i = 0; i < 6; ++i) ids_.push_back(made_id(std::to_string(i)));
    holders_[ids_[0]] = {0};
    holders_[ids_[1]] = {1, 2};
    provenance_ = std::make_unique<Provenance>(&holders_);
  }

  ByteString entry() {
    static const char* const kModes[] = {"40000", "100644", "100755", "160000", "120000", "40000"};
    ByteString bytes = kModes[random_() % 6];
    bytes += ' ';
    const std::size_t size = random_() % 10 == 0 ? random_() % 200 : 1 + random_() % 6;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>('0' + random_() % 10);
    bytes += '\0';
    const ObjectId& id = ids_[random_() % ids_.size()];
    bytes.append(reinterpret_cast<const char*>(id.bytes.data()), id.size);
    return bytes;
  }
  ByteString tree() {
    ByteString bytes;
    for (auto count = random_() % 40; count > 0; --count) bytes += entry();
    return bytes;
  }
  std::size_t place(ByteView bytes) { return random_() % (bytes.size() + 1); }

  // Some entries replaced, and sometimes bytes moved, doubled, dropped or changed anywhere.
  ByteString edited(ByteString bytes) {
    for (auto edits = random_() % 4; edits > 0; --edits) {
      TreeReader reader(bytes, 20);
      TreeEntry at;
      for (auto skip = random_() % 20; skip > 0 && reader.next(&at); --skip) {
      }
      if (reader.next(&at)) {
        const bool insert = random_() % 3 == 0;
        bytes.replace(at.offset, insert ? 0 : at.end() - at.offset,
                      random_() % 4 == 0 ? ByteString() : entry());
      }
    }
    if (random_() % 3 != 0) return bytes;
    const std::size_t from = place(bytes);
    switch (random_() % 4) {
      case 0:
        bytes.insert(place(bytes), bytes.substr(from, random_() % 100));
        break;
      case 1:
        bytes.erase(from, random_() % 30);
        break;
      case 2:
        if (from < bytes.size()) bytes[from] = static_cast<char>(random_() % 256);
        break;
      default:
        std::rotate(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end());
    }
    return bytes;
  }

  // Parses, and finds a secret or two in names with certain digits.
  void parse(ByteView bytes, const TreeState* base, const std::vector<DeltaOp>& ops,
             TreeState* state) {
    if (base != nullptr) {
      provenance_->parser().parse_delta(bytes, 20, *base, ops, state, &fresh_);
    } else {
      provenance_->parser().parse(bytes, 20, state, &fresh_);
    }
    std::vector<NameHit> hits;
    for (const FreshEntry& fresh : fresh_) {
      const ByteView name = fresh.name(bytes);
      if (name.starts_with("7")) hits.push_back({fresh, 4});
      if (name.ends_with("7")) hits.push_back({fresh, 3});
    }
    state->add_name_hits(hits);
  }

  void expect_as_read(ByteView bytes, const TreeState& state) {
    std::vector<std::uint32_t> bounds;
    TreeReader reader(bytes, 20);
    TreeEntry entry;
    std::size_t end = 0;
    std::size_t links = 0;
    for (; reader.next(&entry); end = entry.end()) {
      bounds.push_back(static_cast<std::uint32_t>(entry.offset));
      const bool holder = entry.raw_id == ByteView(id_view(0)) || entry.raw_id == id_view(1);
      links += entry.is_tree() || (holder && !entry.is_submodule()) ? 1 : 0;
      links += entry.name.starts_with("7") ? 1 : 0;
      links += entry.name.ends_with("7") ? 1 : 0;
    }
    bounds.push_back(static_cast<std::uint32_t>(end));
    ASSERT_TRUE(
        std::equal(bounds.begin(), bounds.end(), state.bounds().begin(), state.bounds().end()));
    ASSERT_EQ(state.damaged(), reader.damaged());
    ASSERT_EQ(state.links().size(), links);
  }
  void expect_same(const TreeState& a, const TreeState& b) {
    ASSERT_TRUE(std::ranges::equal(a.bounds(), b.bounds()));
    ASSERT_TRUE(std::ranges::equal(a.links(), b.links()));
    ASSERT_EQ(a.damaged(), b.damaged());
  }

  ByteView id_view(std::size_t i) const {
    return {reinterpret_cast<const char*>(ids_[i].bytes.data()), 20};
  }

  std::mt19937 random_{5};
  std::vector<ObjectId> ids_;
  SecretHolders holders_;
  std::unique_ptr<Provenance> provenance_;
  std::vector<FreshEntry> fresh_;
};

TEST_F(TreeDeltaTest, AnyDeltaGivesWhatTheWholeTreeGives) {
  std::size_t entries = 0;
  std::size_t parsed = 0;
  std::size_t damaged = 0;
  TreeState base_state;
  TreeState state;
  TreeState whole;
  for (int round = 0; round < 4000; ++round) {
    ByteString base = tree();
    if (round % 5 == 0) base = edited(base);
    parse(base, nullptr, {}, &base_state);
    for (int step = 0; step < 10; ++step) {
      const ByteString target = random_() % 50 == 0 ? tree() : edited(base);
      const auto ops = random_delta(&random_, base, target);
      ASSERT_EQ(apply_delta(base, target, ops), target);
      parse(target, nullptr, {}, &whole);
      ASSERT_EQ(fresh_.size(), whole.entries());
      const std::vector<FreshEntry> all = fresh_;
      ASSERT_NO_FATAL_FAILURE(expect_as_read(target, whole));
      parse(target, &base_state, ops, &state);
      ASSERT_NO_FATAL_FAILURE(expect_same(state, whole)) << round;
      // What is not fresh stands in the base.
      std::map<ByteString, int> of_base;
      for (std::size_t i = 0; i < base_state.entries(); ++i) {
        const std::uint32_t at = base_state.bounds()[i];
        ++of_base[base.substr(at, base_state.bounds()[i + 1] - at)];
      }
      auto next = fresh_.begin();
      for (const FreshEntry& entry : all) {
        if (next != fresh_.end() && next->offset == entry.offset) {
          ASSERT_EQ(next->name(target), entry.name(target));
          ASSERT_EQ(next->mode, entry.mode);
          ASSERT_EQ(next->raw_id(target), entry.raw_id(target));
          ++next;
          continue;
        }
        const std::size_t end = entry.name_offset + entry.name_size + 21;
        ASSERT_TRUE(of_base.contains(target.substr(entry.offset, end - entry.offset)));
      }
      ASSERT_EQ(next, fresh_.end());
      entries += state.entries();
      parsed += fresh_.size();
      damaged += state.damaged() ? 1 : 0;
      base = target;
      std::swap(base_state, state);
    }
  }
  EXPECT_GT(entries, 2 * parsed);
  EXPECT_GT(parsed, entries / 20);
  EXPECT_GT(damaged, 1000U);
}

// One copy of everything, entered and left at entries' bounds.
TEST_F(TreeDeltaTest, OnlyWhatIsNewIsParsed) {
  ByteString base;
  for (int i = 0; i < 400; ++i) base += entry();
  TreeState base_state;
  TreeState state;
  parse(base, nullptr, {}, &base_state);
  ASSERT_EQ(fresh_.size(), 400U);
  const ByteString added = entry();
  const std::size_t at = base_state.bounds()[100];
  const std::size_t after = base_state.bounds()[101];
  ByteString target = base;
  target.replace(at, after - at, added);
  parse(target, &base_state,
        {{0, at, 0},
         {at, added.size(), DeltaOp::kInsert},
         {at + added.size(), base.size() - after, after}},
        &state);
  EXPECT_EQ(fresh_.size(), 1U);
  EXPECT_EQ(state.entries(), 400U);
  // Cut in the middle of an entry on both sides: the two that are cut, if the second was copied
  // from elsewhere.
  parse(base + base, &base_state,
        {{0, base.size() - 5, 0},
         {base.size() - 5, 5, base.size() - 5},
         {base.size(), 3, 0},
         {base.size() + 3, base.size() - 3, 3}},
        &state);
  EXPECT_EQ(fresh_.size(), 2U);
  EXPECT_EQ(state.entries(), 800U);
}

TEST_F(TreeDeltaTest, NothingComesOfNothing) {
  TreeState state;
  TreeState base;
  parse("", nullptr, {}, &base);
  EXPECT_EQ(base.entries(), 0U);
  EXPECT_FALSE(base.damaged());
  const ByteString bytes = entry();
  parse(bytes, &base, {{0, bytes.size(), DeltaOp::kInsert}}, &state);
  EXPECT_EQ(state.entries(), 1U);
  parse("", &state, {}, &base);
  EXPECT_EQ(base.entries(), 0U);
  EXPECT_TRUE(base.links().empty());
  state.clear();
  EXPECT_EQ(state.entries(), 0U);
}

}  // namespace
}  // namespace dragnet::test
