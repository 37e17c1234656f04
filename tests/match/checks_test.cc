#include "match/checks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <string>

#include "rules/sample.h"

namespace dragnet {
namespace {

ByteString sample(const std::string& text, std::uint64_t seed = 1) {
  return expand_sample(text, seed).value();
}

TEST(Checks, GithubSumOverTheRandomPart) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    ByteString token = sample(R"({{crc32_base62("ghp_" base62{30})}})", seed);
    EXPECT_EQ(run_check("github-crc32", token), CheckResult::kPasses);
    token[10] = token[10] == 'a' ? 'b' : 'a';
    EXPECT_EQ(run_check("github-crc32", token), CheckResult::kFails);
  }
  EXPECT_EQ(run_check("github-crc32", "ghp_"), CheckResult::kFails);
  EXPECT_EQ(run_check("github-crc32", ""), CheckResult::kFails);
}

TEST(Checks, Jwt) {
  EXPECT_EQ(run_check("jwt", sample("{{jwt()}}")), CheckResult::kPasses);
  EXPECT_EQ(run_check("jwt", "eyJhbGc.eyJhbGc.x"), CheckResult::kFails);
  EXPECT_EQ(run_check("jwt", "abc"), CheckResult::kFails);
  EXPECT_EQ(run_check("jwt", ".."), CheckResult::kFails);
}

TEST(Checks, PemNeedsABodyThatDecodes) {
  const ByteString key = sample(R"({{pem("RSA PRIVATE KEY" 300)}})");
  EXPECT_NE(run_check("pem-key", key), CheckResult::kFails);
  EXPECT_EQ(run_check("pem-key",
                      "-----BEGIN RSA "
                      "PRIVATE KEY-----\nshort\n-----END"),
            CheckResult::kFails);
  EXPECT_EQ(run_check("pem-key", "nothing"), CheckResult::kFails);
}

TEST(Checks, EveryNameIsOneAndNoOther) {
  EXPECT_TRUE(is_check("jwt"));
  EXPECT_FALSE(is_check("jw"));
  EXPECT_NE(check_names().find("npm-crc32"), std::string::npos);
}

TEST(Entropy, KnownValues) {
  EXPECT_EQ(shannon_entropy(""), 0);
  EXPECT_EQ(shannon_entropy("aaaa"), 0);
  EXPECT_DOUBLE_EQ(shannon_entropy("abab"), 1);
  EXPECT_DOUBLE_EQ(shannon_entropy("abcdefgh"), 3);
}

TEST(Entropy, IsThatOfItsDefinition) {
  std::mt19937 random(3);
  for (const std::size_t size : {1U, 2U, 7U, 40U, 511U, 512U, 3000U}) {
    for (const unsigned letters : {1U, 2U, 17U, 256U}) {
      std::string text;
      std::map<char, double> shares;
      for (std::size_t i = 0; i < size; ++i) {
        text += static_cast<char>(random() % letters);
        shares[text.back()] += 1.0 / static_cast<double>(size);
      }
      double bits = 0;
      for (const auto& [byte, share] : shares) bits -= share * std::log2(share);
      EXPECT_NEAR(shannon_entropy(text), bits, 1e-9) << size << " of " << letters;
    }
  }
}

TEST(Placeholder, ReadsLikeOne) {
  for (const char* text :
       {"AKIAIOSFODNN7EXAM"
        "PLE",
        "your_api_key_here", "xxxxxxxxxxxx", "${TOKEN}", "{{ token }}", "00000000000000",
        "a12345678bc", "abcdefghijklm", "changeme123", "<your-token>"}) {
    EXPECT_TRUE(is_placeholder(text)) << text;
  }
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    EXPECT_FALSE(is_placeholder(sample("{{base62{36}}}", seed)));
  }
}

}  // namespace
}  // namespace dragnet
