// Our own session against `git cat-file` and against libgit2's session: on repositories packed in
// many ways, and on damaged ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>

#include "git/objects_fixture.h"
#include "git/repository.h"
#include "support/git_fixture.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::GitFixture;
using test_support::open;
using test_support::read_bytes;
using test_support::write_bytes;

struct Object {
  std::string type;
  std::string bytes;
  bool operator==(const Object&) const = default;
};
using Objects = std::map<std::string, Object>;

class PackSessionTest : public ::testing::Test {
 protected:
  PackSessionTest() { repo_ = git_.init("work"); }

  // Versions of files that git stores as deltas of each other: text, and bytes without lines.
  void make_history(int commits, unsigned seed) {
    std::mt19937 random(seed);
    std::string text;
    std::string bytes;
    for (int i = 0; i < 300; ++i) text += "line " + std::to_string(random()) + "\n";
    for (int i = 0; i < 20000; ++i) bytes += static_cast<char>(random());
    for (int i = 0; i < commits; ++i) {
      text.replace(random() % (text.size() - 8), random() % 40, std::to_string(random()));
      const std::size_t from = random() % bytes.size();
      bytes = bytes.substr(from) + bytes.substr(0, from) + static_cast<char>(random());
      git_.write(repo_, "a/t" + std::to_string(i % 2), text);
      git_.write(repo_, "b/c/bytes", bytes);
      git_.commit(repo_, "change " + std::to_string(i));
    }
    git_.write(repo_, "empty", "");
    git_.commit(repo_, "empty");
    git_.git(repo_, {"tag", "-m", "a tag", "t", "HEAD"});
    git_.object(repo_, "blob", "dangling\n");
  }

  // Everything that `git cat-file --batch-all-objects --batch` prints.
  Objects by_git() {
    const std::string out = git_.try_git(repo_, {"cat-file", "--batch-all-objects", "--batch"}).out;
    Objects objects;
    for (std::size_t at = 0; at < out.size();) {
      const std::size_t end = out.find('\n', at);
      const std::string row = out.substr(at, end - at);
      const std::size_t type = row.find(' ');
      const std::size_t size = row.find(' ', type + 1);
      const std::size_t length = std::stoul(row.substr(size + 1));
      objects[row.substr(0, type)] = {row.substr(type + 1, size - type - 1),
                                      out.substr(end + 1, length)};
      at = end + 1 + length + 1;
    }
    return objects;
  }

  // Reads everything, in an order that no cache likes and in the listing's; compares headers too.
  void expect_same_as_git() {
    const Objects expected = by_git();
    const auto repository = open(repo_);
    const auto listing = repository->list_objects();
    ASSERT_TRUE(listing.ok());
    EXPECT_TRUE(listing.value().unreadable.empty());
    ASSERT_EQ(listing.value().objects.size(), expected.size());
    for (const std::size_t cache : {std::size_t{0}, std::size_t{30000}, std::size_t{8} << 20}) {
      auto session = repository->open_pack_session({.cache_bytes = cache});
      Objects found;
      for (const ObjectHeader& object : listing.value().objects) {
        const auto view = session.value()->read(object.id);
        ASSERT_TRUE(view.ok()) << view.error().text();
        found[object.id.hex()] = {std::string(to_string(view.value().type)),
                                  std::string(view.value().bytes)};
        const auto header = session.value()->header(object.id);
        ASSERT_TRUE(header.ok());
        EXPECT_EQ(header.value().type, object.type);
        EXPECT_EQ(header.value().size, view.value().bytes.size());
        EXPECT_EQ(header.value().read_cost, object.read_cost);
      }
      EXPECT_TRUE(found == expected);
      for (const auto& [id, object] : expected) {
        const auto view = session.value()->read(*ObjectId::from_hex(id));
        ASSERT_TRUE(view.ok());
        EXPECT_TRUE(view.value().bytes == object.bytes);
      }
    }
  }

  std::string pack_folder() const { return repo_ + "/.git/objects/pack"; }
  std::vector<std::string> packs() const {
    std::vector<std::string> found;
    for (const auto& file : fs::directory_iterator(pack_folder())) {
      if (file.path().extension() == ".pack") found.push_back(file.path().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  GitFixture git_;
  std::string repo_;
};

TEST_F(PackSessionTest, LooseAndPackedInManyWays) {
  make_history(25, 1);
  expect_same_as_git();
  const std::vector<std::vector<std::string>> ways = {
      {"--depth=50", "--window=10"}, {"--depth=4000", "--window=200"}, {"--depth=1", "--window=3"}};
  for (const auto& way : ways) {
    std::vector<std::string> command = {"repack", "-q", "-a", "-d", "-f"};
    command.insert(command.end(), way.begin(), way.end());
    git_.git(repo_, command);
    expect_same_as_git();
  }
  git_.git(repo_, {"-c", "repack.useDeltaBaseOffset=false", "-c", "pack.indexVersion=1", "repack",
                   "-q", "-a", "-d", "-f"});
  expect_same_as_git();
}

TEST_F(PackSessionTest, SeveralPacksWithTheSameObjects) {
  make_history(10, 2);
  git_.git(repo_, {"repack", "-q"});
  git_.commit_file(repo_, "a/t0", "something else\n");
  git_.git(repo_, {"repack", "-q"});
  git_.git(repo_, {"repack", "-q", "-a", "-f"});
  git_.commit_file(repo_, "a/t0", "once more\n");
  ASSERT_GE(packs().size(), 3u);
  expect_same_as_git();
}

TEST_F(PackSessionTest, PacksWithoutIndexesOfTheirOwn) {
  make_history(10, 2);
  git_.git(repo_, {"repack", "-q"});
  git_.commit_file(repo_, "a/t0", "something else\n");
  git_.git(repo_, {"repack", "-q"});
  // The third has all objects again, so each is named for one of the packs only, and some of those
  // are deltas of what is named for another.
  git_.git(repo_, {"repack", "-q", "-a", "-f"});
  git_.git(repo_, {"multi-pack-index", "write"});
  const Objects expected = by_git();
  std::vector<std::string> indexes;
  for (const std::string& pack : packs()) {
    indexes.push_back(pack.substr(0, pack.size() - 4) + "idx");
  }
  ASSERT_GE(indexes.size(), 3u);
  // Gone, damaged, gone ...
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    if (i == 1) {
      write_bytes(indexes[i], "no index");
    } else {
      fs::remove(indexes[i]);
    }
  }
  const auto repository = open(repo_);
  const auto listing = repository->list_objects();
  ASSERT_EQ(listing.value().unreadable.size(), 1u);
  EXPECT_EQ(listing.value().unreadable[0].what, indexes[1]);
  EXPECT_EQ(listing.value().objects.size(), expected.size());
  for (const bool ours : {true, false}) {
    auto session = ours ? repository->open_pack_session() : repository->open_session();
    for (const ObjectHeader& object : listing.value().objects) {
      const auto view = session.value()->read(object.id);
      ASSERT_TRUE(view.ok()) << view.error().text();
      EXPECT_TRUE(expected.at(object.id.hex()).bytes == view.value().bytes);
      EXPECT_EQ(view.value().bytes.size(), object.size);
      EXPECT_EQ(view.value().type, object.type);
    }
  }
}

TEST_F(PackSessionTest, ADamagedSharedIndexLosesNothing) {
  make_history(5, 2);
  git_.git(repo_, {"repack", "-q"});
  git_.git(repo_, {"multi-pack-index", "write"});
  const std::size_t count = by_git().size();
  const std::string path = pack_folder() + "/multi-pack-index";
  const std::string whole = read_bytes(path);
  EXPECT_TRUE(open(repo_)->list_objects().value().unreadable.empty());
  for (const std::size_t at : {std::size_t{0}, std::size_t{30}, whole.size() / 2}) {
    std::string bytes = whole;
    bytes[at] ^= 1;
    write_bytes(path, bytes);
    const auto listing = open(repo_)->list_objects();
    EXPECT_EQ(listing.value().objects.size(), count);
    ASSERT_EQ(listing.value().unreadable.size(), 1u);
    EXPECT_EQ(listing.value().unreadable[0].what, path);
  }
}

TEST_F(PackSessionTest, Alternates) {
  make_history(10, 3);
  git_.git(repo_, {"repack", "-q", "-a", "-d"});
  const std::string borrower = git_.path("borrower");
  git_.git(git_.root(), {"clone", "-q", "--shared", "--no-local", "--no-checkout", "--bare",
                         "--reference", repo_, repo_, borrower});
  repo_ = borrower;
  write_bytes(repo_ + "/objects/info/alternates", "../../work/.git/objects\n");
  git_.object(repo_, "blob", "own\n");
  expect_same_as_git();
}

TEST_F(PackSessionTest, AMovedIndexBitIsNoticedWithoutVerifying) {
  make_history(5, 4);
  git_.git(repo_, {"repack", "-q", "-a", "-d"});
  const std::string path = packs().at(0).substr(0, packs().at(0).size() - 4) + "idx";
  const Objects expected = by_git();
  std::string bytes = read_bytes(path);
  // The offsets of two entries change places, so every entry is whole and two are wrong.
  std::size_t count = 0;
  for (std::size_t at = 8 + 255 * 4; at < 8 + 256 * 4; ++at) {
    count = count << 8 | static_cast<unsigned char>(bytes[at]);
  }
  const std::size_t offsets = bytes.size() - 40 - 4 * count;
  std::swap_ranges(bytes.begin() + static_cast<std::ptrdiff_t>(offsets),
                   bytes.begin() + static_cast<std::ptrdiff_t>(offsets) + 4,
                   bytes.begin() + static_cast<std::ptrdiff_t>(offsets) + 4);
  write_bytes(path, bytes);
  auto session = open(repo_)->open_pack_session({.verify = false});
  std::size_t wrong = 0;
  for (const auto& [id, object] : expected) {
    const auto view = session.value()->read(*ObjectId::from_hex(id));
    if (!view.ok()) {
      EXPECT_EQ(view.error().message, "its bytes do not match its id");
      ++wrong;
    }
  }
  EXPECT_EQ(wrong, 2u);
}

// Random damage: ours reads at least what libgit2's session reads, and both give the same bytes,
// which are right because ids are checked.
TEST_F(PackSessionTest, DamageIsNoWorseThanForLibgit2) {
  make_history(12, 7);
  git_.git(repo_, {"-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-f"});
  const Objects expected = by_git();
  std::mt19937 random(99);
  for (const char* ending : {"pack", "idx"}) {
    const std::string target = packs().at(0).substr(0, packs().at(0).size() - 4) + ending;
    const std::string whole = read_bytes(target);
    for (int round = 0; round < 60; ++round) {
      std::string bytes = whole;
      for (std::size_t edits = 1 + random() % 4; edits > 0; --edits) {
        bytes[random() % (bytes.size() - 40)] ^= static_cast<char>(1U << random() % 8);
      }
      write_bytes(target, bytes);
      const auto repository = open(repo_);
      const auto listing = repository->list_objects();
      auto theirs = repository->open_session();
      auto ours = repository->open_pack_session();
      for (const ObjectHeader& object : listing.value().objects) {
        const auto view = ours.value()->read(object.id);
        if (!view.ok()) {
          EXPECT_FALSE(theirs.value()->read(object.id).ok()) << round << object.id.hex();
          continue;
        }
        const auto& truth = expected.at(object.id.hex());
        EXPECT_TRUE(truth.bytes == view.value().bytes && truth.type == to_string(view->type));
      }
    }
    write_bytes(target, whole);
  }
}

}  // namespace
}  // namespace dragnet
