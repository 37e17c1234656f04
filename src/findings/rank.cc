#include "findings/rank.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace dragnet {

namespace {

// The weights. A critical, distinctive secret at a tip is 95; a generic one of medium sensitivity
// at a tip 54; the same in tests 32. Only placeholders, tests and what is hard to reach fall
// below 50.
constexpr std::array kSensitivityWeight = {0.45, 0.72, 0.88, 1.0};  // low ... critical
constexpr std::array kConfidenceWeight = {0.75, 0.95, 1.0};         // possible ... confirmed
constexpr double kPlaceholderWeight = 0.3;
constexpr double kWeakEntropyWeight = 0.85;
constexpr double kTestPathWeight = 0.6;
// Where only tests read, what anybody can make for them (a key pair, a password) was, nearly
// always; what has its issuer's checksum was not.
constexpr double kSurelyTestPathWeight = 0.45;
// A secret whose structure is right, beside the id that its issuer gave it, was issued: keys made
// for tests have no such neighbour. The key of a Google service account is one.
constexpr double kIssuedTestPathWeight = 0.9;
// What opens little keeps out of the reach of --fail-on (50), whatever its rule's sensitivity; an
// encrypted key, whose passphrase can be tried offline, does not.
constexpr double kTestModeWeight = 0.5;
constexpr double kLocalWeight = 0.5;
constexpr double kEncryptedWeight = 0.7;
constexpr double kExpiredWeight = 0.4;
constexpr double kCompanionWeight = 1.05;
constexpr double kPublishedHistoryWeight = 0.97;
constexpr double kHistoryWeight = 0.94;
constexpr double kDanglingWeight = 0.8;
// Random values of 20 bytes and up fall under this share of what is expected at most once in 50.
constexpr double kExpectedEntropyShare = 0.9;

// Bits per byte to expect of n random draws from k letters: draws repeat letters, so that short
// values stay under log2(k). Two of them are alike with probability (n + k - 1) / (n k) at average,
// and the entropy is at least what that gives (Jensen).
double random_entropy(const RankFacts& facts) {
  const auto n = static_cast<double>(std::max<std::size_t>(facts.length, 2));
  const auto k = static_cast<double>(std::max<std::size_t>(facts.alphabet, 2));
  return std::log2(n * k / (n + k - 1));
}

class Scorer {
 public:
  void apply(std::string name, std::string reason, double factor) {
    product_ *= factor;
    rank_.factors.push_back({std::move(name), std::move(reason), factor});
  }
  Rank take() {
    rank_.score = static_cast<int>(std::lround(std::clamp(100 * product_, 0.0, 100.0)));
    return std::move(rank_);
  }

 private:
  Rank rank_;
  double product_ = 1;
};

constexpr std::string_view kTestPathReason =
    "stands only in tests, examples, documentation or copies of others' code";
constexpr std::string_view kSurelyTestPathReason = "stands only where nothing but tests reads it";

// Made-up secrets in tests are as random as others: they fall behind those, not below the line
// (`at_line`), unless it is sure that they are for tests.
void value_test_path(const RankFacts& facts, double at_line, double factor, Scorer* scorer) {
  if (facts.test_path == TestPath::kSurely) {
    scorer->apply("test path", std::string(kSurelyTestPathReason), kSurelyTestPathWeight);
  } else if (facts.test_path == TestPath::kLikely && factor > at_line) {
    scorer->apply("test path", std::string(kTestPathReason),
                  (at_line + (factor - at_line) * kTestPathWeight) / factor);
  }
}

void shape_test_path(const RankFacts& facts, Scorer* scorer) {
  if (facts.test_path == TestPath::kNo) return;
  const bool confirmed = facts.confidence == Confidence::kConfirmedOffline;
  const bool surely = facts.test_path == TestPath::kSurely;
  double weight = kTestPathWeight;
  if (surely && (facts.self_made || !confirmed)) weight = kSurelyTestPathWeight;
  if (confirmed && facts.companion) weight = kIssuedTestPathWeight;
  scorer->apply("test path", std::string(surely ? kSurelyTestPathReason : kTestPathReason), weight);
}

// A value at the model's line, in code of medium sensitivity at a tip, scores 50; each point of the
// logarithm of the odds brings it nearer to 1, or to 0.
void value_likelihood(const RankFacts& facts, Scorer* scorer) {
  constexpr double kAtLine = 0.695;
  constexpr double kPoints = 2;
  const double odds = *facts.log_odds;
  double factor =
      odds < 0 ? kAtLine * std::exp(odds / kPoints) : 1 - (1 - kAtLine) * std::exp(-odds / kPoints);
  scorer->apply(
      "value",
      odds < 0 ? "reads less like a secret than like something else" : "reads like a secret",
      factor);
  value_test_path(facts, kAtLine, factor, scorer);
}

void shape_likelihood(const RankFacts& facts, Scorer* scorer) {
  static constexpr std::array kReasons = {"the shape is a common one",
                                          "the shape is the provider's own",
                                          "checksum or structure is right"};
  const auto confidence = static_cast<std::size_t>(facts.confidence);
  scorer->apply("structure", kReasons[confidence], kConfidenceWeight[confidence]);
  if (facts.placeholder) {
    scorer->apply("placeholder", "reads like an example or a blank to fill in", kPlaceholderWeight);
  }
  if (facts.confidence == Confidence::kPossible &&
      facts.entropy < kExpectedEntropyShare * random_entropy(facts)) {
    scorer->apply("entropy", "less random than its length would allow", kWeakEntropyWeight);
  }
  shape_test_path(facts, scorer);
}

void likelihood(const RankFacts& facts, Scorer* scorer) {
  if (facts.log_odds) {
    value_likelihood(facts, scorer);
  } else {
    shape_likelihood(facts, scorer);
  }
  if (facts.companion) {
    scorer->apply("companion", "what it is used with stands nearby", kCompanionWeight);
  }
}

void worth(const RankFacts& facts, Scorer* scorer) {
  if (facts.test_mode) scorer->apply("test mode", "opens a sandbox only", kTestModeWeight);
  if (facts.local) {
    scorer->apply("local", "for this machine or for documentation only", kLocalWeight);
  }
  if (facts.encrypted) scorer->apply("encrypted", "needs a passphrase", kEncryptedWeight);
  if (facts.expired)
    scorer->apply("expired", "has ended by the date of the report", kExpiredWeight);
}

void exposure(const RankFacts& facts, Scorer* scorer) {
  if (facts.at_tip) {
    scorer->apply("exposure", "at the tip of a branch", 1);
  } else if (facts.in_working_tree) {
    scorer->apply("exposure", "in a file as it lies", 1);
  } else if (facts.published.value_or(false)) {
    scorer->apply("exposure", "in published history", kPublishedHistoryWeight);
  } else if (facts.reachable) {
    scorer->apply("exposure", "in the history of a ref", kHistoryWeight);
  } else {
    scorer->apply("exposure", "only in objects that no ref leads to", kDanglingWeight);
  }
}

}  // namespace

bool is_self_made(std::string_view category) {
  static constexpr std::array<std::string_view, 7> kSelfMade = {
      "credential-file", "database", "framework", "generic", "private-key", "web", "web3"};
  return std::find(kSelfMade.begin(), kSelfMade.end(), category) != kSelfMade.end();
}

Rank rank(const RankFacts& facts) {
  static constexpr std::array<std::string_view, 4> kNames = {"low", "medium", "high", "critical"};
  Scorer scorer;
  const auto sensitivity = static_cast<std::size_t>(facts.sensitivity);
  scorer.apply("sensitivity", "the rule's is " + std::string(kNames[sensitivity]),
               kSensitivityWeight[sensitivity]);
  worth(facts, &scorer);
  likelihood(facts, &scorer);
  exposure(facts, &scorer);
  return scorer.take();
}

std::size_t alphabet_of(ByteView secret) {
  const auto all_of = [&](std::string_view letters) {
    return secret.find_first_not_of(letters) == ByteView::npos;
  };
  if (all_of("0123456789")) return 10;
  if (all_of("0123456789abcdef") || all_of("0123456789ABCDEF")) return 16;
  return 62;
}

}  // namespace dragnet
