// Checks whose answer a made-up token can be given: each template makes one that passes, and a
// change of any one character has to be noticed.
#include "match/checks.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/sample.h"

namespace dragnet {
namespace {

ByteString sample(const std::string& text, std::uint64_t seed = 1) {
  return expand_sample(text, seed).value();
}

struct Summed {
  const char* check;
  const char* text;
  CheckResult right;
  CheckResult wrong;
  std::size_t from = 0;  // changes before this are no matter of the sum
};

constexpr CheckResult kFails = CheckResult::kFails;
constexpr CheckResult kPlausible = CheckResult::kPlausible;
constexpr CheckResult kPasses = CheckResult::kPasses;

const std::vector<Summed>& summed() {
  static const std::vector<Summed> all = {
      {"github-crc32", R"({{crc32_base62("ghp_" base62{30})}})", kPasses, kFails, 4},
      {"npm-crc32", R"({{crc32_base62("npm_" base62{30})}})", kPasses, kFails, 4},
      {"crc32-hex-upper-suffix", R"({{crc32_hex_upper("ATBB" base62{24})}})", kPasses, kFails},
      {"crc32-hex-upper-suffix", R"({{crc32_hex_upper("ATATT3xFfGF0" base64url{90} "=")}})",
       kPasses, kFails},
      {"crc32-hex-upper-maybe", R"({{crc32_hex_upper("ATTA" hex{64})}})", kPasses, kPlausible},
      {"crc32-hex-body", R"({{crc32_hex_body("zpka_" base36{32})}})", kPasses, kFails, 5},
      {"crc32le-hex-suffix", R"({{crc32le_hex("glsa_" base62{32})}})", kPasses, kFails},
      {"gitlab-routable-crc", R"({{gitlab_routable("glpat-" base64url{27})}})", kPasses, kFails},
      {"gitlab-routable-crc", R"({{gitlab_routable("glpat-" base64url{27,60} ".01")}})", kPasses,
       kFails},
      {"gitlab-routable-crc", R"({{gitlab_routable("glrt-t1_" base64url{27} ".01")}})", kPasses,
       kFails},
      {"bech32", R"({{bech32("AGE-SECRET-KEY-1" BECH32{52})}})", kPasses, kFails},
      {"bech32", R"({{bech32("nsec1" bech32{52})}})", kPasses, kFails},
      {"base58check", R"({{base58check("\x80" byte{32})}})", kPasses, kFails},
      {"base58check", R"({{base58check("\x04\x88\xad\xe4" byte{74})}})", kPasses, kFails},
      {"base32-crc16", R"({{base32_crc16("\x90" byte{32})}})", kPasses, kFails},
      {"base32-crc16", R"({{base32_crc16("\x95\x00" byte{32})}})", kPasses, kFails},
      {"luhn", "4{{luhn(digit{14})}}", kPlausible, kFails, 99},
      {"xor-mod62-char", R"({{xor_mod62("cio_tp_" base62{31})}})", kPlausible, kFails, 99},
  };
  return all;
}

TEST(Sums, RightOnesPass) {
  for (const Summed& one : summed()) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      ByteString token = sample(one.text, seed);
      if (std::string(one.check) == "luhn") token = sample("{{luhn(digit{15})}}", seed);
      ASSERT_EQ(run_check(one.check, token), one.right) << one.check << " " << token;
    }
  }
}

// Next letter within its class, so that the shape stays. A CRC of 30 bits and more finds every
// change of one byte; what base58 and base32 drop in their last character is let pass.
TEST(Sums, OneChangedCharacterIsNoticed) {
  const auto next = [](char c) {
    if (c == 'z' || c == 'Z' || c == '9') return static_cast<char>(c - 1);
    return static_cast<char>(c + 1);
  };
  for (const Summed& one : summed()) {
    const ByteString token = sample(one.text, 7);
    for (std::size_t at = one.from; at < token.size(); ++at) {
      const bool alnum = std::isalnum(static_cast<unsigned char>(token[at])) != 0;
      if (!alnum) continue;
      // A lower-case digit of Grafana's sum may be an upper-case one; the changed ones are others.
      ByteString changed = token;
      changed[at] = next(token[at]);
      const bool dropped_bits = std::string(one.check) == "base32-crc16" && at + 1 == token.size();
      if (dropped_bits) continue;
      EXPECT_EQ(run_check(one.check, changed), one.wrong) << one.check << " " << at;
    }
  }
}

TEST(Sums, CardNumbers) {
  EXPECT_EQ(run_check("luhn", "4111 1111 1111 1111"), kPlausible);
  EXPECT_EQ(run_check("luhn", "4111-1111-1111-1112"), kFails);
  EXPECT_EQ(run_check("luhn", "4111x1111"), kFails);
  EXPECT_EQ(run_check("luhn", "18"), kFails);  // too short to be one
  EXPECT_TRUE(describe_secret("luhn", "4111 1111 1111 1111").test_mode);
  EXPECT_FALSE(describe_secret("luhn", sample("{{luhn(\"4539\" digit{11})}}")).test_mode);
}

// The sums' published examples.
TEST(Sums, KnownVectors) {
  // BIP-173.
  EXPECT_EQ(run_check("bech32", "A12UEL5L"), kPasses);
  EXPECT_EQ(run_check("bech32", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"), kPasses);
  EXPECT_EQ(run_check("bech32", "A12UEL5l"), kFails);  // two cases
  EXPECT_EQ(run_check("bech32", "x1b4n0q5v"), kFails);
  EXPECT_EQ(run_check("bech32", "li1dgmt3"), kFails);
  // The first key of Bitcoin's wiki on the wallet import format.
  EXPECT_EQ(run_check("base58check",
                      "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvb"
                      "TLvyTJ"),
            kPasses);
}

TEST(Sums, NetworksAreTold) {
  EXPECT_TRUE(
      describe_secret("base58check", sample(R"({{base58check("\x04\x35\x83\x94" byte{74})}})"))
          .test_mode);
  EXPECT_FALSE(
      describe_secret("base58check", sample(R"({{base58check("\x80" byte{32})}})")).test_mode);
}

}  // namespace
}  // namespace dragnet
