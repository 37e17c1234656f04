// The reader of single objects and the memory promised.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "input/object_reader.h"
#include "input/recorder.h"
#include "support/git_fixture.h"

namespace dragnet {
namespace {

bool any(ObjectType) { return true; }

using test_support::GitFixture;
using test_support::Recorder;

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
    ASSERT_EQ(listing->table->size(), 2U);
    Recorder recorder;
    reader->pass(*listing->table, any)->work(0, &recorder);
    EXPECT_EQ(recorder.contents.count(small), 1U);
    EXPECT_EQ(recorder.contents.count(large), memory > (32 << 20) ? 1U : 0U);
    for (const auto& [id, error] : recorder.refused) {
      EXPECT_EQ(id, large);
      EXPECT_EQ(error.kind, ErrorKind::kTooLarge);
    }
    EXPECT_TRUE(budget.charge(memory));  // everything was given back
  }
}

}  // namespace
}  // namespace dragnet
