#include "findings/rank.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "findings/finding.h"

namespace dragnet {
namespace {

// Every combination of what facts can be.
void for_all_facts(const std::function<void(const RankFacts&)>& visit) {
  for (unsigned bits = 0; bits < 256; ++bits) {
    for (unsigned sensitivity = 0; sensitivity < 4; ++sensitivity) {
      for (unsigned confidence = 0; confidence < 3; ++confidence) {
        for (const std::optional<bool> published :
             {std::optional<bool>(), std::optional(false), std::optional(true)}) {
          for (const double entropy : {0.0, 2.0, 3.6, 8.0}) {
            for (const std::size_t length : {0U, 1U, 8U, 32U, 100000U}) {
              for (const std::size_t alphabet : {0U, 10U, 16U, 62U}) {
                RankFacts facts;
                facts.sensitivity = static_cast<Sensitivity>(sensitivity);
                facts.confidence = static_cast<Confidence>(confidence);
                facts.placeholder = (bits & 1) != 0;
                facts.companion = (bits & 2) != 0;
                facts.test_path = (bits & 4) == 0    ? TestPath::kNo
                                  : (bits & 64) == 0 ? TestPath::kLikely
                                                     : TestPath::kSurely;
                facts.self_made = (bits & 128) != 0;
                facts.at_tip = (bits & 8) != 0;
                facts.in_working_tree = (bits & 16) != 0;
                facts.reachable = (bits & 32) != 0;
                facts.published = published;
                facts.entropy = entropy;
                facts.length = length;
                facts.alphabet = alphabet;
                visit(facts);
              }
            }
          }
        }
      }
    }
  }
}

TEST(Rank, FactorsMultiplyToTheScoreWhateverTheFacts) {
  for_all_facts([](const RankFacts& facts) {
    const Rank ranked = rank(facts);
    double product = 1;
    for (const ScoreFactor& factor : ranked.factors) {
      ASSERT_FALSE(factor.name.empty());
      ASSERT_FALSE(factor.reason.empty());
      ASSERT_GT(factor.factor, 0);
      ASSERT_LE(factor.factor, factor.name == "companion" ? 1.1 : 1);
      product *= factor.factor;
    }
    ASSERT_GE(ranked.score, 0);
    ASSERT_LE(ranked.score, 100);
    ASSERT_EQ(ranked.score, static_cast<int>(std::lround(std::min(100 * product, 100.0))));
  });
}

TEST(Rank, IsMonotoneInEveryFact) {
  const auto at_least = [](const RankFacts& better, int score, const char* fact) {
    ASSERT_GE(rank(better).score, score) << fact;
  };
  for_all_facts([&](const RankFacts& facts) {
    const int score = rank(facts).score;
    RankFacts better = facts;
    if (facts.sensitivity < Sensitivity::kCritical) {
      better.sensitivity = static_cast<Sensitivity>(static_cast<int>(facts.sensitivity) + 1);
      at_least(better, score, "sensitivity");
    }
    better = facts;
    if (facts.confidence < Confidence::kConfirmedOffline) {
      better.confidence = static_cast<Confidence>(static_cast<int>(facts.confidence) + 1);
      at_least(better, score, "confidence");
    }
    better = facts;
    better.placeholder = false;
    at_least(better, score, "placeholder");
    better = facts;
    better.companion = true;
    at_least(better, score, "companion");
    better = facts;
    if (facts.test_path != TestPath::kNo) {
      better.test_path = static_cast<TestPath>(static_cast<int>(facts.test_path) - 1);
      at_least(better, score, "test paths");
    }
    better = facts;
    better.self_made = false;
    at_least(better, score, "self-made");
    better = facts;
    better.at_tip = true;
    at_least(better, score, "tip");
    better = facts;
    better.in_working_tree = true;
    at_least(better, score, "working tree");
    better = facts;
    better.reachable = true;
    at_least(better, score, "reachable");
    better = facts;
    better.published = true;
    at_least(better, score, "published");
    better = facts;
    better.entropy += 1;
    at_least(better, score, "entropy");
  });
}

// What makes a secret worth less, in every combination, and by name for --explain.
TEST(Rank, WhatOpensLittleIsMarkedDown) {
  for (unsigned bits = 0; bits < 16; ++bits) {
    RankFacts facts;
    facts.sensitivity = Sensitivity::kCritical;
    facts.confidence = Confidence::kConfirmedOffline;
    facts.at_tip = facts.companion = true;
    facts.test_mode = (bits & 1) != 0;
    facts.local = (bits & 2) != 0;
    facts.encrypted = (bits & 4) != 0;
    facts.expired = (bits & 8) != 0;
    const Rank ranked = rank(facts);
    double product = 1;
    std::size_t named = 0;
    for (const ScoreFactor& factor : ranked.factors) {
      product *= factor.factor;
      for (const char* name : {"test mode", "local", "encrypted", "expired"}) {
        if (factor.name == name) ++named;
      }
    }
    EXPECT_EQ(named, static_cast<std::size_t>(std::popcount(bits)));
    EXPECT_EQ(ranked.score, static_cast<int>(std::lround(std::min(100 * product, 100.0))));
    // --fail-on's default band starts at 50; a key that a guess could open still counts.
    EXPECT_EQ(ranked.score >= 70, bits == 0 || bits == 4) << bits;
    facts.companion = false;
    EXPECT_LE(rank(facts).score, bits == 0 ? 100 : bits == 4 ? 70 : 50) << bits;
  }
}

TEST(Rank, BandsAreWhatTheFormatSays) {
  for (int score = 0; score <= 100; ++score) {
    const std::string wanted = score >= 90   ? "critical"
                               : score >= 70 ? "high"
                               : score >= 50 ? "medium"
                                             : "low";
    EXPECT_EQ(to_string(severity_of(score)), wanted) << score;
  }
}

// A critical secret whose structure is right, at a tip.
RankFacts confirmed_in(TestPath path) {
  RankFacts facts;
  facts.sensitivity = Sensitivity::kCritical;
  facts.confidence = Confidence::kConfirmedOffline;
  facts.at_tip = true;
  facts.test_path = path;
  return facts;
}

// In tests a key that was made for them stays behind a real one; one beside its issuer's id does
// not.
TEST(Rank, WhatWasIssuedIsNearlyAsHighInTests) {
  RankFacts facts = confirmed_in(TestPath::kLikely);
  EXPECT_EQ(rank(facts).score, 60);
  facts.companion = true;
  EXPECT_GE(rank(facts).score, 90);
  facts.confidence = Confidence::kLikely;
  EXPECT_LE(rank(facts).score, 63);
}

// What anybody makes for tests falls under the line where it is sure that they are tests; what its
// issuer's checksum confirms does not, nor does either in a path that is only likely of tests.
TEST(Rank, WhatAnybodyMakesFallsBehindWhereTestsAreSure) {
  RankFacts facts = confirmed_in(TestPath::kSurely);
  EXPECT_EQ(rank(facts).score, 60);
  facts.self_made = true;
  EXPECT_EQ(rank(facts).score, 45);
  facts.test_path = TestPath::kLikely;
  EXPECT_EQ(rank(facts).score, 60);
  facts.self_made = false;
  facts.confidence = Confidence::kLikely;
  EXPECT_EQ(rank(facts).score, 57);
  facts.test_path = TestPath::kSurely;
  EXPECT_EQ(rank(facts).score, 43);
}

TEST(Rank, KeyPairsAndPasswordsHaveNoIssuer) {
  EXPECT_TRUE(is_self_made("private-key"));
  EXPECT_TRUE(is_self_made("generic"));
  EXPECT_FALSE(is_self_made("saas"));
  EXPECT_FALSE(is_self_made(""));
}

// However sure the model is, and the more so the higher.
TEST(Rank, ValuesWhereTestsAreSureStayUnderTheLine) {
  RankFacts facts;
  facts.sensitivity = Sensitivity::kMedium;
  facts.at_tip = true;
  facts.test_path = TestPath::kSurely;
  int last = 0;
  for (float odds = -8; odds < 8; odds += 0.25F) {
    facts.log_odds = odds;
    const int score = rank(facts).score;
    EXPECT_GE(score, last);
    EXPECT_LT(score, 50);
    last = score;
  }
  EXPECT_GT(last, 30);
}

TEST(Rank, KnownCases) {
  RankFacts facts;
  facts.sensitivity = Sensitivity::kCritical;
  facts.at_tip = facts.reachable = true;
  EXPECT_EQ(rank(facts).score, 95);
  facts.confidence = Confidence::kConfirmedOffline;
  facts.companion = true;
  EXPECT_EQ(rank(facts).score, 100);
  facts = RankFacts();
  facts.sensitivity = Sensitivity::kMedium;
  facts.confidence = Confidence::kPossible;
  facts.entropy = 4.6;
  facts.length = 32;
  facts.at_tip = facts.reachable = true;
  EXPECT_EQ(rank(facts).score, 54);
  facts.test_path = TestPath::kLikely;
  EXPECT_EQ(rank(facts).score, 32);
}

double entropy_of(const std::string& text) {
  double bits = 0;
  for (int c = 0; c < 256; ++c) {
    const auto count = std::count(text.begin(), text.end(), static_cast<char>(c));
    const double share = static_cast<double>(count) / static_cast<double>(text.size());
    if (count != 0) bits -= share * std::log2(share);
  }
  return bits;
}

// What is as random as its alphabet allows must not be marked down, whichever alphabet it is.
TEST(Rank, RandomValuesOfAnyAlphabetAreRandomEnough) {
  std::mt19937 random(16);
  for (const std::string& letters :
       {std::string("0123456789abcdef"), std::string("0123456789ABCDEF"),
        std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")}) {
    for (const std::size_t length : {20U, 32U, 40U, 64U, 128U}) {
      int marked_down = 0;
      for (int i = 0; i < 1000; ++i) {
        std::string secret(length, ' ');
        for (char& c : secret) c = letters[random() % letters.size()];
        RankFacts facts;
        facts.confidence = Confidence::kPossible;
        facts.entropy = entropy_of(secret);
        facts.length = length;
        facts.alphabet = alphabet_of(secret);
        for (const ScoreFactor& factor : rank(facts).factors) {
          if (factor.name == "entropy") ++marked_down;
        }
      }
      EXPECT_LE(marked_down, 20) << letters << ", " << length;
    }
  }
}

TEST(Rank, RepetitiveValuesAreMarkedDown) {
  for (const char* secret : {"aaaaaaaaaaaaaaaaaaaaaaaa", "abababababababababababab",
                             "deadbeefdeadbeefdeadbeefdeadbeef", "12341234123412341234"}) {
    RankFacts facts;
    facts.confidence = Confidence::kPossible;
    facts.entropy = entropy_of(secret);
    facts.length = std::string(secret).size();
    facts.alphabet = alphabet_of(secret);
    const auto factors = rank(facts).factors;
    EXPECT_TRUE(std::any_of(factors.begin(), factors.end(), [](const ScoreFactor& factor) {
      return factor.name == "entropy";
    })) << secret;
  }
}

TEST(Rank, AlphabetOf) {
  EXPECT_EQ(alphabet_of("0123"), 10U);
  EXPECT_EQ(alphabet_of("01ab"), 16U);
  EXPECT_EQ(alphabet_of("01AB"), 16U);
  EXPECT_EQ(alphabet_of("aA"), 62U);
  EXPECT_EQ(alphabet_of("0g"), 62U);
  EXPECT_EQ(alphabet_of("\xff"), 62U);
}

}  // namespace
}  // namespace dragnet
