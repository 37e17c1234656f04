// The readers: every object once, whichever way.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "input/object_reader.h"
#include "support/git_fixture.h"

namespace dragnet {
namespace {

using test_support::GitFixture;

class Recorder : public ObjectVisitor {
 public:
  std::shared_ptr<const NodeState> object(const ObjectView& view) override {
    if (view.index == ObjectView::kCopy) return nullptr;
    ++shown[view.index];
    contents[view.header->id.hex()] = ByteString(view.bytes);
    return nullptr;
  }
  void unreadable(std::size_t index, const ObjectHeader&, const Error& error) override {
    refused[index] = error;
  }
  bool stopped() const override { return false; }

  std::map<std::size_t, int> shown;
  std::map<std::string, ByteString> contents;
  std::map<std::size_t, Error> refused;
};

bool any(ObjectType) { return true; }

// Everything that git has, each object once and with git's bytes.
void expect_all(GitFixture* git, const std::string& repo, const Recorder& recorder) {
  EXPECT_TRUE(recorder.refused.empty());
  const auto ids = git->lines(
      repo, {"cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"});
  EXPECT_EQ(ids.size(), recorder.contents.size());
  for (const auto& [index, times] : recorder.shown) EXPECT_EQ(times, 1) << index;
  for (const std::string& line : ids) {
    const std::string id = line.substr(0, 40);
    const auto found = recorder.contents.find(id);
    ASSERT_NE(found, recorder.contents.end()) << line;
    EXPECT_EQ(found->second, git->try_git(repo, {"cat-file", line.substr(41), id}).out) << line;
  }
}

std::string history(GitFixture* git) {
  const std::string repo = git->init("repo");
  for (int i = 0; i < 5; ++i) {
    git->commit_file(repo, "f" + std::to_string(i % 2),
                     std::string(200, static_cast<char>('a' + i)));
  }
  git->git(repo, {"gc", "--quiet"});
  git->commit_file(repo, "loose", "not packed");
  return repo;
}

TEST(Readers, ShowEveryObjectOnce) {
  GitFixture git;
  const std::string repo = history(&git);
  const auto repository = Repository::open(repo, false);
  ASSERT_TRUE(repository.ok());
  MemoryBudget budget(1 << 20);
  std::vector<std::unique_ptr<ObjectReader>> readers;
  readers.push_back(make_session_reader(libgit2_source(repository->get()), 2, &budget));
  readers.push_back(make_session_reader(pack_source(repository->get()), 2, &budget));
  readers.push_back(make_forest_reader(repository->get(), 2, 1 << 20, &budget));
  for (const auto& reader : readers) {
    const auto listing = reader->list(1);
    ASSERT_TRUE(listing.ok());
    Recorder recorder;
    reader->pass(listing.value(), any)->work(1, &recorder);
    expect_all(&git, repo, recorder);
  }
}

TEST(Readers, AnObjectThatNeverFitsIsTooLarge) {
  GitFixture git;
  const std::string repo = git.init("repo");
  const std::string large = git.object(repo, "blob", std::string(3 << 20, 'x'));
  const std::string small = git.object(repo, "blob", "small");
  const auto repository = Repository::open(repo, false);
  ASSERT_TRUE(repository.ok());
  for (const std::uint64_t memory : {std::uint64_t{1} << 20, std::uint64_t{64} << 20}) {
    MemoryBudget budget(memory);
    const auto reader = make_session_reader(libgit2_source(repository->get()), 1, &budget);
    const auto listing = reader->list(1);
    ASSERT_TRUE(listing.ok());
    ASSERT_EQ(listing->objects.size(), 2U);
    Recorder recorder;
    reader->pass(listing.value(), any)->work(0, &recorder);
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
