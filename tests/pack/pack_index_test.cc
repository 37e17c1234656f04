// Pack indexes of both versions and both hashes against what `git show-index` and `git
// verify-pack` say, and the entries' order and checksums against the pack's own bytes.
#include "pack/pack_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <random>
#include <sstream>
#include <vector>

#include "pack/inflate.h"
#include "pack/made_pack.h"
#include "pack/pack_order.h"
#include "support/git_fixture.h"

namespace dragnet {
namespace {

using test_support::GitFixture;
using test_support::MadePack;
using test_support::read_bytes;
using test_support::write_bytes;

// Offsets above 100 go through the table that packs above 2 GiB need.
constexpr const char* kLargeOffsets = "2,100";

struct Format {
  const char* hash;
  std::size_t id_size;
  const char* index_version;
};

class PackIndexTest : public ::testing::TestWithParam<Format> {
 protected:
  PackIndexTest() {
    repo_ = git_.init("r", {std::string("--object-format=") + GetParam().hash});
    std::mt19937 random(11);
    std::string text;
    for (int i = 0; i < 300; ++i) text += "line " + std::to_string(random()) + "\n";
    for (int i = 0; i < 25; ++i) {
      text.replace(random() % (text.size() - 8), 8, std::to_string(random()));
      git_.commit_file(repo_, "d" + std::to_string(i % 3) + "/f", text);
    }
    git_.git(repo_, {"-c", std::string("pack.indexVersion=") + GetParam().index_version[0],
                     "repack", "-q", "-a", "-d", "-f"});
    for (const auto& file : std::filesystem::directory_iterator(repo_ + "/.git/objects/pack")) {
      if (file.path().extension() == ".idx") index_ = file.path().string();
    }
    if (std::string(GetParam().index_version) == kLargeOffsets) {
      std::filesystem::remove(index_);
      git_.git(repo_, {"index-pack", std::string("--index-version=") + kLargeOffsets,
                       index_.substr(0, index_.size() - 3) + "pack"});
    }
  }

  GitFixture git_;
  std::string repo_;
  std::string index_;
};

TEST_P(PackIndexTest, SaysWhatGitSays) {
  const auto pack = open_pack(index_, GetParam().id_size);
  ASSERT_TRUE(pack.ok());
  const PackIndex& index = pack.value().index;
  EXPECT_TRUE(index.trusted());
  const auto places = places_in_pack_order(index);
  ASSERT_EQ(places.size(), index.size());
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t position = places[i].position;
    EXPECT_EQ(places[i].offset, index.offset(position));
    EXPECT_EQ(index.find(index.raw_id(position)), position);
    std::ostringstream row;
    row << places[i].offset << ' ' << index.id(position).hex();
    if (const auto crc = index.crc(position)) {
      const std::uint64_t end = entry_end(places, i, pack.value().bytes.size());
      EXPECT_EQ(*crc,
                pack_crc32(pack.value().bytes.substr(places[i].offset, end - places[i].offset)));
      row << " (" << std::hex;
      row.width(8);
      row.fill('0');
      row << *crc << ")";
    } else {
      EXPECT_STREQ(GetParam().index_version, "1");
    }
    rows.push_back(row.str());
  }
  std::sort(rows.begin(), rows.end());
  std::vector<std::string> expected = git_.lines(
      repo_, {"show-index", std::string("--object-format=") + GetParam().hash}, read_bytes(index_));
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(rows, expected);
}

TEST_P(PackIndexTest, NoOneBitIsTrusted) {
  const std::string whole = read_bytes(index_);
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    auto bytes = std::make_shared<std::string>(whole);
    (*bytes)[random() % bytes->size()] ^= static_cast<char>(1U << random() % 8);
    const auto index = PackIndex::parse(*bytes, GetParam().id_size, bytes);
    EXPECT_FALSE(index.ok() && index.value().trusted());
  }
  for (std::size_t size = 0; size < whole.size(); size += 1 + size / 9) {
    EXPECT_FALSE(
        PackIndex::parse(ByteView(whole).substr(0, size), GetParam().id_size, nullptr).ok());
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, PackIndexTest,
                         ::testing::Values(Format{"sha1", 20, "1"}, Format{"sha1", 20, "2"},
                                           Format{"sha1", 20, kLargeOffsets},
                                           Format{"sha256", 32, "2"}, Format{"sha256", 32, "1"},
                                           Format{"sha256", 32, kLargeOffsets}));

// Offsets beyond 4 GiB, with equal ones and missing ones among them, in any order.
TEST(PackOrder, LikeASlowSort) {
  std::mt19937_64 random(3);
  for (const std::size_t count : {0U, 1U, 2U, 700U, 1024U, 5000U, 60000U}) {
    std::vector<PackIndex::Entry> entries(count);
    const std::uint64_t limit = count % 2 == 0 ? std::uint64_t{1} << 43 : 2 * count + 1;
    for (auto& entry : entries) {
      for (auto& byte : entry.id.bytes) byte = static_cast<std::uint8_t>(random());
      entry.id.size = 32;
      entry.offset = random() % limit;
    }
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    const PackIndex index = PackIndex::make(entries, 32, true);
    EXPECT_EQ(index.size(), count);
    EXPECT_TRUE(index.trusted());
    std::vector<std::pair<std::uint64_t, std::uint32_t>> expected;
    for (std::uint32_t i = 0; i < count; ++i) {
      expected.emplace_back(entries[i].offset, i);
      EXPECT_EQ(index.offset(i), entries[i].offset);
      EXPECT_EQ(index.id(i), entries[i].id);
      EXPECT_EQ(index.find(entries[i].id.bytes.data()), i);
      EXPECT_FALSE(index.crc(i));
    }
    std::sort(expected.begin(), expected.end());
    const auto places = places_in_pack_order(index);
    ASSERT_EQ(places.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(std::pair(places[i].offset, places[i].position), expected[i]);
      const auto next = std::upper_bound(expected.begin(), expected.end(),
                                         std::pair(expected[i].first, 0xffffffffU));
      const std::uint64_t end = next == expected.end() ? limit : std::min(next->first, limit);
      EXPECT_EQ(entry_end(places, i, limit), end);
    }
  }
}

// Ids stand where their bits say, or, where somebody chose them, in clumps anywhere.
TEST(PackIndex, FindsIdsHoweverTheyAreSpread) {
  std::mt19937 random(41);
  for (int round = 0; round < 60; ++round) {
    const std::size_t same = random() % 7;  // first bytes that most share
    std::map<ObjectId, std::uint64_t> offsets;
    for (std::size_t i = 1 + random() % 2000; i > 0; --i) {
      std::array<std::uint8_t, kSha1Size> raw;
      for (std::uint8_t& byte : raw) byte = static_cast<std::uint8_t>(random());
      if (random() % 20 != 0) std::fill_n(raw.begin(), same, static_cast<std::uint8_t>(round));
      offsets[ObjectId::from_raw(raw.data(), raw.size())] = i + 12;
    }
    std::vector<PackIndex::Entry> entries;
    for (const auto& [id, offset] : offsets) entries.push_back({id, offset});
    const PackIndex index = PackIndex::make(entries, kSha1Size, true);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      ASSERT_EQ(index.find(entries[i].id.bytes.data()), i) << "round " << round;
      ObjectId other = entries[i].id;
      other.bytes[random() % kSha1Size] ^= static_cast<std::uint8_t>(1 + random() % 255);
      const auto found = index.find(other.bytes.data());
      ASSERT_EQ(found.has_value(), offsets.count(other) != 0) << "round " << round;
    }
  }
}

}  // namespace
}  // namespace dragnet
