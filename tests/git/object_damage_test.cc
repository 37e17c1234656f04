// Listing and reading objects of stores that are damaged in every way a disk or an adversary can
// think of: nothing may crash or hang, and what is whole must be found.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/hex.h"
#include "git/objects_fixture.h"
#include "pack/made_pack.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::files_with;
using test_support::MadePack;
using test_support::ObjectsTest;
using test_support::open;
using test_support::read_bytes;
using test_support::rows;
using test_support::write_bytes;

class ObjectDamage : public ObjectsTest {};

TEST_F(ObjectDamage, PackWithoutIndexAndIndexWithoutPack) {
  git_.commit_file(repo_, "a", "in a pack\n");
  git_.git(repo_, {"repack", "-q", "-a", "-d"});
  git_.commit_file(repo_, "b", "loose\n");
  const std::string pack = files_with(repo_, ".pack").at(0);
  const std::string idx = pack.substr(0, pack.size() - 4) + "idx";
  for (const std::string& lost : {pack, idx}) {
    const std::string& kept = lost == pack ? idx : pack;
    const std::string bytes = read_bytes(lost);
    fs::remove(lost);
    const auto listing = open(repo_)->list_objects();
    EXPECT_EQ(listing.value().objects.size(), 3u);
    ASSERT_EQ(listing.value().unreadable.size(), 1u);
    EXPECT_EQ(listing.value().unreadable[0].what, kept);
    write_bytes(lost, bytes);
  }
  EXPECT_EQ(open(repo_)->list_objects().value().objects.size(), 6u);
}

TEST_F(ObjectDamage, DamagedCopyIsTakenFromElsewhere) {
  make_history(5, 6);
  const auto before = expected();
  git_.git(repo_, {"repack", "-q", "-a"});  // the loose objects stay
  const std::string pack = files_with(repo_, ".pack").at(0);
  std::string bytes = read_bytes(pack);
  for (std::size_t at = 40; at + 20 < bytes.size(); at += 16) bytes[at] ^= 0x55;
  write_bytes(pack, bytes);
  const auto repository = open(repo_);
  const auto listing = repository->list_objects();
  EXPECT_EQ(listing.value().objects.size(), before.size());
  EXPECT_TRUE(listing.value().unreadable.empty());
  EXPECT_EQ(read_all(*repository, listing.value()), 0u);
}

TEST_F(ObjectDamage, DamagedLooseObjects) {
  git_.commit_file(repo_, "a", "one\n");
  const std::string good = git_.object(repo_, "blob", "good\n");
  std::vector<std::string> bad;
  for (const char* text :
       {"cut off\n", "empty\n", "garbage\n", "a folder\n", "a pipe\n", "another's bytes\n"}) {
    bad.push_back(git_.object(repo_, "blob", text));
  }
  const auto path = [&](const std::string& id) {
    return repo_ + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  };
  write_bytes(path(bad[0]), read_bytes(path(bad[0])).substr(0, 12));
  write_bytes(path(bad[1]), "");
  write_bytes(path(bad[2]), "this is not deflated");
  fs::remove(path(bad[3]));
  fs::create_directory(path(bad[3]));
  fs::remove(path(bad[4]));
  ASSERT_EQ(mkfifo(path(bad[4]).c_str(), 0600), 0);
  write_bytes(path(bad[5]), read_bytes(path(good)));
  write_bytes(repo_ + "/.git/objects/12/not-an-object-name", "ignored, as by git");

  const auto repository = open(repo_);
  const auto listing = repository->list_objects();
  std::set<std::string> named;
  for (const Unreadable& entry : listing.value().unreadable) named.insert(entry.what);
  auto session = repository->open_session();
  for (const std::string& id : bad) {
    const auto view = session.value()->read(*ObjectId::from_hex(id));
    EXPECT_FALSE(view.ok()) << id;
    named.insert(id);
  }
  // The header of a cut-off or exchanged file may be whole; reading finds those.
  EXPECT_EQ(named, std::set<std::string>(bad.begin(), bad.end()));
  EXPECT_TRUE(session.value()->read(*ObjectId::from_hex(good)).ok());
  auto trusting = repository->open_session(false);
  EXPECT_TRUE(trusting.value()->read(*ObjectId::from_hex(bad[5])).ok());
}

// Copies nothing and inserts "x": a delta of a base of one byte.
const std::string kDelta = std::string("\x01\x01\x01x", 4);

TEST_F(ObjectDamage, DeltasThatNameEachOtherEnd) {
  const auto id = [](char digit) { return *ObjectId::from_hex(std::string(40, digit)); };
  MadePack pack;
  // The second of each pair is the base.
  for (const std::string_view pair : {"ab", "ba", "cb", "dd", "e0"}) {
    pack.add(id(pair[0]), MadePack::kIdDelta, *from_hex(std::string(40, pair[1])), kDelta);
  }
  const ObjectId whole = pack.add_blob("\n");
  pack.write(repo_ + "/.git/objects/pack");
  for (const bool listed : {true, false}) {
    const auto repository = open(repo_);
    if (listed) {
      const auto listing = repository->list_objects();
      EXPECT_EQ(rows(listing.value()), std::vector<std::string>{whole.hex() + " blob 1"});
      EXPECT_EQ(listing.value().unreadable.size(), 5u);
    }
    auto session = repository->open_session();
    for (const char digit : {'a', 'b', 'c', 'd', 'e'}) {
      EXPECT_FALSE(session.value()->read(id(digit)).ok());
      EXPECT_FALSE(session.value()->header(id(digit)).ok());
    }
    EXPECT_TRUE(session.value()->read(whole).ok());
  }
}

TEST_F(ObjectDamage, IndexWhoseSizeWouldOverflow) {
  git_.commit_file(repo_, "a", "one\n");
  git_.git(repo_, {"repack", "-q", "-a", "-d"});
  git_.commit_file(repo_, "b", "two\n");
  const std::string idx = files_with(repo_, ".idx").at(0);
  std::string bytes = read_bytes(idx);
  // 0x09249249 objects of 28 bytes are 4 more than 2^32, so in 32 bits the file would fit.
  bytes.replace(8 + 255 * 4, 4, std::string("\x09\x24\x92\x49", 4));
  write_bytes(idx, bytes);
  const auto repository = open(repo_);
  const auto listing = repository->list_objects();
  EXPECT_EQ(listing.value().objects.size(), 3u);
  ASSERT_EQ(listing.value().unreadable.size(), 1u);
  EXPECT_EQ(listing.value().unreadable[0].what, idx);
  EXPECT_EQ(read_all(*repository, listing.value()), 0u);
}

// Random damage to any file of the object store. What is listed must read or fail as a value, and
// every object is either listed or behind something in `unreadable`.
class DamageTest : public ObjectsTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(DamageTest, NothingCrashesAndNothingIsSilent) {
  make_history(12, 7);
  git_.git(repo_, {"-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-f"});
  git_.commit_file(repo_, "late", "loose one\n");
  const std::size_t total = expected().size();
  const std::string target = files_with(repo_ + "/.git/objects", GetParam()).at(0);
  const std::string whole = read_bytes(target);
  std::mt19937 random(99);
  for (int round = 0; round < 150; ++round) {
    std::string bytes = whole;
    if (round % 5 == 4) {
      bytes.resize(random() % bytes.size());
    } else {
      // The last object is where libgit2's own header reader would not come back from. Behind it
      // are checksums (40 bytes at most), whose damage hides the whole pack.
      const std::size_t end = bytes.size() - 40;
      for (std::size_t edits = 1 + random() % 4; edits > 0; --edits) {
        const std::size_t at =
            random() % 2 == 0 ? random() % bytes.size() : end - 1 - random() % (end / 8);
        bytes[at] = static_cast<char>(random());
      }
    }
    write_bytes(target, bytes);
    const auto repository = open(repo_);
    const auto listing = repository->list_objects(2);
    ASSERT_TRUE(listing.ok());
    const std::size_t failed = read_all(*repository, listing.value());
    if (listing.value().objects.size() - failed < total) {
      EXPECT_GT(listing.value().unreadable.size() + failed, 0u) << round;
    }
    auto session = repository->open_session();
    for (const ObjectHeader& object : listing.value().objects) {
      (void)session.value()->header(object.id).ok();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, DamageTest, ::testing::Values(".pack", ".idx"),
                         [](const auto& file) { return std::string(file.param).substr(1); });

}  // namespace
}  // namespace dragnet
