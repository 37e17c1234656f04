// All readers against git, on repositories packed in many ways and damaged in many.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/git_hash.h"
#include "input/forest_reader_fixture.h"
#include "pack/made_pack.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::all_objects;
using test_support::change;
using test_support::files_with;
using test_support::ForestReaderTest;
using test_support::kAllReaders;
using test_support::MadePack;
using test_support::read_bytes;
using test_support::ReaderChoice;
using test_support::record;
using test_support::Recorded;
using test_support::write_bytes;

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

}  // namespace
}  // namespace dragnet
