#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rule_text.h"

namespace dragnet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "a" requires "b", which requires "c"; "d" and "e" stand alone.
RuleSet example() {
  auto set = load_text(rule_named("a", "companions = ['d']\n[[rules.required]]\nid = 'b'\n") +
                       rule_named("b", "[[rules.required]]\nid = 'c'\n") + rule_named("c") +
                       rule_named("d", "companions = ['e']\n") + rule_named("e") +
                       "[[allowlists]]\npaths = ['all']\n"
                       "[[allowlists]]\npaths = ['d']\ntargetRules = ['d']\n"
                       "[[allowlists]]\npaths = ['ad']\ntargetRules = ['a', 'd']\n");
  EXPECT_TRUE(set.ok()) << error_of(set);
  return std::move(set).value();
}

Result<RuleSet> select(std::vector<std::string> only, std::vector<std::string> except) {
  return select_rules(example(), only, except);
}

// The ids, those that are not reported in brackets.
std::vector<std::string> shown(const Result<RuleSet>& set) {
  std::vector<std::string> out;
  for (const Rule& rule : set->rules) {
    out.push_back(rule.skip_report ? "(" + rule.id + ")" : rule.id);
  }
  return out;
}

TEST(SelectRules, NoNamesKeepAll) {
  EXPECT_THAT(shown(select({}, {})), ElementsAre("a", "b", "c", "d", "e"));
}

TEST(SelectRules, KeepsOnlyWhatIsNamedAndWhatThatRequires) {
  EXPECT_THAT(shown(select({"e", "d", "e"}, {})), ElementsAre("d", "e"));
  EXPECT_THAT(shown(select({"a"}, {})), ElementsAre("a", "(b)", "(c)"));
  EXPECT_THAT(shown(select({"a", "c"}, {})), ElementsAre("a", "(b)", "c"));
  EXPECT_THAT(shown(select({"b"}, {})), ElementsAre("b", "(c)"));
}

TEST(SelectRules, DropsWhatIsExcepted) {
  EXPECT_THAT(shown(select({}, {"d"})), ElementsAre("a", "b", "c", "e"));
  EXPECT_THAT(shown(select({}, {"c"})), ElementsAre("a", "b", "(c)", "d", "e"));
  EXPECT_THAT(shown(select({}, {"a", "b", "c"})), ElementsAre("d", "e"));
  EXPECT_THAT(shown(select({"d", "e"}, {"e"})), ElementsAre("d"));
  EXPECT_THAT(shown(select({"d"}, {"d"})), IsEmpty());
}

TEST(SelectRules, ForgetsWhatIsGone) {
  const auto set = select({"a", "e"}, {});
  EXPECT_THAT(find_rule(set.value(), "a")->companions, IsEmpty());
  ASSERT_EQ(set->allowlists.size(), 2U);
  EXPECT_THAT(set->allowlists[0].paths, ElementsAre("all"));
  EXPECT_THAT(set->allowlists[1].target_rules, ElementsAre("a"));
}

TEST(SelectRules, AnUnknownNameIsAnErrorWithTheNearestId) {
  RuleSet rules = load_text(rule_named("aws-key") + rule_named("gcp-key")).value();
  const std::vector<std::string> near = {"aws-kye"};
  const std::vector<std::string> far = {"something"};
  const auto first = select_rules(rules, near, {});
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(first.error().text(), "no rule has the id 'aws-kye'; did you mean 'aws-key'?");
  EXPECT_EQ(error_of(select_rules(rules, {}, far)),
            "no rule has the id 'something'; 'dragnet rules list' shows all of them");
}

}  // namespace
}  // namespace dragnet
