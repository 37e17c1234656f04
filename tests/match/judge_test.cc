#include "match/judge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <tuple>

#include "match/confirm.h"
#include "match/encode.h"
#include "match/match_relations.h"
#include "match/rule_maker.h"
#include "match/scanner.h"

namespace dragnet {
namespace {

std::size_t found(const std::shared_ptr<const RulePack>& pack, ByteView text) {
  auto scanner = Scanner::create(pack.get());
  return scanner->scan(text).size();
}

Allowlist list_of(std::vector<std::string> regexes, Allowlist::Target target) {
  Allowlist list;
  list.regexes = std::move(regexes);
  list.regex_target = target;
  return list;
}

TEST(Judge, EntropyBelowTheRulesIsNoFinding) {
  Rule rule = make_rule("e", "tok_([a-z0-9]{12})");
  rule.entropy = 3;
  const auto pack = make_pack({rule});
  EXPECT_EQ(found(pack, "tok_aaaabbbbaaaa"), 0U);
  EXPECT_EQ(found(pack, "tok_a1b2c3d4e5f6"), 1U);
}

TEST(Judge, AllowlistsLookAtSecretMatchOrLine) {
  Rule rule = make_rule("a", "tok=([a-z]{6})");
  for (const auto& [target, text, count] :
       {std::tuple(Allowlist::Target::kSecret, "x tok=abcdef y", 0U),
        std::tuple(Allowlist::Target::kSecret, "abc tok=fffabq y", 1U),
        std::tuple(Allowlist::Target::kMatch, "x tok=abcdef y", 0U),
        std::tuple(Allowlist::Target::kLine, "abc tok=zzzzzz y", 0U),
        std::tuple(Allowlist::Target::kLine, "abc\ntok=zzzzzz y", 1U)}) {
    rule.allowlists = {list_of({"abc"}, target)};
    EXPECT_EQ(found(make_pack({rule}), text), count) << text;
  }
}

TEST(Judge, StopwordsIgnoreCase) {
  Rule rule = make_rule("s", "tok=([a-zA-Z]{8})");
  Allowlist list;
  list.stopwords = {"DumMy"};
  rule.allowlists = {list};
  EXPECT_EQ(found(make_pack({rule}), "tok=xdUMMYxx"), 0U);
  EXPECT_EQ(found(make_pack({rule}), "tok=xdUMMxxx"), 1U);
}

TEST(Judge, AndNeedsAllKinds) {
  Rule rule = make_rule("s", "tok=([a-z]{8})");
  Allowlist list = list_of({"^aa"}, Allowlist::Target::kSecret);
  list.stopwords = {"zz"};
  list.condition = Allowlist::Condition::kAnd;
  rule.allowlists = {list};
  const auto pack = make_pack({rule});
  EXPECT_EQ(found(pack, "tok=aabbbbzz"), 0U);
  EXPECT_EQ(found(pack, "tok=aabbbbbb"), 1U);
  EXPECT_EQ(found(pack, "tok=bbbbbbzz"), 1U);
}

TEST(Judge, GlobalListsKeepToTheirTargets) {
  Allowlist list = list_of({"."}, Allowlist::Target::kSecret);
  list.target_rules = {"one"};
  const auto pack =
      make_pack({make_rule("one", "one=[a-z]{6}"), make_rule("two", "two=[a-z]{6}")}, {list});
  EXPECT_EQ(found(pack, "one=abcdef two=abcdef"), 1U);
}

TEST(Judge, AnEncodedPasswordThatIsNoWordIsAskedOfTheModel) {
  Rule rule = make_rule("basic", "Basic ([0-9A-Za-z+/]{8,80}={0,2})");
  rule.check = "base64-user-pass";
  const auto pack = make_pack({rule});
  ASSERT_TRUE(pack);
  auto scanner = Scanner::create(pack.get());
  const auto odds = [&](const std::string& credentials) {
    const auto& matches = scanner->scan("Basic " + test_support::to_base64(credentials));
    return matches.size() == 1 ? matches[0].log_odds : std::nullopt;
  };
  // It is never taken for less than what it is: a password.
  ASSERT_TRUE(odds("ci:x7kQ2vRt9w"));
  EXPECT_GT(*odds("ci:x7kQ2vRt9w"), 0.3F);
  ASSERT_TRUE(odds("ci:qzvj"));
  EXPECT_GT(*odds("ci:qzvj"), 0.3F);
  for (const char* words :
       {"user:password", "spring:boot", "ci:correct-horse", "aladdin:password1"}) {
    EXPECT_FALSE(odds(words)) << words;
  }
}

// A Kubernetes secret holds words in base64, which are as much of a secret as those words.
TEST(Judge, WhatIsEncodedIsJudgedAsItsText) {
  Rule rule = make_rule("names", "(?i:passw)");
  rule.names = {"passw"};
  const auto pack = make_pack({rule});
  ASSERT_TRUE(pack);
  auto scanner = Scanner::create(pack.get());
  const auto odds = [&](const std::string& value) -> float {
    const auto& matches = scanner->scan("  password: " + value + "\n");
    return matches.size() == 1 ? matches[0].log_odds.value_or(-50.0F) : -100;
  };
  const auto encoded = [&](const std::string& text) { return odds(test_support::to_base64(text)); };
  for (const char* text : {"qwerty", "CHANGEME!", "SUPER_SECRET_PASSWORD", "some words here",
                           "abcdefghijklmnop", "admin", "very-secret\n"}) {
    EXPECT_LT(encoded(text), 0) << text;
  }
  for (const char* text : {"x7kQ2vRt9w", "svc:x7kQ2vRt9wZZ", "Tz7!kQ2vRt9w#"}) {
    EXPECT_GT(encoded(text), 0) << text;
  }
  EXPECT_GT(encoded("\x9b\xc1\x12\xfe\x44\x90\x8a\xd3\xe5"), 0);
}

TEST(Judge, AKeywordMayStandAnywhereInTheBlob) {
  Rule rule = make_rule("k", "tok=[a-z]{6}");
  rule.keywords = {"acme"};
  const auto pack = make_pack({rule});
  EXPECT_EQ(found(pack, "tok=abcdef"), 0U);
  EXPECT_EQ(found(pack, "tok=abcdef\n\nfrom aCMe"), 1U);
}

TEST(Judge, RequiredNeighbours) {
  Rule rule = make_rule("main", "tok=[a-z]{6}");
  RequiredRule near;
  near.id = "other";
  near.within_lines = 2;
  rule.required = {near};
  Rule other = make_rule("other", "host=[a-z]{3}");
  other.skip_report = true;
  const auto pack = make_pack({rule, other});
  EXPECT_EQ(found(pack, "tok=abcdef\n\nhost=abc"), 1U);
  EXPECT_EQ(found(pack, "tok=abcdef\n\n\nhost=abc"), 0U);
  EXPECT_EQ(found(pack, "tok=abcdef"), 0U);
  EXPECT_EQ(found(pack, "host=abc"), 0U);
}

TEST(Judge, CompanionsNearbyAreMarked) {
  Rule rule = make_rule("id", "id=[a-z]{6}");
  rule.companions = {"key"};
  const auto pack = make_pack({rule, make_rule("key", "key=[a-z]{6}")});
  auto scanner = Scanner::create(pack.get());
  EXPECT_TRUE(scanner->scan("id=abcdef\nkey=abcdef")[0].companion);
  EXPECT_FALSE(scanner->scan("id=abcdef\n" + std::string(3000, '.') + "key=abcdef")[0].companion);
}

TEST(Judge, PathRulesAndListsAreDecidedLater) {
  Rule rule = make_rule("p", "tok=([a-z]{6})");
  rule.path = "\\.env$";
  Allowlist by_path;
  by_path.paths = {"^tests/"};
  Allowlist both = list_of({"^aa"}, Allowlist::Target::kSecret);
  both.paths = {"^docs/"};
  both.commits = {"ABCDEF"};
  both.condition = Allowlist::Condition::kAnd;
  rule.allowlists = {by_path, both};
  const auto pack = make_pack({rule});
  auto scanner = Scanner::create(pack.get());
  const PathJudge judge(pack.get());
  const std::uint64_t plain = scanner->scan("tok=zzzzzz")[0].path_lists;
  const std::uint64_t listed = scanner->scan("tok=aazzzz")[0].path_lists;
  EXPECT_TRUE(judge.accepts(0, plain, "a/.env", ""));
  EXPECT_FALSE(judge.accepts(0, plain, "a/.txt", ""));
  EXPECT_FALSE(judge.accepts(0, plain, "tests/.env", ""));
  EXPECT_TRUE(judge.accepts(0, plain, "docs/.env", "abcdef0123"));
  EXPECT_FALSE(judge.accepts(0, listed, "docs/.env", "abcdef0123"));
  EXPECT_TRUE(judge.accepts(0, listed, "docs/.env", "1bcdef0123"));
  EXPECT_TRUE(judge.depends_on_path(0));
}

// What the fit of the value model leaves out is what a scan leaves out whatever the model says.
TEST(Judge, WhatIsRuledOutIsNeverAskedOfTheModel) {
  Rule rule = make_rule("p", "tok=([a-z]{6,40})");
  Allowlist by_path = list_of({"^aa"}, Allowlist::Target::kSecret);
  by_path.paths = {"^docs/"};
  by_path.condition = Allowlist::Condition::kAnd;
  rule.allowlists = {list_of({"^zz"}, Allowlist::Target::kSecret), by_path};
  const auto pack = make_pack({rule});
  const auto is_out = [&](ByteView text, ByteView path) {
    const auto places = confirm_whole(*pack, 0, text);
    EXPECT_EQ(places.size(), 1U) << text;
    return places.size() == 1 && ruled_out(*pack, 0, text, places[0], path);
  };
  EXPECT_TRUE(is_out("tok=zzqxkvwj", "a.c"));
  EXPECT_TRUE(is_out("tok=aaqxkvwj", "docs/a.c"));
  EXPECT_FALSE(is_out("tok=aaqxkvwj", "a.c"));
  EXPECT_FALSE(is_out("tok=qxkvwjpt", "docs/a.c"));
  EXPECT_TRUE(is_out("tok=passwordexample", "a.c"));
}

// The standing of two matches, spelled out.
bool better(const RulePack& pack, const Match& a, const Match& b) {
  const auto confirmed = [](const Match& m) { return m.check == CheckResult::kPasses; };
  const auto generic = [&](const Match& m) { return pack.rules()[m.rule].rule.generic; };
  if (confirmed(a) != confirmed(b)) return confirmed(a);
  const auto path = [&](const Match& m) { return !pack.rules()[m.rule].rule.path.empty(); };
  if (path(a) != path(b)) return path(b);
  if (generic(a) != generic(b)) return generic(b);
  if (a.end - a.start != b.end - b.start) return a.end - a.start > b.end - b.start;
  if (a.rule != b.rule) return a.rule < b.rule;  // ids are in order here
  return a.start < b.start;
}

TEST(Overlaps, EqualTheSlowWay) {
  Rule generic = make_rule("c", "c");
  generic.generic = true;
  Rule in_one = make_rule("d", "d");
  in_one.path = "one$";
  Rule in_two = make_rule("e", "e");
  in_two.path = "two$";
  const auto pack = make_pack({make_rule("a", "a"), make_rule("b", "b"), generic, in_one, in_two});
  std::mt19937 random(11);
  for (int round = 0; round < 5000; ++round) {
    std::vector<Match> matches(random() % 12);
    for (Match& match : matches) {
      match.rule = static_cast<std::uint32_t>(random() % 5);
      match.start = match.match_start = random() % 30;
      match.end = match.match_end = match.start + 1 + random() % 10;
      // One rule's check on the same bytes has one result.
      match.check = (match.rule + match.start + match.end) % 4 == 0 ? CheckResult::kPasses
                                                                    : CheckResult::kPlausible;
    }
    std::vector<Match> rest = matches;
    std::stable_sort(rest.begin(), rest.end(),
                     [&](const Match& a, const Match& b) { return better(*pack, a, b); });
    std::vector<std::pair<Match, std::set<std::uint32_t>>> kept;
    for (const Match& match : rest) {
      bool free = true;
      for (auto& [winner, also] : kept) {
        if (winner.end <= match.start || match.end <= winner.start) continue;
        // Files have one name.
        if (winner.rule + match.rule == 7) continue;
        free = false;
        if (winner.rule != match.rule) also.insert(match.rule);
      }
      if (free) kept.push_back({match, {}});
    }
    const auto order = [](const Match& m) { return std::tuple(m.start, m.end, m.rule); };
    std::sort(kept.begin(), kept.end(),
              [&](const auto& a, const auto& b) { return order(a.first) < order(b.first); });
    resolve_overlaps(*pack, &matches);
    ASSERT_EQ(matches.size(), kept.size());
    for (std::size_t i = 0; i < kept.size(); ++i) {
      EXPECT_EQ(matches[i].start, kept[i].first.start);
      EXPECT_EQ(matches[i].rule, kept[i].first.rule);
      EXPECT_EQ(std::set<std::uint32_t>(matches[i].also.begin(), matches[i].also.end()),
                kept[i].second);
    }
  }
}

}  // namespace
}  // namespace dragnet
