// Listing and reading objects against a real git.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "git/objects_fixture.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::files_with;
using test_support::ObjectsTest;
using test_support::open;
using test_support::rows;

TEST_F(ObjectsTest, ListsLooseAndPackedLikeGit) {
  make_history(20, 1);
  expect_same_as_git();
  git_.git(repo_, {"repack", "-q", "-d", "-f", "--depth=50"});
  expect_same_as_git();
  git_.commit_file(repo_, "new", "after the pack\n");
  expect_same_as_git();
  git_.git(repo_, {"repack", "-q"});        // a second pack
  git_.git(repo_, {"repack", "-q", "-a"});  // a third, which has all of it again
  git_.git(repo_, {"multi-pack-index", "write"});
  ASSERT_GE(files_with(repo_, ".pack").size(), 2u);
  expect_same_as_git();
}

TEST_F(ObjectsTest, ReadsOldIndexesAndDeltasByName) {
  make_history(20, 2);
  git_.git(repo_, {"-c", "repack.useDeltaBaseOffset=false", "-c", "pack.indexVersion=1", "repack",
                   "-q", "-a", "-d", "-f"});
  expect_same_as_git();
  const auto repository = open(repo_);
  EXPECT_EQ(read_all(*repository, repository->list_objects().value()), 0u);
}

TEST_F(ObjectsTest, LargeOffsets) {
  make_history(10, 3);
  // Offsets above 64 bytes go through the table that packs above 2 GiB need.
  const std::string packs = repo_ + "/.git/objects/pack";
  git_.git(repo_, {"repack", "-q", "-a", "-d"});
  const std::string pack = files_with(packs, ".pack").at(0);
  fs::remove(pack.substr(0, pack.size() - 4) + "idx");
  git_.git(repo_, {"index-pack", "--index-version=2,64", pack});
  expect_same_as_git();
}

TEST_F(ObjectsTest, ReadsWhatGitReads) {
  make_history(15, 4);
  git_.git(repo_, {"repack", "-q", "-a", "-d", "-f"});
  git_.commit_file(repo_, "bytes", std::string("\0\xff\x80 loose\n", 10));
  const auto repository = open(repo_);
  const auto listing = repository->list_objects();
  for (const bool verify : {true, false}) {
    auto session = repository->open_session(verify);
    for (const ObjectHeader& object : listing.value().objects) {
      const std::string type(to_string(object.type));
      const auto view = session.value()->read(object.id);
      ASSERT_TRUE(view.ok());
      EXPECT_EQ(view.value().type, object.type);
      EXPECT_EQ(view.value().bytes, git_.try_git(repo_, {"cat-file", type, object.id.hex()}).out);
      const auto header = session.value()->header(object.id);
      ASSERT_TRUE(header.ok());
      EXPECT_EQ(header.value().type, object.type);
      EXPECT_EQ(header.value().size, object.size);
      EXPECT_EQ(header.value().read_cost, object.read_cost);
    }
  }
}

TEST_F(ObjectsTest, SessionsWithoutAListingRunInParallel) {
  make_history(30, 5);
  git_.git(repo_, {"repack", "-q", "-a", "-d", "-f"});
  const auto lister = open(repo_);
  const auto listing = lister->list_objects();
  const auto repository = open(repo_);
  std::vector<std::size_t> failed(4, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t& count : failed) {
      threads.emplace_back([&] { count = read_all(*repository, listing.value()); });
    }
  }
  EXPECT_EQ(failed, std::vector<std::size_t>(4, 0));
}

TEST_F(ObjectsTest, MissingAndImpossibleIds) {
  git_.commit_file(repo_, "a", "a");
  auto session = open(repo_)->open_session();
  const auto missing = session.value()->read(*ObjectId::from_hex(std::string(40, '1')));
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().message, "object is missing");
  EXPECT_FALSE(session.value()->read(ObjectId{}).ok());
  EXPECT_FALSE(session.value()->header(*ObjectId::from_hex(std::string(64, '1'))).ok());
  // Git has the empty tree without storing it.
  const auto empty = *ObjectId::from_hex("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  ASSERT_TRUE(session.value()->read(empty).ok());
  EXPECT_EQ(session.value()->header(empty).value().type, ObjectType::kTree);
}

TEST_F(ObjectsTest, ThreadsDoNotChangeTheListing) {
  // Enough objects that the pass over the pack is split.
  std::string stream;
  for (int i = 0; i < 50000; ++i) {
    const std::string text = "blob number " + std::to_string(i);
    stream += "blob\ndata " + std::to_string(text.size()) + "\n" + text + "\n";
  }
  git_.git(repo_, {"fast-import", "--quiet"}, stream);
  const auto repository = open(repo_);
  const auto one = repository->list_objects(1);
  const auto four = repository->list_objects(4);
  ASSERT_EQ(one.value().objects.size(), 50000u);
  for (std::size_t i = 0; i < one.value().objects.size(); ++i) {
    ASSERT_EQ(one.value().objects[i].id, four.value().objects[i].id);
    ASSERT_EQ(one.value().objects[i].size, four.value().objects[i].size);
    ASSERT_EQ(one.value().objects[i].read_cost, four.value().objects[i].read_cost);
  }
  EXPECT_EQ(rows(one.value()), expected());
}

}  // namespace
}  // namespace dragnet
