// All readers against git, on repositories packed in many ways and damaged in many.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/git_hash.h"
#include "input/recorder.h"
#include "pack/delta_forest.h"
#include "pack/made_pack.h"
#include "pack/pack_order.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::all_objects;
using test_support::GitFixture;
using test_support::kAllReaders;
using test_support::MadePack;
using test_support::read_bytes;
using test_support::ReaderChoice;
using test_support::record;
using test_support::Recorded;
using test_support::write_bytes;

std::vector<std::string> files_with(const std::string& folder, const std::string& ending) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().string().ends_with(ending)) found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Changes a pack or an index, which git writes read-only.
void change(const std::string& path, const std::function<void(std::string*)>& edit) {
  std::string bytes = read_bytes(path);
  edit(&bytes);
  write_bytes(path, bytes);
}

class ForestReaderTest : public testing::Test {
 protected:
  void make(const std::string& hash = "sha1") {
    repo_ = git_.init("work", {"--object-format=" + hash});
  }
  // Versions of a few files, which deltas suit.
  void commits(int count) {
    for (int i = 0; i < count; ++i) {
      while (text_.size() < 6000) text_ += "line " + std::to_string(random_()) + "\n";
      for (int edit = 0; edit < 3; ++edit) text_.replace(random_() % 5900, 5, "+edit");
      git_.write(repo_, "f" + std::to_string(i % 3) + ".txt", text_);
      git_.write(repo_, "d/e/g" + std::to_string(i % 2), text_.substr(0, 500));
      git_.commit(repo_, "change " + std::to_string(i));
    }
  }
  std::string pack_folder() const { return repo_ + "/.git/objects/pack"; }

  void expect_as_git() {
    const auto expected = all_objects(&git_, repo_);
    ASSERT_FALSE(expected.empty());
    for (const ReaderChoice choice : kAllReaders) {
      for (const unsigned workers : {1U, 3U}) {
        for (const std::uint64_t memory : {std::uint64_t{1} << 12, std::uint64_t{16} << 20}) {
          const Recorded recorded = record(repo_, choice, workers, memory);
          EXPECT_TRUE(recorded.unreadable.empty())
              << recorded.unreadable.begin()->first << ": " << recorded.unreadable.begin()->second;
          EXPECT_TRUE(recorded.contents == expected);
        }
      }
    }
  }

  GitFixture git_;
  std::string repo_;
  std::mt19937 random_{17};
  std::string text_;
};

TEST_F(ForestReaderTest, LooseAndPacked) {
  make();
  commits(12);
  git_.git(repo_, {"tag", "-m", "a tag", "t"});
  expect_as_git();
  git_.git(repo_, {"repack", "-adfq", "--depth=50"});
  expect_as_git();
  commits(3);
  expect_as_git();
}

TEST_F(ForestReaderTest, SeveralPacksWithTheSameObjects) {
  make();
  for (int i = 0; i < 3; ++i) {
    commits(6);
    git_.git(repo_, {"repack", "-q", "-f"});        // what was loose
    git_.git(repo_, {"repack", "-q", "-a", "-f"});  // all of it again
  }
  git_.git(repo_, {"unpack-objects", "-q"}, read_bytes(files_with(pack_folder(), ".pack")[1]));
  ASSERT_GE(files_with(pack_folder(), ".pack").size(), 5U);
  expect_as_git();
}

TEST_F(ForestReaderTest, OldIndexes) {
  make();
  commits(10);
  git_.git(repo_, {"-c", "pack.indexVersion=1", "repack", "-adfq"});
  expect_as_git();
}

TEST_F(ForestReaderTest, Sha256) {
  make("sha256");
  commits(10);
  git_.git(repo_, {"repack", "-dfq"});
  commits(4);
  git_.git(repo_, {"repack", "-q", "-a"});
  commits(1);
  expect_as_git();
}

TEST_F(ForestReaderTest, IndexedByTheMultiPackIndexAlone) {
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

TEST_F(ForestReaderTest, DamagedMultiPackIndex) {
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
TEST_F(ForestReaderTest, DamagedFirstBytesOfAnIndex) {
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

// The listed type is that of a damaged copy; the good one comes too late to be shown.
TEST_F(ForestReaderTest, ACopyOfAnotherType) {
  make();
  const std::string id = git_.object(repo_, "blob", "the one object");
  const std::string loose = repo_ + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  const std::string bytes = read_bytes(loose);
  git_.git(repo_, {"pack-objects", "-q", pack_folder() + "/pack"}, id + "\n");
  change(files_with(pack_folder(), ".pack")[0],
         [](std::string* pack) { (*pack)[12] = static_cast<char>((*pack)[12] ^ 0x10); });
  ASSERT_EQ(read_bytes(loose), bytes);
  for (const ReaderChoice choice : kAllReaders) {
    const Recorded recorded = record(repo_, choice);
    EXPECT_TRUE(recorded.contents.empty());
    EXPECT_EQ(recorded.unreadable.count(id), 1U);
  }
}

TEST_F(ForestReaderTest, Alternates) {
  make();
  commits(6);
  git_.git(repo_, {"repack", "-adfq"});
  commits(2);
  const std::string lender = repo_;
  repo_ = git_.path("borrower");
  git_.git(git_.root(), {"clone", "-q", "--shared", lender, repo_});
  commits(5);
  git_.git(repo_, {"repack", "-q", "-d", "-l"});
  commits(1);
  expect_as_git();
}

// Deltas whose base lies in another pack or is loose, as git leaves none.
TEST_F(ForestReaderTest, ThinPacks) {
  make();
  std::string text(3000, 'a');
  std::vector<std::string> versions;
  for (int i = 0; i < 9; ++i) {
    versions.push_back(text + std::to_string(i));
    text = versions.back();
  }
  MadePack first;
  MadePack second;
  first.add_blob(versions[0]);
  second.add_delta(versions[0], versions[1]);  // its base in the other pack
  first.add_delta(versions[1], versions[2]);   // and back
  first.add_delta(versions[2], versions[3]);
  second.add_delta(versions[3], versions[4]);
  git_.object(repo_, "blob", versions[5]);
  second.add_delta(versions[5], versions[6]);  // a loose base
  second.add_delta(versions[6], versions[7]);
  first.add_delta(versions[7], versions[8]);
  first.write(pack_folder(), "pack-1");
  second.write(pack_folder(), "pack-2");
  std::map<std::string, ByteString> expected;
  GitHasher hasher(kSha1Size);
  for (const std::string& version : versions) {
    expected[hasher.object(ObjectType::kBlob, version)->hex()] = "blob " + version;
  }
  for (const ReaderChoice choice : {ReaderChoice::kForest, ReaderChoice::kPackSessions}) {
    for (const unsigned workers : {1U, 3U}) {
      const Recorded recorded = record(repo_, choice, workers);
      EXPECT_TRUE(recorded.unreadable.empty());
      EXPECT_TRUE(recorded.contents == expected);
    }
  }
  // libgit2 cannot read them and says so.
  const Recorded reference = record(repo_, ReaderChoice::kLibgit2Sessions);
  EXPECT_EQ(reference.contents.size() + reference.unreadable.size(), expected.size());
}

// Random damage to a pack. Each object is shown with its bytes or listed, whatever reads; what git
// still reads we read too, and what we read is right.
TEST_F(ForestReaderTest, DamagedPacks) {
  make();
  commits(12);
  git_.git(repo_, {"repack", "-adfq", "--depth=50"});
  const auto whole = all_objects(&git_, repo_);
  const std::string pack = files_with(pack_folder(), ".pack")[0];
  const std::string sound = read_bytes(pack);
  const bool second_copy[] = {false, false, false, true};
  for (int round = 0; round < 24; ++round) {
    write_bytes(pack, sound);
    for (const std::string& file : files_with(pack_folder(), "")) {
      if (!file.starts_with(pack.substr(0, pack.size() - 5))) fs::remove(file);
    }
    const bool copies = second_copy[round % 4];
    if (copies) {
      // Later in the alphabet or earlier, so that either copy is the listed one.
      const std::string name = round % 8 == 3 ? "/pack-0" : "/pack-z";
      fs::copy_file(pack, pack_folder() + name + ".pack");
      fs::copy_file(pack.substr(0, pack.size() - 4) + "idx", pack_folder() + name + ".idx");
    }
    change(pack, [&](std::string* bytes) {
      for (unsigned i = 0; i < 1 + random_() % 3; ++i) {
        (*bytes)[12 + random_() % (bytes->size() - 32)] ^= static_cast<char>(1U << random_() % 8);
      }
    });
    for (const ReaderChoice choice : kAllReaders) {
      const Recorded recorded = record(repo_, choice, 1 + static_cast<unsigned>(random_() % 3));
      for (const auto& [id, bytes] : recorded.contents) {
        EXPECT_TRUE(whole.at(id) == bytes) << id;
        EXPECT_EQ(recorded.unreadable.count(id), 0U);
      }
      EXPECT_EQ(recorded.contents.size() + recorded.unreadable.size(), whole.size());
      if (copies) {
        EXPECT_TRUE(recorded.unreadable.empty());
      }
      if (choice != ReaderChoice::kForest) continue;
      for (const auto& [id, reason] : recorded.unreadable) {
        const std::string type = whole.at(id).substr(0, whole.at(id).find(' '));
        const auto shown = git_.try_git(repo_, {"cat-file", type, id});
        EXPECT_FALSE(shown.status == 0 && type + " " + shown.out == whole.at(id))
            << id << " " << reason;
      }
      // Git complains where something is lost. (It does of more: the whole pack's checksum.)
      if (!recorded.unreadable.empty()) {
        EXPECT_NE(git_.try_git(repo_, {"fsck", "--full"}).status, 0);
      }
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
TEST_F(ForestReaderTest, TwoIdsOfOneEntry) {
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
