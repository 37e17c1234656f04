// Proving rules: what is told of rules that do not find, lose, are dead, double or dear.
#include "match/rule_test.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>

#include "match/byte_model.h"
#include "match/judge.h"
#include "match/near_miss.h"
#include "match/regex_draw.h"
#include "match/rule_alive.h"
#include "match/rule_maker.h"
#include "match/scanner.h"
#include "rules/loader.h"
#include "rules/sample.h"

namespace dragnet {
namespace {

Rule proved(std::string id, std::string regex, std::vector<std::string> positives) {
  Rule rule = make_rule(std::move(id), std::move(regex));
  rule.positives = std::move(positives);
  rule.negatives = {"a", "b", "c"};
  return rule;
}

RuleTestResult tested(const RulePack& pack, std::size_t text_bytes = 0) {
  RuleTestOptions options;
  options.text_bytes = text_bytes;
  auto result = test_rules(pack, options);
  EXPECT_TRUE(result.ok());
  return std::move(result).value();
}

bool says(const std::vector<RuleRemark>& remarks, RuleAspect aspect, const std::string& part) {
  return std::any_of(remarks.begin(), remarks.end(), [&](const RuleRemark& remark) {
    return remark.aspect == aspect && remark.text.find(part) != std::string::npos;
  });
}

TEST(RuleTest, GoodRuleHolds) {
  const auto pack = make_pack(
      {proved("acme", "\\bacme_[0-9a-f]{16}\\b", {"k=acme_{{ hex{16} }}", "acme_{{ hex{16} }}"})});
  const RuleTestResult result = tested(*pack);
  EXPECT_EQ(result.holding(), 1U);
  EXPECT_EQ(result.warnings(), 0U);
  EXPECT_EQ(result.samples, 5U);
}

TEST(RuleTest, SamplesThatDoNotHold) {
  Rule rule =
      proved("acme", "\\bacme_[0-9a-f]{16}\\b", {"acme_{{ hex{16} }}", "acme_{{ hex{15} }}"});
  rule.negatives = {"x acme_{{ hex{16} }}", "b"};
  const RuleTestResult result = tested(*make_pack({rule}));
  const auto& failures = result.proofs[0].failures;
  EXPECT_TRUE(says(failures, RuleAspect::kSamples, "positive 2 is not found"));
  EXPECT_TRUE(says(failures, RuleAspect::kSamples, "negative 1 is found"));
  EXPECT_TRUE(says(failures, RuleAspect::kSamples, "fewer than three negatives"));
  EXPECT_FALSE(says(failures, RuleAspect::kSamples, "positive 1"));
}

// A rule finds what it finds whether another one wins or not.
TEST(RuleTest, RuleThatIsRobbedStillFinds) {
  const auto pack = make_pack(
      {proved("a-wide", "acme_[0-9a-f]{16}[0-9a-f]{0,8}",
              {"acme_{{ hex{16} }}", "acme_{{ hex{24} }}"}),
       proved("b-narrow", "acme_[0-9a-f]{16}", {"acme_{{ hex{16} }}", "acme_{{ hex{16} }}."})});
  const RuleTestResult result = tested(*pack);
  EXPECT_TRUE(result.proofs[0].holds());
  EXPECT_EQ(result.proofs[0].wins_over, std::vector<std::uint32_t>{1});
  const RuleProof& narrow = result.proofs[1];
  EXPECT_EQ(narrow.loses_to, std::vector<std::uint32_t>{0});
  EXPECT_TRUE(says(narrow.failures, RuleAspect::kOverlap, "'a-wide' reports its positives"));
  EXPECT_TRUE(says(narrow.failures, RuleAspect::kDead, "none of its own positives"));
  EXPECT_FALSE(says(narrow.failures, RuleAspect::kSamples, ""));
}

TEST(RuleTest, GivingWayOnPurposeIsNoFailure) {
  std::vector<Rule> rules = {
      proved("a-known", "acme_[0-9a-f]{16}", {"acme_{{ hex{16} }}", "-acme_{{ hex{16} }}"}),
      proved("b-generic", "[a-z]{4}_[0-9a-f]{16}", {"acme_{{ hex{16} }}", "emca_{{ hex{16} }}"}),
      proved("c-family", "acme_[0-9a-f]{16}", {"acme_{{ hex{16} }}", "acme_{{ hex{16} }} "}),
      proved("d-path", "(?:acme|emca)_[0-9a-f]{16}", {"acme_{{ hex{16} }}", "emca_{{ hex{16} }}"})};
  rules[1].generic = true;
  rules[2].family = "a-known";
  rules[3].path = "\\.cfg$";
  const RuleTestResult result = tested(*make_pack(rules));
  EXPECT_TRUE(result.proofs[1].holds());
  EXPECT_EQ(result.proofs[1].gives_way_to, std::vector<std::uint32_t>{0});
  // All that it finds is another's, family or not; and it says the same.
  EXPECT_FALSE(says(result.proofs[2].failures, RuleAspect::kOverlap, ""));
  EXPECT_TRUE(says(result.proofs[2].failures, RuleAspect::kDead, "'a-known' does"));
  EXPECT_TRUE(says(result.proofs[2].failures, RuleAspect::kDuplicate, "'a-known'"));
  // Of a rule for files of one name that is no more than worth knowing.
  EXPECT_TRUE(result.proofs[3].holds());
  EXPECT_TRUE(says(result.proofs[3].warnings, RuleAspect::kDead, "none of its own positives"));
}

TEST(RuleTest, DeadRules) {
  std::vector<Rule> rules = {proved("boundary", "acme\\b[0-9]{6}", {"acme123456", "acme654321"}),
                             proved("allowed", "emca[0-9]{6}", {"emca123456", "emca654321"}),
                             proved("no-path", "meac[0-9]{6}", {"meac123456", "meac654321"}),
                             proved("alive", "ceam[0-9]{6}", {}),
                             proved("no-file", "", {"a/b.key", "b.key"})};
  Allowlist all;
  all.regexes = {"^emca"};
  rules[1].allowlists = {all};
  rules[2].path = "x$y";
  rules[4].path = "\\.key$";
  const RuleTestResult result = tested(*make_pack(rules));
  EXPECT_TRUE(says(result.proofs[0].failures, RuleAspect::kDead, "matches none of"));
  EXPECT_TRUE(says(result.proofs[1].failures, RuleAspect::kDead, "allow lists refuse all"));
  EXPECT_TRUE(says(result.proofs[2].failures, RuleAspect::kDead, "paths made from its path"));
  EXPECT_FALSE(says(result.proofs[3].failures, RuleAspect::kDead, ""));
  EXPECT_TRUE(result.proofs[4].holds());  // the samples of a rule without a regex are paths
}

TEST(RuleTest, SkippedAndRequiredRules) {
  std::vector<Rule> rules = {
      proved("key", "acme_[0-9a-f]{16}", {"acme_{{ hex{16} }} id_123", "acme_{{ hex{16} }}"}),
      proved("part", "id_[0-9]{3}", {"id_123", "id_456"})};
  rules[0].required = {{"part", 1U, {}}};
  rules[1].skip_report = true;
  const RuleTestResult result = tested(*make_pack(rules));
  EXPECT_TRUE(says(result.proofs[0].failures, RuleAspect::kSamples, "positive 2 is not found"));
  EXPECT_FALSE(says(result.proofs[0].failures, RuleAspect::kSamples, "positive 1"));
  EXPECT_TRUE(result.proofs[1].holds());
}

TEST(RuleTest, AnchorsThatAreDear) {
  std::vector<Rule> rules = {make_rule("wide", "acme_[0-9]{4}"),
                             make_rule("whole", "acme_[0-9]{3,}"),
                             make_rule("common", "e [0-9]{4}")};
  rules[0].regex = "acme_[0-9]{40}";
  rules[0].anchor = "acme_[0-9]{20}";
  rules[2].anchor = "e ";
  const auto pack = make_pack(rules);
  EXPECT_TRUE(says(anchor_remarks(pack->rules()[0]), RuleAspect::kAnchor, "25 bytes wide"));
  EXPECT_TRUE(says(anchor_remarks(pack->rules()[1]), RuleAspect::kAnchor, "whole blob"));
  EXPECT_TRUE(says(anchor_remarks(pack->rules()[2]), RuleAspect::kAnchor, "in a megabyte"));
}

// The counts are those of a slow count of the literal itself.
TEST(RuleTest, CostIsCounted) {
  Rule rule = make_rule("return", "return[0-9]{9}");
  rule.anchor = "return";
  const auto pack = make_pack({rule});
  const std::size_t bytes = 600'000;
  const ByteString text = code_like_text(bytes, 20261121);
  std::size_t expected = 0;
  for (std::size_t at = text.find("return"); at != ByteString::npos;
       at = text.find("return", at + 1)) {
    ++expected;
  }
  const auto costs = count_rule_costs(*pack, text);
  ASSERT_TRUE(costs.ok());
  ASSERT_GT(expected, 20U);
  // What the edges of pieces cut is not seen.
  EXPECT_LE((*costs)[0].called, expected);
  EXPECT_GE((*costs)[0].called + 3, expected);
  EXPECT_LE((*costs)[0].stored, (*costs)[0].called);
  EXPECT_EQ(tested(*pack, bytes).dearest(5), std::vector<std::uint32_t>{0});
}

TEST(RuleTest, ResultIsTheSameEveryTime) {
  EXPECT_EQ(code_like_text(10'000, 1), code_like_text(10'000, 1));
  EXPECT_NE(code_like_text(10'000, 1), code_like_text(10'000, 2));
  EXPECT_EQ(code_like_text(10'000, 1).substr(0, 5'000), code_like_text(5'000, 1));
}

TEST(RegexDraw, DrawsMatch) {
  std::mt19937_64 random(1);
  for (const char* pattern : {"acme_[0-9a-f]{8,12}", "(?i:key)(?:=|:)[^\"\\s]{3,9}",
                              "(?:a|bc|[d-f]{2})+x?", "[^a]b*?c{2,}"}) {
    Rule rule = make_rule("r", pattern);
    const auto regex = parse_regex(pattern);
    ASSERT_TRUE(regex.ok());
    for (const DrawLength length : {DrawLength::kShort, DrawLength::kLongest}) {
      for (int i = 0; i < 20; ++i) {
        const auto text = draw_text(regex.value(), length, &random);
        ASSERT_TRUE(text.has_value());
        EXPECT_TRUE(re2::RE2::FullMatch(*text, pattern)) << pattern << " on " << *text;
      }
    }
  }
}

TEST(NearMiss, TextsHaveTheirSizeAndGrow) {
  const auto compiled =
      compile_rule(proved("acme", "\\bacme_[0-9a-f]{16}\\b", {"acme_{{ hex{16} }}"}));
  ASSERT_TRUE(compiled.ok());
  const auto small = near_misses(compiled.value(), 1000);
  const auto large = near_misses(compiled.value(), 2000);
  ASSERT_EQ(small.size(), large.size());
  EXPECT_GE(small.size(), 8U);
  for (std::size_t i = 0; i < small.size(); ++i) {
    EXPECT_EQ(small[i].text.size(), 1000U);
    EXPECT_EQ(large[i].text.substr(0, 1000), small[i].text) << small[i].kind;
  }
}

// What `test_rules` leans on: what a rule accepts does not depend on the rules beside it.
TEST(RuleTest, RuleAloneAcceptsWhatItAcceptsAmongAll) {
  auto rules = load_rules(default_rule_files());
  ASSERT_TRUE(rules.ok());
  const auto all = RulePack::compile(rules.value());
  ASSERT_TRUE(all.ok());
  auto scanner = Scanner::create(all->get());
  ASSERT_TRUE(scanner.ok());
  ScanState state;
  const std::size_t step = 23;
  for (std::size_t i = 0; i < (*all)->rules().size(); i += step) {
    const Rule& rule = (*all)->rules()[i].rule;
    if (rule.regex.empty() || !rule.required.empty()) continue;
    const auto alone = make_pack({rule}, rules->allowlists);
    ASSERT_NE(alone, nullptr);
    auto own = Scanner::create(alone.get());
    for (const auto* samples : {&rule.positives, &rule.negatives}) {
      for (const std::string& sample : *samples) {
        const auto text = expand_sample(sample, 1);
        ASSERT_TRUE(text.ok());
        (void)scanner->scan(text.value(), &state);
        const bool among = std::any_of(
            state.verdicts.begin(), state.verdicts.end(),
            [&](const Verdict& verdict) { return verdict.accepted && verdict.rule == i; });
        EXPECT_EQ(!own->scan(text.value()).empty(), among) << rule.id << ": " << sample;
      }
    }
  }
}

}  // namespace
}  // namespace dragnet
