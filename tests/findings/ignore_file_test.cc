// Fingerprints against a table of everything that was written, and lines that are none.
#include "findings/ignore_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "rules/gitleaks_ids.h"
#include "rules/loader.h"

namespace dragnet {
namespace {

const std::string kCommit(40, 'c');

std::uint32_t found(const std::string& text, ByteView path, std::uint64_t line,
                    std::string_view rule, std::string_view commit = kCommit) {
  const std::vector<std::string_view> rules = {"github-pat-classic", rule};
  return IgnoreFile::parse(text).find({path, line, line, commit}, rules).value_or(0);
}

TEST(IgnoreFile, ReadsFingerprints) {
  EXPECT_EQ(found("a/b.c:my-rule:7", "a/b.c", 7, "my-rule"), 1U);
  EXPECT_EQ(found("#x\n\n \ta/b.c:my-rule:7 \r\n", "a/b.c", 7, "my-rule"), 3U);
  EXPECT_EQ(found("\xef\xbb\xbf"
                  "a:r:1\n",
                  "a", 1, "r"),
            1U);
  EXPECT_EQ(found(kCommit + ":a:r:1", "a", 1, "r"), 1U);
  EXPECT_EQ(found(std::string(64, '1') + ":a:r:1", "a", 1, "r", std::string(64, '1')), 1U);
  EXPECT_EQ(found(kCommit + ":a:r:1", "a", 1, "r", ""), 0U);
  EXPECT_EQ(found("a:r:1", "a", 1, "r", ""), 1U);
  EXPECT_EQ(found("c:\\d.txt:r:1", "c:/d.txt", 1, "r"), 1U);  // a path with a colon
  EXPECT_EQ(found("a:r:1\na:r:2\n", "a", 2, "r"), 2U);
  EXPECT_EQ(found("a:r:18446744073709551615", "a", ~0ULL, "r"), 1U);
}

TEST(IgnoreFile, AMatchMayStartLinesBeforeItsSecret) {
  const auto file = IgnoreFile::parse("a:r:5\n");
  const std::vector<std::string_view> rules = {"r"};
  EXPECT_TRUE(file.find({"a", 5, 7, ""}, rules));
  EXPECT_TRUE(file.find({"a", 3, 5, ""}, rules));
  EXPECT_FALSE(file.find({"a", 6, 7, ""}, rules));
}

TEST(IgnoreFile, ListsWhatIsNoFingerprint) {
  const auto file = IgnoreFile::parse(
      "a:r:1\nnothing\na:1\na:r:0\na:r:x\na:r:1x\n:r:1\na::1\na:r:\na:r:18446744073709551616\n" +
      kCommit + "::r:1\n");
  EXPECT_EQ(file.entries(), 1U);
  EXPECT_EQ(file.bad_lines(), (std::vector<std::uint32_t>{2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST(IgnoreFile, KnowsTheNamesOfGitleaks) {
  EXPECT_EQ(found("a:aws-access-token:1", "a", 1, "aws-access-key-id"), 1U);
  EXPECT_EQ(found("a:gitlab-pat:1", "a", 1, "aws-access-key-id"), 0U);
  EXPECT_EQ(found("a:generic-api-key:1", "a", 1, "generic-password-assignment"), 1U);
  EXPECT_EQ(found("a:generic-api-key:1", "a", 1, "a-rule-that-gitleaks-has-not"), 1U);
  EXPECT_EQ(found("a:generic-api-key:1", "a", 1, "github-pat-classic"), 0U);
}

TEST(IgnoreFile, TheTableNamesRulesThatThereAre) {
  const auto rules = load_rules(default_rule_files());
  ASSERT_TRUE(rules.ok());
  std::set<std::string_view> ids;
  for (const Rule& rule : rules->rules) ids.insert(rule.id);
  EXPECT_GT(gitleaks_ids().size(), 100U);
  for (const auto& [theirs, ours] : gitleaks_ids()) {
    EXPECT_TRUE(ours.empty() || ids.contains(ours)) << ours;
    EXPECT_FALSE(theirs.empty());
  }
}

TEST(IgnoreFile, AgreesWithATable) {
  std::mt19937 random(3);
  const auto any = [&](std::size_t count) { return random() % count; };
  const std::vector<std::string> paths = {"a", "a/b", "b c", "\xff", "x:y"};
  const std::vector<std::string> rules = {"r", "s", "t"};
  const std::vector<std::string> commits = {"", std::string(40, 'a'), std::string(40, 'b')};
  for (int round = 0; round < 300; ++round) {
    std::string text;
    std::set<std::tuple<std::string, std::string, std::string, std::uint64_t>> table;
    for (std::size_t i = any(8); i > 0; --i) {
      const auto& [commit, path, rule, line] =
          *table.insert({commits[any(3)], paths[any(5)], rules[any(3)], 1 + any(3)}).first;
      text += (commit.empty() ? "" : commit + ":") + path + ":" + rule + ":" +
              std::to_string(line) + "\n";
    }
    const auto file = IgnoreFile::parse(text);
    for (const std::string& commit : commits) {
      for (const std::string& path : paths) {
        for (std::uint64_t line = 1; line <= 3; ++line) {
          const std::vector<std::string_view> asked = {rules[0], rules[1]};
          const bool wanted = std::any_of(table.begin(), table.end(), [&](const auto& entry) {
            return (std::get<0>(entry).empty() || std::get<0>(entry) == commit) &&
                   std::get<1>(entry) == path && std::get<2>(entry) != rules[2] &&
                   std::get<3>(entry) == line;
          });
          EXPECT_EQ(file.find({path, line, line, commit}, asked).has_value(), wanted) << text;
        }
      }
    }
  }
}

}  // namespace
}  // namespace dragnet
