// Files for gitleaks that extend its default rules speak of them by its names.
#include "rules/gitleaks_ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rule_text.h"

namespace dragnet {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

Result<RuleSet> extending(const std::string& more) {
  return load_text("[extend]\nuseDefault = true\n" + more);
}

TEST(GitleaksIds, AmendOurRules) {
  const auto set = extending(
      "[[rules]]\nid = 'generic-api-key'\n[[rules.allowlists]]\nstopwords = ['amended']\n"
      "[[rules]]\nid = 'aws-access-token'\nentropy = 3.25\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  const Rule& generic = *find_rule(set.value(), "generic-api-key-assignment");
  EXPECT_EQ(generic.allowlists.back().stopwords, std::vector<std::string>{"amended"});
  EXPECT_EQ(find_rule(set.value(), "aws-access-key-id")->entropy, 3.25);
  EXPECT_EQ(find_rule(set.value(), "generic-api-key"), nullptr);
}

TEST(GitleaksIds, DisableOurRules) {
  const auto plain = extending("");
  const auto set = load_text("[extend]\nuseDefault = true\ndisabledRules = ['github-pat']\n");
  ASSERT_TRUE(plain.ok());
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_NE(find_rule(plain.value(), "github-pat-classic"), nullptr);
  EXPECT_EQ(find_rule(set.value(), "github-pat-classic"), nullptr);
}

TEST(GitleaksIds, AreTargetsOfAllowlists) {
  const auto set =
      extending("[[allowlists]]\ntargetRules = ['github-pat', 'jwt']\npaths = ['x']\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_THAT(set->allowlists.back().target_rules, Contains("github-pat-classic"));
  EXPECT_THAT(set->allowlists.back().target_rules, Contains("jwt"));
}

// What we have nothing for is said, and never widens anything.
TEST(GitleaksIds, WithoutOneOfOursAreNotes) {
  const auto set = extending(
      "[[allowlists]]\ntargetRules = ['sidekiq-secret']\npaths = ['only-sidekiq']\n"
      "[[rules]]\nid = 'sidekiq-secret'\nentropy = 3\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  for (const Allowlist& list : set->allowlists) {
    EXPECT_THAT(list.paths, Not(Contains("only-sidekiq")));
  }
  EXPECT_THAT(set->notes, Contains(HasSubstr("'sidekiq-secret': left out")));
  EXPECT_THAT(set->notes, Contains(HasSubstr("its target 'sidekiq-secret'")));
}

TEST(GitleaksIds, MeanNothingWithoutTheDefaultRules) {
  EXPECT_FALSE(load_text("[[rules]]\nid = 'generic-api-key'\nentropy = 3\n").ok());
  EXPECT_FALSE(extending("[[rules]]\nid = 'nobody-knows-this'\nentropy = 3\n").ok());
}

TEST(GitleaksIds, TheOtherFileMayLieWhereTheProgramIsRun) {
  const RuleFile file{"deep/rules.toml", "[extend]\npath = 'base.toml'\n"};
  const auto options = reading({{"base.toml", "[[rules]]\nid = 'a'\nregex = 'x'\n"}});
  EXPECT_TRUE(load_rules({&file, 1}, options).ok());
}

}  // namespace
}  // namespace dragnet
