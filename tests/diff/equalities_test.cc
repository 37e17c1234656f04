// Two ways, one answer, on histories made up from seeds: one thread and many, one run and the next,
// loose objects and packed ones, provenance and brute force.
//
// Of the design's four equalities these two are there: any number of threads, any run. The others
// (pack reader and libgit2, full and delta scan, increments) come with what they compare.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "cli/program.h"
#include "diff/random_history.h"

namespace dragnet::test_support {
namespace {

std::set<int> lines_with(const std::string& text, const std::string& secret) {
  std::set<int> lines;
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + 1)) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(at);
    lines.insert(1 + static_cast<int>(std::count(text.begin(), end, '\n')));
  }
  return lines;
}

class Equalities : public testing::TestWithParam<std::uint32_t> {
 protected:
  static std::vector<std::string> arguments(const std::string& repo) {
    return {repo, "--max-occurrences", "1000000", "--max-refs", "1000000"};
  }

  GitFixture git_;
  std::vector<std::string> secrets_;
};

TEST_P(Equalities, ThreadsAndRuns) {
  const std::string repo = random_history(&git_, GetParam(), GetParam() % 2 == 0, &secrets_);
  const auto run = [&](const char* threads) {
    std::vector<std::string> args = {"scan", "--format", "json", "--explain", "--threads", threads};
    for (const std::string& word : arguments(repo)) args.push_back(word);
    return dragnet(args);
  };
  const CommandResult one = run("1");
  EXPECT_LE(one.status, 1) << one.err;
  for (const char* threads : {"1", "2", "4", "7"}) {
    const CommandResult other = run(threads);
    EXPECT_EQ(other.status, one.status);
    EXPECT_EQ(other.err, one.err);
    EXPECT_TRUE(other.out == one.out) << threads << " threads";
  }
}

TEST_P(Equalities, ProvenanceAndBruteForce) {
  const std::string repo = random_history(&git_, GetParam(), GetParam() % 2 == 1, &secrets_);
  const Audit audit = scan(arguments(repo));
  EXPECT_TRUE(audit.incomplete().empty());
  std::vector<Sojourn> found;
  // Of each sojourn the lines on which the secret stands.
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::set<int>> lines;
  for (const auto& [secret, occurrences] : audit.occurrences) {
    for (const Json& occurrence : occurrences) {
      Sojourn sojourn;
      sojourn.secret = secret;
      EXPECT_EQ(occurrence["object_type"], "blob");
      sojourn.path = bytes_of(occurrence, "path", "path_encoding");
      sojourn.commit = bytes_of(occurrence, "commit", "");
      sojourn.object = bytes_of(occurrence, "object", "");
      sojourn.removed_in = bytes_of(occurrence, "removed_in", "");
      sojourn.at_tip = occurrence["at_tip"];
      sojourn.refs = occurrence["refs"].get<std::vector<std::string>>();
      auto& there = lines[{secret, sojourn.path, sojourn.commit, sojourn.object}];
      if (there.empty()) found.push_back(sojourn);
      EXPECT_TRUE(there.insert(occurrence["line"].get<int>()).second);
    }
  }
  for (const auto& [place, told] : lines) {
    EXPECT_EQ(told, lines_with(git_.git(repo, {"cat-file", "blob", std::get<3>(place)}),
                               std::get<0>(place)));
  }
  std::sort(found.begin(), found.end());
  const std::vector<Sojourn> wanted = brute_force(&git_, repo, secrets_);
  EXPECT_FALSE(wanted.empty());
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    SCOPED_TRACE(wanted[i].commit + " " + wanted[i].path);
    EXPECT_EQ(found[i].secret, wanted[i].secret);
    EXPECT_EQ(found[i].path, wanted[i].path);
    EXPECT_EQ(found[i].commit, wanted[i].commit);
    EXPECT_EQ(found[i].object, wanted[i].object);
    EXPECT_EQ(found[i].removed_in, wanted[i].removed_in);
    EXPECT_EQ(found[i].at_tip, wanted[i].at_tip);
    EXPECT_EQ(found[i].refs, wanted[i].refs);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Equalities, testing::Range(1U, 9U));
INSTANTIATE_TEST_SUITE_P(MoreSeeds, Equalities, testing::Range(9U, 33U));

// Loose or packed, it is the same repository.
TEST(Equality, LooseAndPacked) {
  for (const std::uint32_t seed : {101U, 102U, 103U}) {
    std::vector<std::string> reports;
    for (const bool packed : {false, true}) {
      GitFixture git;
      std::vector<std::string> secrets;
      const std::string repo = random_history(&git, seed, packed, &secrets);
      const Audit audit = scan({"."}, in_folder(repo));
      reports.push_back(audit.report["findings"].dump());
      EXPECT_GT(reports.back().size(), 1000U);
    }
    EXPECT_EQ(reports[0], reports[1]) << seed;
  }
}

}  // namespace
}  // namespace dragnet::test_support
