// Readers, full and delta scan, threads and ways to pack: one report, to the byte.
#include <gtest/gtest.h>

#include "cli/program.h"
#include "diff/edited_history.h"
#include "diff/random_history.h"

namespace dragnet::test_support {
namespace {

struct Way {
  const char* reader;
  const char* scan;
  const char* threads;
};
constexpr Way kReference = {"libgit2", "full", "1"};
constexpr Way kWays[] = {{"pack", "delta", "1"}, {"pack", "delta", "2"}, {"pack", "delta", "4"},
                         {"pack", "full", "1"},  {"pack", "full", "4"},  {"libgit2", "full", "4"}};

std::string report(const std::string& repo, const Way& way) {
  const CommandResult result = dragnet(
      {"scan", repo, "--format", "json", "--explain", "--max-occurrences", "1000000", "--max-refs",
       "1000000", "--reader", way.reader, "--scan", way.scan, "--threads", way.threads});
  EXPECT_LE(result.status, 1) << result.err;
  return result.out;
}

class Readers : public testing::TestWithParam<std::uint32_t> {};

TEST_P(Readers, EditedHistories) {
  GitFixture git;
  const std::string repo = edited_history(&git, GetParam());
  const std::string reference = report(repo, kReference);
  EXPECT_GT(Json::parse(reference)["findings"].size(), 10U);
  for (const Packing packing : kAllPackings) {
    store(&git, repo, packing, GetParam());
    for (const Way& way : kWays) {
      EXPECT_TRUE(report(repo, way) == reference) << to_string(packing) << ": " << way.reader << " "
                                                  << way.scan << " " << way.threads << " threads";
    }
  }
}

TEST_P(Readers, RandomHistories) {
  GitFixture git;
  std::vector<std::string> secrets;
  const std::string repo = random_history(&git, 500 + GetParam(), true, &secrets);
  const std::string reference = report(repo, kReference);
  for (const bool deep : {false, true}) {
    // -k keeps what no ref holds.
    if (deep) git.git(repo, {"repack", "-adkfq", "--depth=250", "--window=50"});
    for (const Way& way : kWays) {
      EXPECT_TRUE(report(repo, way) == reference)
          << deep << ": " << way.reader << " " << way.scan << " " << way.threads << " threads";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Readers, testing::Range(1U, 5U));
INSTANTIATE_TEST_SUITE_P(MoreSeeds, Readers, testing::Range(5U, 13U));

}  // namespace
}  // namespace dragnet::test_support
