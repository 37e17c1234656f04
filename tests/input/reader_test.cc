// The reader that goes through libgit2: every object once, each piece of work on its own.
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>
#include <string>

#include "input/object_reader.h"
#include "support/git_fixture.h"

namespace dragnet {
namespace {

using test_support::GitFixture;

class Recorder : public ObjectVisitor {
 public:
  void object(std::size_t index, const ObjectHeader& header, ByteView bytes) override {
    EXPECT_EQ(bytes.size(), header.size);
    order.push_back(index);
    contents[header.id.hex()] = ByteString(bytes);
  }
  void unreadable(std::size_t index, const ObjectHeader&, const Error& error) override {
    refused[index] = error;
  }
  std::vector<std::size_t> order;
  std::map<std::string, ByteString> contents;
  std::map<std::size_t, Error> refused;
};

TEST(Libgit2Reader, ReadsWhatItIsAskedForInThatOrder) {
  GitFixture git;
  const std::string repo = git.init("repo");
  for (int i = 0; i < 5; ++i)
    git.commit_file(repo, "f" + std::to_string(i % 2),
                    std::string(200, static_cast<char>('a' + i)));
  git.git(repo, {"gc", "--quiet"});
  git.commit_file(repo, "loose", "not packed");
  const auto repository = Repository::open(repo, false);
  ASSERT_TRUE(repository.ok());
  const auto reader = make_libgit2_reader(repository->get(), 2);
  const auto listing = reader->list(1);
  ASSERT_TRUE(listing.ok());
  std::vector<std::uint32_t> indices(listing->objects.size());
  std::iota(indices.rbegin(), indices.rend(), 0U);
  MemoryBudget budget(1 << 20);
  Recorder recorder;
  reader->read(1, listing->objects, indices, &budget, &recorder);
  EXPECT_TRUE(recorder.refused.empty());
  ASSERT_EQ(recorder.order.size(), indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) ASSERT_EQ(recorder.order[i], indices[i]);
  // As git has them.
  const auto ids = git.lines(
      repo, {"cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"});
  EXPECT_EQ(ids.size(), recorder.contents.size());
  for (const std::string& line : ids) {
    const std::string id = line.substr(0, 40);
    const auto bytes = git.try_git(repo, {"cat-file", line.substr(41), id});
    EXPECT_EQ(recorder.contents[id], bytes.out) << line;
  }
}

TEST(Libgit2Reader, AnObjectThatNeverFitsIsTooLarge) {
  GitFixture git;
  const std::string repo = git.init("repo");
  const std::string large = git.object(repo, "blob", std::string(3 << 20, 'x'));
  const std::string small = git.object(repo, "blob", "small");
  const auto repository = Repository::open(repo, false);
  ASSERT_TRUE(repository.ok());
  const auto reader = make_libgit2_reader(repository->get(), 1);
  const auto listing = reader->list(1);
  ASSERT_TRUE(listing.ok());
  ASSERT_EQ(listing->objects.size(), 2U);
  for (const std::uint64_t memory : {std::uint64_t{1} << 20, std::uint64_t{64} << 20}) {
    MemoryBudget budget(memory);
    Recorder recorder;
    reader->read(0, listing->objects, {0, 1}, &budget, &recorder);
    EXPECT_EQ(recorder.contents.count(small), 1U);
    EXPECT_EQ(recorder.contents.count(large), memory > (32 << 20) ? 1U : 0U);
    for (const auto& [index, error] : recorder.refused) {
      EXPECT_EQ(listing->objects[index].id.hex(), large);
      EXPECT_EQ(error.kind, ErrorKind::kTooLarge);
    }
    EXPECT_TRUE(budget.charge(memory));  // everything was given back
  }
}

}  // namespace
}  // namespace dragnet
