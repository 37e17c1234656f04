#include "match/anchor.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <vector>

#include "match/hyperscan.h"
#include "match/random_regex.h"

namespace dragnet {
namespace {

re2::RE2::Options latin1() {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  return options;
}

// Whether Hyperscan sees the anchor in the text, ending where its reach to both sides covers [from,
// to). (Not asked of RE2: of "[a-c]|[Bb]" its 2022 version loses the B.)
bool anchored(const Anchor& anchor, const std::string& text, std::size_t from, std::size_t to) {
  std::size_t bad = 0;
  const auto database = HyperscanDatabase::compile(std::vector{anchor.pattern}, &bad);
  if (!database) return false;
  const auto scratch = HyperscanScratch::allocate(*database);
  std::vector<AnchorHit> hits;
  scratch->scan(*database, text, &hits);
  return std::any_of(hits.begin(), hits.end(), [&](const AnchorHit& hit) {
    return hit.end >= from + anchor.min_width && hit.end <= to &&
           (!anchor.lookbehind || hit.end - from <= *anchor.lookbehind) &&
           (!anchor.lookahead || to - hit.end <= *anchor.lookahead);
  });
}

// The promise that everything rests on: whatever the regex matches holds its anchor, with the whole
// match within reach.
void every_match_has_its_anchor(bool unbounded, std::uint32_t seeds) {
  int derived = 0;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    RegexGenerator generator(seed);
    const RegexSample sample = generator.sequence(3, unbounded);
    const re2::RE2 regex(sample.regex, latin1());
    if (!regex.ok()) continue;  // nested repeats above RE2's limit
    const auto anchor = derive_anchor(sample.regex);
    if (!anchor) continue;  // every part can be absent
    ++derived;
    ASSERT_LE(anchor->min_width, anchor->max_width) << sample.regex;
    ASSERT_LE(anchor->max_width, kMaxAnchorWidth) << sample.regex;
    const std::string before = generator.noise(6);
    const std::string text = before + sample.match + generator.noise(6);
    ASSERT_TRUE(anchored(*anchor, text, before.size(), before.size() + sample.match.size()))
        << "seed " << seed << " regex " << sample.regex << " anchor " << anchor->pattern << " text "
        << text;
  }
  EXPECT_GT(derived, static_cast<int>(seeds / 3));
}

TEST(Anchor, StandsInEveryMatchOfABoundedRegex) { every_match_has_its_anchor(false, 4000); }
TEST(Anchor, StandsInEveryMatchOfAnUnboundedRegex) { every_match_has_its_anchor(true, 2000); }

TEST(Anchor, IsTheRarePart) {
  const auto anchor = derive_anchor("[a-z]{1,20}_qzx[0-9]{4,8}");
  ASSERT_TRUE(anchor.ok());
  EXPECT_NE(anchor->pattern.find("\\x71\\x7a\\x78"), std::string::npos) << anchor->pattern;
}

TEST(Anchor, ReachIsThatOfTheRegex) {
  const auto anchor = derive_anchor("abc[0-9]{2}zzqqj[a-f]{3,7}");
  ASSERT_TRUE(anchor.ok());
  ASSERT_TRUE(anchor->lookbehind && anchor->lookahead);
  EXPECT_EQ(*anchor->lookbehind + *anchor->lookahead, 3U + 2 + 5 + 7);
}

TEST(Anchor, UnboundedReachIsSaidSo) {
  const auto anchor = derive_anchor("zzqqj[a-f]+");
  ASSERT_TRUE(anchor.ok());
  EXPECT_FALSE(anchor->lookahead.has_value());
}

TEST(Anchor, RefusesARegexWithoutAMandatoryByte) {
  for (const char* regex : {".*", "a?b*", "(?:a|)", "[\\s\\S]{3}", ""}) {
    const auto anchor = derive_anchor(regex);
    ASSERT_FALSE(anchor.ok()) << regex;
    EXPECT_NE(anchor.error().message.find("mandatory"), std::string::npos);
    EXPECT_FALSE(anchor.error().hint.empty());
  }
}

TEST(Anchor, AWholeTextWithoutALiteralNeedsNone) {
  for (const char* regex : {"\\A[0-9a-f]{32}\\s?\\z", "^(\\w{8})\\z"}) {
    const auto anchor = derive_anchor(regex);
    ASSERT_TRUE(anchor) << regex;
    EXPECT_TRUE(anchor->whole_text) << regex;
    EXPECT_TRUE(anchor->pattern.empty()) << regex;
  }
  EXPECT_EQ(derive_anchor("\\A[0-9a-f]{32}\\s?\\z")->max_width, 33U);
  // With a literal it is looked for as any other; without both ends, or unbounded, it is no whole.
  for (const char* regex : {"\\Aghx_[0-9a-f]{32}\\z", "\\A[0-9a-f]{32}", "[0-9a-f]{32}\\z",
                            "\\A[0-9a-f]{32,}\\z", "\\A[0-9a-f]{32}\\\\z", "(?m)^[0-9a-f]{32}\\z",
                            "\\A[0-9a-f]{4}|[0-9a-f]{32}\\z", "\\A[0-9a-f]{2000}\\z"}) {
    const auto anchor = derive_anchor(regex);
    EXPECT_TRUE(!anchor || !anchor->whole_text) << regex;
  }
}

TEST(Anchor, AGivenOneMustBeBounded) {
  EXPECT_TRUE(check_anchor("key[=:]", "key[=:][a-z]{8}").ok());
  EXPECT_FALSE(check_anchor("key.*", "key.*").ok());
  EXPECT_FALSE(check_anchor("a{65}", "a{65}").ok());
  EXPECT_FALSE(check_anchor("x?", "x?").ok());
}

TEST(Anchor, WordsThatAreEverywhereAreDear) {
  const auto common = derive_anchor("https");
  const auto rare = derive_anchor("qzxjv");
  ASSERT_TRUE(common.ok() && rare.ok());
  EXPECT_GT(common->rate, 100 * rare->rate);
}

}  // namespace
}  // namespace dragnet
