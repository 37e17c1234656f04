#include "match/precheck.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <vector>

#include "match/anchor.h"
#include "match/confirm.h"
#include "match/hyperscan.h"
#include "match/random_regex.h"
#include "match/regex_store.h"
#include "match/rule_maker.h"

namespace dragnet {
namespace {

Precheck precheck_of(const std::string& regex, const std::string& anchor) {
  return Precheck::derive(parse_regex(regex).value(), parse_regex(anchor).value());
}

std::vector<AnchorHit> hits_of(const RulePack& pack, const std::string& text) {
  const auto scratch = HyperscanScratch::allocate(pack.database());
  std::vector<AnchorHit> hits;
  scratch->scan(pack.database(), text, &hits);
  return hits;
}

// Ends, tail included, of anchors that Hyperscan reports and nothing else is asked of.
std::vector<std::uint64_t> bare_ends(const CompiledRule& rule, const std::string& text) {
  std::size_t bad = 0;
  const auto database = HyperscanDatabase::compile(std::vector{rule.anchor.pattern}, &bad);
  const auto scratch = HyperscanScratch::allocate(*database);
  std::vector<AnchorHit> hits;
  scratch->scan(*database, text, &hits);
  std::vector<std::uint64_t> ends;
  for (const AnchorHit& hit : hits) {
    const std::uint64_t end = std::uint64_t{hit.end} + rule.precheck.tail();
    if (end <= text.size()) ends.push_back(end);
  }
  return ends;
}

enum class Given { kNothing, kUnbounded, kAnchor };

// Whatever RE2 matches, from whichever byte, has an anchor that passes, though the check sees no
// byte after the match and one before it. Every third word starts where a match has to, at \b.
void every_match_passes(Given given, std::uint32_t seeds) {
  std::size_t matches = 0;
  std::size_t refused = 0;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    RegexGenerator generator(seed);
    RegexSample sample = generator.sequence(3, given == Given::kUnbounded);
    Rule made = make_rule("r", sample.regex);
    if (given == Given::kAnchor) {
      const RegexSample more = generator.sequence(2, false);
      sample = {sample.regex + "k(?:Y|z)" + more.regex, sample.match + "kY" + more.match};
      made.regex = sample.regex;
      made.anchor = seed % 2 == 0 ? "k[Yz]" : "kY|z";
    }
    if (seed % 3 == 0) made.regex = "\\b(?:" + sample.regex + ")";
    if (seed % 7 == 1) made.regex = "(?:^|[^a-c])" + made.regex;
    if (seed % 7 == 2) made.regex = "(?:\\b|[xy])" + made.regex;
    if (seed % 7 == 3) made.regex = "(?m)(?:^|z)" + made.regex;
    if (seed % 7 == 4 && given != Given::kAnchor) {
      const RegexSample more = generator.sequence(2, false);
      made.regex = "(?:" + sample.regex + ")(?:\\b|_)" + (seed % 2 == 0 ? "=?\\b" : "") +
                   "(?:" + more.regex + ")";
      sample.match += (seed % 4 < 2 ? "=" : "_") + more.match;
    }
    const auto pack = make_pack({made});
    if (!pack) continue;  // no mandatory byte, or nested repeats above RE2's limit
    const CompiledRule& rule = pack->rules()[0];
    const std::string text =
        generator.noise(6) + sample.match + generator.noise(3) + sample.match + generator.noise(6);
    const std::vector<AnchorHit> hits = hits_of(*pack, text);
    re2::StringPiece found;
    std::size_t from = 0;
    while (from <= text.size() &&
           pack->regexes().at(0).Match(text, from, text.size(), re2::RE2::UNANCHORED, &found, 1)) {
      const auto start = static_cast<std::size_t>(found.data() - text.data());
      const std::size_t end = start + found.size();
      const auto passing = std::find_if(hits.begin(), hits.end(), [&](const AnchorHit& hit) {
        return hit.end >= start + rule.anchor.min_width && hit.end <= end &&
               rule.precheck.passes(text, start, hit.end, end);
      });
      ASSERT_NE(passing, hits.end())
          << "seed " << seed << " regex " << made.regex << " anchor " << rule.anchor.pattern
          << " text '" << text << "' match at " << start << " to " << end;
      // Of the leftmost match confirm also says so (a later one may lie under an earlier one).
      if (from == 0 && !rule.whole_blob()) {
        const bool confirmed = std::any_of(hits.begin(), hits.end(), [&](const AnchorHit& hit) {
          const auto yielded = confirm_anchor(*pack, 0, text, hit.end);
          return yielded && yielded->match_start == start && yielded->match_end == end;
        });
        ASSERT_TRUE(confirmed) << "seed " << seed << " regex " << sample.regex << " in " << text;
      }
      ++matches;
      from = start + 1;
    }
    for (const std::uint64_t end : bare_ends(rule, text)) {
      const bool passes = rule.precheck.passes(text, 0, end, text.size());
      refused += passes ? 0 : 1;
      // What was not even reported is refused.
      const bool reported = std::any_of(hits.begin(), hits.end(),
                                        [&](const AnchorHit& hit) { return hit.end == end; });
      ASSERT_TRUE(reported || !passes) << sample.regex << " at " << end << " of " << text;
    }
  }
  EXPECT_GT(matches, seeds);
  EXPECT_GT(refused, seeds / 10);
}

TEST(Precheck, LosesNoMatchOfABoundedRegex) { every_match_passes(Given::kNothing, 400); }
TEST(Precheck, LosesNoMatchOfAnUnboundedRegex) { every_match_passes(Given::kUnbounded, 400); }
TEST(Precheck, LosesNoMatchOfAGivenAnchor) { every_match_passes(Given::kAnchor, 400); }

TEST(Precheck, AWordsStartNeedsAByteThatIsNone) {
  const Precheck check = precheck_of("\\bpat[0-9]{4}", "pat");
  const auto passes = [&](const std::string& text) {
    const std::size_t end = text.find("pat") + 3;
    return check.passes(text, end - 3, end, text.size());
  };
  for (const char* text : {"pat1234", " pat1234", "-pat1234"}) EXPECT_TRUE(passes(text)) << text;
  for (const char* text : {"spat1234", "_pat1234", "7pat1234"}) EXPECT_FALSE(passes(text)) << text;
}

bool passes_at(const Precheck& check, const std::string& text, const std::string& anchor) {
  const std::size_t start = text.find(anchor);
  return check.passes(text, 0, start + anchor.size(), text.size());
}

TEST(Precheck, ABoundaryCountsInOneAlternativeToo) {
  const Precheck check = precheck_of("(?:mailgun|\\bmg)[a-z ]{0,9}[0-9]{4}", "mailgun|mg");
  for (const char* text : {"mg key 1234", "a mg1234"}) {
    EXPECT_TRUE(passes_at(check, text, "mg")) << text;
  }
  for (const char* text : {"img key 1234", "_mg1234"}) {
    EXPECT_FALSE(passes_at(check, text, "mg")) << text;
  }
  EXPECT_TRUE(passes_at(check, "amailgun 1234", "mailgun"));
}

TEST(Precheck, ABoundaryWithinAMatchCounts) {
  const Precheck check = precheck_of("key[a-z =-]{0,9}\\b[0-9]{4}", "key");
  EXPECT_TRUE(passes_at(check, "key = 1234", "key"));
  EXPECT_FALSE(passes_at(check, "key1234", "key"));
  EXPECT_FALSE(passes_at(check, "key abc1234", "key"));
}

TEST(Precheck, AByteOfAClassOrTheTextsStartInFront) {
  const Precheck check = precheck_of("(?:^|[^a-z])EAA[0-9]{4}", "EAA");
  EXPECT_TRUE(passes_at(check, "EAA1234", "EAA"));
  EXPECT_TRUE(passes_at(check, "-EAA1234", "EAA"));
  EXPECT_FALSE(passes_at(check, "xEAA1234", "EAA"));
  const Precheck lines = precheck_of("(?m)^EAA[0-9]{4}", "EAA");
  EXPECT_TRUE(passes_at(lines, "EAA1234", "EAA"));
  EXPECT_TRUE(passes_at(lines, "-\nEAA1234", "EAA"));
  EXPECT_FALSE(passes_at(lines, "-EAA1234", "EAA"));
}

TEST(Precheck, AnAnchorThatTheSecretMayHoldIsLookedForInFront) {
  const Precheck check = precheck_of("auth['\"]?[ ]{0,3}=([a-z=]{4,40});", "auth['\" =]");
  EXPECT_TRUE(passes_at(check, "auth =abcd;", "auth "));
  EXPECT_FALSE(passes_at(check, "x=abcd auth=;", "auth="));
  EXPECT_FALSE(passes_at(check, "abcauth=;", "auth="));
}

TEST(Precheck, AGlanceReadsTheTailAndOneByteMore) {
  Precheck check = precheck_of("[xy]key_[0-9]{3,5};", "key_");
  check.set_tail(2);
  EXPECT_EQ(check.tail(), 2U);
  EXPECT_EQ(check.least_before(), 7U);
  const AnchorGlance glance(check, 6);
  const auto end = [&](const std::string& text) {
    return glance.anchor_end(text, text.find("key_") + 4);
  };
  EXPECT_EQ(end("xkey_123;"), 7U);
  EXPECT_EQ(end("xkey_123x"), 7U);  // the fourth byte after is not looked at
  EXPECT_EQ(end("xkey_12"), 7U);    // what may follow is not there to see
  EXPECT_EQ(end("key_123;"), 6U);
  for (const char* text : {"xkey_1", "xkey_12;", "xkey_x23;", "zkey_123;"})
    EXPECT_EQ(end(text), 0U);
}

TEST(Precheck, ReadsOnFromTheAnchor) {
  const Precheck check = precheck_of("[xy]key_[0-9]{3,5};", "key_");
  const auto passes = [&](const std::string& text) {
    return check.passes(text, 0, text.find("key_") + 4, text.size());
  };
  EXPECT_TRUE(passes("xkey_123;"));
  EXPECT_TRUE(passes("  ykey_12345;  "));
  for (const char* text :
       {"key_123;", "zkey_123;", "xkey_12;", "xkey_123456;", "xkey_123", "xkey_"}) {
    EXPECT_FALSE(passes(text)) << text;
  }
  EXPECT_EQ(check.least_before(), 5U);
}

TEST(Precheck, KnowsTheAnchorFromARunThatReadsTheSame) {
  // "pass" could be the middle of [a-z]{0,9}, but every match has it where it is written.
  const Precheck check = precheck_of("(?i)[a-z]{0,9}pass[ \\t]*=[a-z]{4}", "(?i)pass");
  const std::string prose = "passengers=";
  EXPECT_FALSE(check.passes(prose, 0, 4, prose.size()));
  const std::string value = "my_PASS \t =abcd";
  EXPECT_TRUE(check.passes(value, 0, 7, value.size()));
}

TEST(Precheck, LongRepeatsAreCutToLoops) {
  const Precheck check = precheck_of("ab[0-9]{20,900};", "ab");
  const std::string text = "ab" + std::string(300, '7') + ";";
  EXPECT_TRUE(check.passes(text, 0, 2, text.size()));
  const std::string broken = "ab" + std::string(19, '7') + "x;";
  EXPECT_FALSE(check.passes(broken, 0, 2, broken.size()));
}

TEST(Precheck, AnAnchorWithAnAssertionIsReadEverywhere) {
  // Hyperscan reports \bab only at the word's start, which is the second place of the two.
  const Precheck check = precheck_of("ab\\.ab[0-9]", "\\bab");
  const std::string text = "xab.ab7";
  EXPECT_TRUE(check.passes(text, 0, 6, text.size()));
}

TEST(Precheck, HugeRegexesLetEverythingPass) {
  std::string regex = "ab";
  for (int i = 0; i < 60; ++i) regex += "(?:[a-f]{0,40}[0-9]{0,40}){0,9}";
  const Precheck check = precheck_of(regex, "ab");
  EXPECT_TRUE(check.passes("ab", 0, 2, 2));
}

}  // namespace
}  // namespace dragnet
