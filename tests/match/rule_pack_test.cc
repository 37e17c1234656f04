#include "match/rule_pack.h"

#include <gtest/gtest.h>

#include <random>

#include "match/rule_maker.h"
#include "match/scanner.h"
#include "rules/loader.h"

namespace dragnet {
namespace {

TEST(RulePack, ComesBackFromItsBytes) {
  Rule rule = make_rule("a", "tok_([0-9a-f]{8})");
  rule.remediation = "Revoke it.";
  rule.allowlists.emplace_back().stopwords = {"zz"};
  rule.lookahead = 20;
  const auto pack = make_pack({rule});
  const auto bytes = pack->to_bytes();
  ASSERT_TRUE(bytes.ok());
  const auto again = RulePack::from_bytes(*bytes);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*again)->hash(), pack->hash());
  EXPECT_EQ((*again)->rules()[0].rule.remediation, "Revoke it.");
  const CompiledRule& compiled = (*again)->rules()[0];
  EXPECT_EQ(compiled.lookahead, 20U - compiled.precheck.tail());
  EXPECT_EQ(compiled.precheck.tail(), pack->rules()[0].precheck.tail());
  EXPECT_EQ((*again)->anchor_width(), pack->anchor_width());
  auto scanner = Scanner::create(again->get());
  EXPECT_EQ(scanner->scan("tok_0123abcd").size(), 1U);
}

TEST(RulePack, DamagedBytesGiveAnError) {
  const auto bytes = make_pack({make_rule("a", "tok_([0-9a-f]{8})")})->to_bytes();
  ASSERT_TRUE(bytes.ok());
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    ByteString copy = *bytes;
    copy[random() % copy.size()] ^= static_cast<char>(1 << random() % 8);
    EXPECT_FALSE(RulePack::from_bytes(copy).ok());
  }
  for (std::size_t size = 0; size < bytes->size(); size += 1 + size / 7) {
    EXPECT_FALSE(RulePack::from_bytes(ByteView(*bytes).substr(0, size)).ok());
  }
  EXPECT_FALSE(RulePack::from_bytes(*bytes + "x").ok());
}

TEST(RulePack, RefusalsNameFileLineAndRule) {
  const auto error_of = [](const Rule& rule) {
    RuleSet set;
    set.rules = {rule};
    const auto pack = RulePack::compile(std::move(set));
    return pack ? std::string() : pack.error().text();
  };
  EXPECT_EQ(error_of(make_rule("bad", "tok[")).find("test.toml:1: rule 'bad': RE2 refuses it"), 0U);
  EXPECT_NE(error_of(make_rule("vague", ".*")).find("mandatory"), std::string::npos);
  Rule check = make_rule("c", "tok_abc");
  check.check = "nope";
  EXPECT_NE(error_of(check).find("unknown check 'nope'; use one of: "), std::string::npos);
  Rule list = make_rule("l", "tok_abc");
  list.allowlists.emplace_back().regexes = {"("};
  EXPECT_NE(error_of(list).find("allowlist regex '('"), std::string::npos);
  Rule group = make_rule("g", "tok_(abc)");
  group.secret_group = 2;
  EXPECT_NE(error_of(group).find("secretGroup"), std::string::npos);
}

TEST(RulePack, DefaultRulesCompileWithNarrowAnchors) {
  auto rules = load_rules(default_rule_files());
  ASSERT_TRUE(rules.ok()) << rules.error().text();
  EXPECT_GE(rules->rules.size(), 250U);
  const auto pack = RulePack::compile(std::move(rules).value());
  ASSERT_TRUE(pack.ok()) << pack.error().text();
  // It is the margin of every seam that the delta scan reads.
  EXPECT_LE((*pack)->anchor_width(), 16U);
}

}  // namespace
}  // namespace dragnet
