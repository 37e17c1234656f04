// `[extend]`: what an extending file changes of the rules that it extends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rule_text.h"

namespace dragnet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const char* const kBase = R"([defaults]
category = "base"
remediation = "base"

[[allowlists]]
paths = ['base']

[[rules]]
id = "one"
description = "base"
regex = '(base)'
path = 'base'
secretGroup = 1
entropy = 3
keywords = ["base", "both"]
tags = ["base"]
anchor = 'base'
lookbehind = 10
lookahead = 20
check = "jwt"
positives = ['base']
negatives = ['none']
companions = ["two"]
[[rules.allowlists]]
stopwords = ["base"]
[[rules.required]]
id = "two"

[[rules]]
id = "two"
regex = 'two'
companions = ["three"]

[[rules]]
id = "three"
regex = 'three'
)";

Result<RuleSet> extend_base(const std::string& text) {
  return load_text("[extend]\npath = 'base.toml'\n" + text, reading({{"base.toml", kBase}}));
}

TEST(Extend, OverridesOnlyWhatItSets) {
  const auto set = extend_base("[[rules]]\nid = 'one'\ndescription = 'mine'\nentropy = 0\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_THAT(ids_of(set.value()), ElementsAre("one", "three", "two"));
  const Rule& rule = *find_rule(set.value(), "one");
  EXPECT_EQ(rule.description, "mine");
  EXPECT_EQ(rule.entropy, 0);  // a value that is written counts, even this one
  EXPECT_EQ(rule.regex, "(base)");
  EXPECT_EQ(rule.path, "base");
  EXPECT_EQ(rule.secret_group, 1U);
  EXPECT_EQ(rule.anchor, "base");
  EXPECT_EQ(rule.check, "jwt");
  EXPECT_THAT(rule.positives, ElementsAre("base"));
  EXPECT_EQ(rule.required.size(), 1U);
  EXPECT_EQ(rule.place.text(), "base.toml:8");
}

TEST(Extend, AddsKeywordsTagsAndAllowlists) {
  const auto set = extend_base(
      "[[allowlists]]\npaths = ['mine']\n[[rules]]\nid = 'one'\nkeywords = ['Mine', 'both']\n"
      "tags = ['mine']\n[[rules.allowlists]]\nstopwords = ['mine']\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  const Rule& rule = *find_rule(set.value(), "one");
  EXPECT_THAT(rule.keywords, ElementsAre("base", "both", "mine"));
  EXPECT_THAT(rule.tags, ElementsAre("base", "mine"));
  ASSERT_EQ(rule.allowlists.size(), 2U);
  EXPECT_THAT(rule.allowlists[1].stopwords, ElementsAre("mine"));
  EXPECT_EQ(set->allowlists.size(), 2U);
}

TEST(Extend, ANewRegexDropsWhatDescribedTheOldOne) {
  const auto set =
      extend_base("[[rules]]\nid = 'one'\nregex = '(mine)'\nlookahead = 99\nanchor = ''\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  const Rule& rule = *find_rule(set.value(), "one");
  EXPECT_EQ(rule.regex, "(mine)");
  EXPECT_EQ(rule.anchor, "");
  EXPECT_EQ(rule.lookbehind, std::nullopt);
  EXPECT_EQ(rule.lookahead, 99U);
  EXPECT_EQ(rule.check, "");
  EXPECT_THAT(rule.positives, IsEmpty());
  EXPECT_THAT(rule.negatives, IsEmpty());
  EXPECT_THAT(rule.companions, ElementsAre("two"));
  EXPECT_EQ(rule.place.text(), "rules.toml:3");  // where a bad regex has to be corrected
}

TEST(Extend, DefaultsOfTheExtendingFileLeaveExtendedRulesAlone) {
  const auto set =
      extend_base("[defaults]\ncategory = 'mine'\nremediation = 'mine'\n" +
                  std::string("[[rules]]\nid = 'one'\ntags = ['x']\n") + rule_named("four"));
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_EQ(find_rule(set.value(), "one")->category, "base");
  EXPECT_EQ(find_rule(set.value(), "four")->category, "mine");
}

TEST(Extend, DisabledRulesAreGoneAndForgotten) {
  const auto set = extend_base(
      "disabledRules = ['three', 'thre']\n[[allowlists]]\npaths = ['x']\ntargetRules = ['three']\n"
      "[[allowlists]]\npaths = ['x']\ntargetRules = ['one', 'three']\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_THAT(ids_of(set.value()), ElementsAre("one", "two"));
  EXPECT_THAT(find_rule(set.value(), "two")->companions, IsEmpty());
  // A list all of whose targets are gone must not turn into one that holds for every rule.
  ASSERT_EQ(set->allowlists.size(), 2U);
  EXPECT_THAT(set->allowlists[0].paths, ElementsAre("base"));
  EXPECT_THAT(set->allowlists[1].target_rules, ElementsAre("one"));
  EXPECT_THAT(set->notes,
              ElementsAre("rules.toml:1: [extend]: 'disabledRules' names no rule of the "
                          "extended file: 'thre'"));
}

TEST(Extend, ADisabledRuleThatIsRequiredIsNotReported) {
  const auto set = extend_base("disabledRules = ['two']\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_TRUE(find_rule(set.value(), "two")->skip_report);
  EXPECT_FALSE(find_rule(set.value(), "one")->skip_report);
  EXPECT_THAT(set->notes, ElementsAre("base.toml:29: rule 'two': disabled, but 'one' requires it: "
                                      "it is matched and not reported"));
}

TEST(Extend, ADisabledRuleCanBeWrittenAnew) {
  const auto set = extend_base("disabledRules = ['one']\n" + rule_named("one", "tags = ['mine']"));
  ASSERT_TRUE(set.ok()) << error_of(set);
  const Rule& rule = *find_rule(set.value(), "one");
  EXPECT_EQ(rule.regex, "x");
  EXPECT_THAT(rule.tags, ElementsAre("mine"));
  EXPECT_THAT(rule.required, IsEmpty());
  EXPECT_FALSE(rule.skip_report);
}

TEST(Extend, ARuleOfItsOwnNeedsARegex) {
  EXPECT_EQ(error_of(extend_base("[[rules]]\nid = 'onn'\ntags = ['x']\n")),
            "rules.toml:3: rule 'onn': has neither 'regex' nor 'path'; give it one of them");
}

TEST(Extend, TwoLevels) {
  const auto options = reading({
      {"conf/middle.toml",
       "[extend]\npath = '../base.toml'\n[[rules]]\nid = 'two'\ntags = ['m']\n"},
      {"conf/../base.toml", kBase},
  });
  const RuleFile file{"conf/top.toml",
                      "[extend]\npath = './middle.toml'\n[[rules]]\nid = 'two'\ntags = ['t']\n"};
  const auto set = load_rules({&file, 1}, options);
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_THAT(find_rule(set.value(), "two")->tags, ElementsAre("m", "t"));
}

TEST(Extend, AnAbsolutePathStaysAsItIs) {
  const RuleFile file{"conf/top.toml", "[extend]\npath = '/etc/base.toml'\n"};
  const auto set = load_rules({&file, 1}, reading({{"/etc/base.toml", kBase}}));
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_EQ(set->rules.size(), 3U);
}

TEST(Extend, TheSameBaseTwiceIsOneBase) {
  const auto options = reading({{"base.toml", kBase}});
  const RuleFile files[] = {
      {"1.toml", "[extend]\npath = 'base.toml'\n" + rule_named("four")},
      {"base.toml", kBase},
      {"2.toml", "[extend]\npath = 'base.toml'\n[[rules]]\nid = 'one'\ndescription = 'mine'\n"},
  };
  const auto set = load_rules(files, options);
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_THAT(ids_of(set.value()), ElementsAre("four", "one", "three", "two"));
  EXPECT_EQ(find_rule(set.value(), "one")->description, "mine");
  EXPECT_EQ(set->allowlists.size(), 1U);
}

TEST(Extend, TwoFilesMayNotOverrideTheSameRule) {
  const auto options = reading({{"base.toml", kBase}});
  const std::string text = "[extend]\npath = 'base.toml'\n[[rules]]\nid = 'one'\n";
  const RuleFile files[] = {{"1.toml", text}, {"2.toml", text}};
  EXPECT_EQ(
      error_of(load_rules(files, options)),
      "2.toml:3: rule 'one': the id is taken, in 1.toml:3; give one of the two another id, or "
      "let one file extend the other");
}

TEST(Extend, DisablingHoldsAgainstTheBaseThatIsNamedToo) {
  const auto options = reading({{"base.toml", kBase}});
  const RuleFile files[] = {
      {"base.toml", kBase},
      {"1.toml", "[extend]\npath = 'base.toml'\ndisabledRules = ['three']\n"}};
  const auto set = load_rules(files, options);
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_THAT(ids_of(set.value()), ElementsAre("one", "two"));
}

TEST(Extend, UseDefaultBringsTheBuiltInRules) {
  const auto built_in = load_rules(default_rule_files());
  ASSERT_TRUE(built_in.ok()) << error_of(built_in);
  const auto set = load_text("[extend]\nuseDefault = true\n" + rule_named("zz-mine"));
  ASSERT_TRUE(set.ok()) << error_of(set);
  auto ids = ids_of(built_in.value());
  ids.push_back("zz-mine");
  EXPECT_EQ(ids_of(set.value()), ids);
}

TEST(Extend, BuiltInRulesCanBeDisabled) {
  const auto built_in = load_rules(default_rule_files());
  ASSERT_TRUE(built_in.ok()) << error_of(built_in);
  for (const std::size_t i : {std::size_t{0}, built_in->rules.size() / 2}) {
    if (i >= built_in->rules.size()) continue;
    const std::string id = built_in->rules[i].id;
    const auto set = load_text("[extend]\nuseDefault = true\ndisabledRules = ['" + id + "']\n");
    ASSERT_TRUE(set.ok()) << error_of(set);
    const Rule* rule = find_rule(set.value(), id);
    EXPECT_TRUE(rule == nullptr || rule->skip_report) << id;
  }
}

}  // namespace
}  // namespace dragnet
