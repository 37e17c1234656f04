// All readers against git where indexes are missing, damaged or made to deceive.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/git_hash.h"
#include "input/forest_reader_fixture.h"
#include "pack/pack_index.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::all_objects;
using test_support::change;
using test_support::files_with;
using test_support::ForestReaderTest;
using test_support::kAllReaders;
using test_support::ReaderChoice;
using test_support::record;
using test_support::Recorded;

class ForestIndexTest : public ForestReaderTest {};

TEST_F(ForestIndexTest, IndexedByTheMultiPackIndexAlone) {
  make();
  for (int i = 0; i < 3; ++i) {
    commits(5);
    git_.git(repo_, {"repack", "-q"});
  }
  git_.git(repo_, {"repack", "-q", "-a", "-f"});
  git_.git(repo_, {"multi-pack-index", "write"});
  const auto expected = all_objects(&git_, repo_);
  for (const std::string& index : files_with(pack_folder(), ".idx")) fs::remove(index);
  for (const ReaderChoice choice : kAllReaders) {
    const Recorded recorded = record(repo_, choice, 2);
    EXPECT_TRUE(recorded.unreadable.empty());
    EXPECT_TRUE(recorded.contents == expected);
  }
}

TEST_F(ForestIndexTest, DamagedMultiPackIndex) {
  make();
  for (int i = 0; i < 2; ++i) {
    commits(5);
    git_.git(repo_, {"repack", "-q"});
  }
  git_.git(repo_, {"multi-pack-index", "write"});
  const auto expected = all_objects(&git_, repo_);
  const std::string path = pack_folder() + "/multi-pack-index";
  change(path, [](std::string* bytes) { bytes->back() ^= 1; });
  for (const ReaderChoice choice : kAllReaders) {
    const Recorded recorded = record(repo_, choice);
    EXPECT_EQ(recorded.unreadable.size(), 1U);
    EXPECT_EQ(recorded.unreadable.count(path), 1U);
    EXPECT_TRUE(recorded.contents == expected);
  }
}

// All objects are there, but whoever looks one up may miss it.
TEST_F(ForestIndexTest, DamagedFirstBytesOfAnIndex) {
  make();
  commits(6);
  git_.git(repo_, {"repack", "-adfq"});
  const auto expected = all_objects(&git_, repo_);
  const std::string path = files_with(pack_folder(), ".idx")[0];
  change(path, [](std::string* bytes) { bytes->replace(8, 1020, 1020, '\0'); });
  for (const ReaderChoice choice : kAllReaders) {
    const Recorded recorded = record(repo_, choice);
    EXPECT_EQ(recorded.unreadable.count(path), 1U);
    if (choice == ReaderChoice::kForest) {
      EXPECT_TRUE(recorded.contents == expected);
    }
  }
}

// Exchanges what an index says of two blobs and makes its checksum right again.
class SwappedIndexTest : public ForestReaderTest {
 protected:
  void swap(bool version2, bool crcs_too) {
    make();
    commits(8);
    git_.git(repo_,
             {"-c", std::string("pack.indexVersion=") + (version2 ? "2" : "1"), "repack", "-adfq"});
    whole_ = all_objects(&git_, repo_);
    const std::string path = files_with(pack_folder(), ".idx")[0];
    const auto index = PackIndex::load(path);
    ASSERT_TRUE(index.ok());
    std::vector<std::size_t> blobs;
    for (std::size_t i = 0; i < index->size(); ++i) {
      if (whole_.at(index->id(i).hex()).starts_with("blob ")) blobs.push_back(i);
    }
    ASSERT_GE(blobs.size(), 4U);
    first_ = index->id(blobs[1]).hex();
    second_ = index->id(blobs[3]).hex();
    const std::size_t count = index->size();
    change(path, [&](std::string* bytes) {
      const auto exchange = [&](std::size_t a, std::size_t b) {
        for (std::size_t i = 0; i < 4; ++i) std::swap((*bytes)[a + i], (*bytes)[b + i]);
      };
      if (version2) {
        const std::size_t crcs = 8 + 1024 + 20 * count;
        if (crcs_too) exchange(crcs + 4 * blobs[1], crcs + 4 * blobs[3]);
        const std::size_t offsets = crcs + 4 * count;
        exchange(offsets + 4 * blobs[1], offsets + 4 * blobs[3]);
      } else {
        exchange(1024 + 24 * blobs[1], 1024 + 24 * blobs[3]);
      }
      const auto hash = GitHasher(kSha1Size).hash(bytes->substr(0, bytes->size() - 20));
      bytes->replace(bytes->size() - 20, 20, {hash->bytes.begin(), hash->bytes.begin() + 20});
    });
  }

  // Both are listed as unreadable, all others are there, and git sees it too.
  void expect_both_listed() {
    for (const ReaderChoice choice : kAllReaders) {
      const Recorded recorded = record(repo_, choice, 2);
      EXPECT_EQ(recorded.unreadable.size(), 2U);
      EXPECT_EQ(recorded.unreadable.count(first_), 1U);
      EXPECT_EQ(recorded.unreadable.count(second_), 1U);
      EXPECT_EQ(recorded.contents.size(), whole_.size() - 2);
      for (const auto& [id, bytes] : recorded.contents) EXPECT_TRUE(whole_.at(id) == bytes);
    }
    EXPECT_NE(git_.try_git(repo_, {"fsck", "--full"}).status, 0);
  }

  std::map<std::string, ByteString> whole_;
  std::string first_;
  std::string second_;
};

TEST_F(SwappedIndexTest, WithoutCrcs) {
  swap(false, false);
  expect_both_listed();
}

TEST_F(SwappedIndexTest, WithCrcsThatSaySo) {
  swap(true, false);
  expect_both_listed();
}

// An index that somebody made to deceive, right in itself: the forest reader believes it, as git
// does where it reads an object, and every byte is shown, be it under the other's id.
TEST_F(SwappedIndexTest, WithAllMadeRight) {
  swap(true, true);
  const Recorded recorded = record(repo_, ReaderChoice::kForest, 2);
  EXPECT_TRUE(recorded.unreadable.empty());
  std::swap(whole_.at(first_), whole_.at(second_));
  EXPECT_TRUE(recorded.contents == whole_);
  std::swap(whole_.at(first_), whole_.at(second_));

  // Where there is another copy the id is checked, and the bytes are the right ones. (Git would not
  // write one itself, it has the object.)
  const std::string other = git_.init("other");
  git_.object(other, "blob", whole_.at(first_).substr(5));
  const std::string loose = "/.git/objects/" + first_.substr(0, 2);
  fs::create_directories(repo_ + loose);
  fs::copy(other + loose, repo_ + loose);
  const Recorded again = record(repo_, ReaderChoice::kForest, 2);
  EXPECT_TRUE(again.unreadable.empty());
  EXPECT_TRUE(again.contents.at(first_) == whole_.at(first_));
}

// Ids of which the index has several at one place: they are read one by one and checked.
TEST_F(ForestIndexTest, TwoIdsOfOneEntry) {
  make();
  commits(4);
  git_.git(repo_, {"repack", "-adfq"});
  const auto whole = all_objects(&git_, repo_);
  const std::string path = files_with(pack_folder(), ".idx")[0];
  const std::size_t count = PackIndex::load(path)->size();
  std::string id;
  change(path, [&](std::string* bytes) {
    const std::size_t offsets = 8 + 1024 + 24 * count;
    bytes->replace(offsets + 4, 4, bytes->substr(offsets + 8, 4));
    const auto hash = GitHasher(kSha1Size).hash(bytes->substr(0, bytes->size() - 20));
    bytes->replace(bytes->size() - 20, 20, {hash->bytes.begin(), hash->bytes.begin() + 20});
    id = ObjectId::from_raw(bytes->data() + 8 + 1024 + 20, kSha1Size).hex();
  });
  const Recorded recorded = record(repo_, ReaderChoice::kForest);
  EXPECT_EQ(recorded.unreadable.count(id), 1U);
  EXPECT_EQ(recorded.contents.size() + recorded.unreadable.size(), whole.size());
  for (const auto& [read, bytes] : recorded.contents) EXPECT_TRUE(whole.at(read) == bytes);
}

}  // namespace
}  // namespace dragnet
