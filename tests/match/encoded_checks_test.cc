#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "match/checks.h"
#include "rules/sample.h"

namespace dragnet {
namespace {

constexpr CheckResult kFails = CheckResult::kFails;
constexpr CheckResult kPlausible = CheckResult::kPlausible;
constexpr CheckResult kPasses = CheckResult::kPasses;

ByteString sample(const std::string& text, std::uint64_t seed = 1) {
  return expand_sample(text, seed).value();
}

struct Case {
  const char* check;
  const char* text;
  CheckResult result;
};

TEST(Encoded, RightAndWrong) {
  const std::vector<Case> cases = {
      {"base64-32-bytes", "{{base64(byte{32})}}", kPlausible},
      {"base64-32-bytes", "{{base64(byte{33})}}", kFails},
      {"base64-64-bytes", "{{base64(byte{64})}}", kPlausible},
      {"base64-64-bytes", "{{base64(byte{63})}}", kFails},
      {"base64-aes-key", "{{base64(byte{24})}}", kPlausible},
      {"base64-aes-key", "{{base64(byte{20})}}", kFails},
      {"vault-key-share", "{{hex(byte{33})}}", kPlausible},
      {"vault-key-share", "{{base64(byte{30})}}", kFails},
      {"ses-password", "{{base64(\"\\x04\" byte{32})}}", kPlausible},
      {"ses-password", "{{base64(\"\\x05\" byte{32})}}", kFails},
      {"base58-54-bytes", "AKCp{{base58{69}}}", kPlausible},
      {"base58-54-bytes", "AKCp{{base58{60}}}", kFails},
      {"base58-64-bytes", "{{base58(\"\\x7f\" byte{63})}}", kPlausible},
      {"secp256k1-range", "0x0{{hex{63}}}", kPlausible},
      {"secp256k1-range", "0x{{repeat{64}(\"0\")}}", kFails},
      {"secp256k1-range", "{{repeat{64}(\"f\")}}", kFails},
      {"secp256k1-range", "short", kFails},
      {"jfrog-reference", "{{base64(\"reftkn:01:\" digit{10} \":\" base62{27})}}", kPasses},
      {"jfrog-reference", "{{base64{64}}}", kFails},
      {"base64-int-colon", "BBDC-{{base64(digit{12} \":\" byte{20})}}", kPasses},
      {"base64-int-colon", "{{base64(byte{33})}}", kFails},
      {"snowflake-base64", "{{base64url(\"1\" digit{17})}}.{{base64url{6}}}.{{base64url{27}}}",
       kPasses},
      {"snowflake-base64", "{{base64url(\"1x\" digit{16})}}.{{base64url{6}}}.x", kFails},
      {"tableau-16-bytes", "{{base64(byte{16})}}:{{base62{32}}}", kPlausible},
      {"tableau-16-bytes", "{{base64(byte{15})}}:{{base62{32}}}", kFails},
      {"base64-user-pass", "{{base64(\"ci:\" base62{20})}}", kPlausible},
      {"base64-user-pass", "{{base64(base62{20})}}", kFails},
      {"base64-user-pass", "{{base64(\"ci:\")}}", kFails},
      {"base64-user-pass", "{{base64(\"J\xc3\xb6rg:\" base62{20})}}", kPlausible},
      {"base64-user-pass", "{{base64(\"J\xf6rg:\" base62{20})}}", kFails},
      {"base64-user-pass", "{{base64(\"ci:\" base62{20} \"\\xe2\")}}", kFails},
      {"base64-user-pass", "{{base64(\"ci:\\x01\" base62{20})}}", kFails},
      {"base64-password", "{{base64(base62{20})}}", kPlausible},
      {"base64-password", "{{base64(\"\\x00\\x01\\x02\" base62{20})}}", kFails},
      {"base64-json", "sntrys_{{base64(\"{\\\"org\\\":\\\"acme\\\"}\")}}_{{base64{43}}}", kPasses},
      {"base64-json", "eyJ{{base64{60}}}", kFails},
      {"base64-json-maybe", "eyJ{{base64{60}}}", kPlausible},
      {"base64-json",
       "sk.{{base64url(\"{\\\"u\\\":\\\"acme\\\",\\\"a\\\":\\\"x\\\"}\")}}.{{base62{22}}}",
       kPasses},
      {"ntlm-message", "TlRMTVNTUAADAAAA{{base64{120}}}", kPlausible},
      {"ntlm-message", "TlRMTVNTUAABAAAA{{base64{120}}}", kFails},
      {"byte-array-64", "[1,2,3]", kFails},
      {"uuid", "{{uuid}}", kPlausible},
      {"uuid", "{{hex{36}}}", kFails},
  };
  for (const Case& c : cases) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const ByteString text = sample(c.text, seed);
      EXPECT_EQ(run_check(c.check, text), c.result) << c.check << " " << text;
    }
  }
}

TEST(Encoded, ByteArrays) {
  std::string numbers = "[";
  for (int i = 0; i < 64; ++i) numbers += (i == 0 ? "" : ", ") + std::to_string(i * 4);
  EXPECT_EQ(run_check("byte-array-64", numbers + "]"), kPlausible);
  EXPECT_EQ(run_check("byte-array-64", numbers + ",1]"), kFails);
  EXPECT_EQ(run_check("byte-array-64", numbers.replace(1, 1, "256") + "]"), kFails);
}

// By the format of version 2: location, identifier, end, a caveat, end, end, signature.
TEST(Encoded, Macaroons) {
  const std::string head = R"("pypi-" base64url("\x02\x01\x08pypi.org\x02\x10" byte{16} "\x00)";
  const std::string whole = "{{" + head + R"(\x02\x0a" base62{10} "\x00\x00\x06\x20" byte{32})}})";
  const std::string longer = "{{" + head + R"(\x00\x06\x20" byte{32} "\x00\x00")}})";
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const ByteString token = sample(whole, seed);
    EXPECT_EQ(run_check("macaroon-location", token), kPasses);
    EXPECT_EQ(describe_secret("macaroon-location", token).account, "pypi.org");
    EXPECT_NE(run_check("macaroon-location", sample(longer, seed)), kPasses);
    for (std::size_t size = 0; size < token.size(); ++size) {
      EXPECT_NE(run_check("macaroon-location", ByteView(token).substr(0, size)), kPasses);
    }
  }
  EXPECT_TRUE(
      describe_secret("macaroon-location",
                      sample(R"({{"pypi-" base64url("\x02\x01\x0dtest.pypi.org" byte{60})}})"))
          .test_mode);
  EXPECT_EQ(run_check("macaroon-location", sample("0201036c6e64{{hex{100}}}")), kPlausible);
}

TEST(Encoded, UsersAreNamedAndPasswordsAreNot) {
  const SecretFacts facts =
      describe_secret("base64-user-pass", sample("{{base64(\"deploy:\" base62{20})}}"));
  EXPECT_EQ(facts.account, "user deploy");
  EXPECT_FALSE(facts.placeholder);
  EXPECT_TRUE(
      describe_secret("base64-user-pass", sample("{{base64(\"user:password1\")}}")).placeholder);
  // The same value on both sides.
  EXPECT_EQ(describe_secret("base64-user-pass", sample("{{base64(\"s3cr3tvalue:s3cr3tvalue\")}}"))
                .account,
            "");
  EXPECT_EQ(describe_secret("snowflake-base64", sample("{{base64url(\"100000000000000007\")}}.a.b"))
                .account,
            "user 100000000000000007");
  EXPECT_EQ(
      describe_secret("jfrog-reference", sample("{{base64(\"reftkn:01:1893456000:\" base62{27})}}"))
          .expires_at,
      1893456000);
}

// Whatever the bytes: no crash, and what is told never holds the secret.
TEST(Everything, HostileBytes) {
  std::vector<std::string> names;
  std::string all = check_names() + ", ";
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = all.find(", ", at);
    names.push_back(all.substr(at, end - at));
    at = end + 2;
  }
  EXPECT_GT(names.size(), 40U);
  std::mt19937 random(3);
  const std::vector<std::string> starts = {"",
                                           "eyJ",
                                           "-----BEGIN RSA PRIVATE KEY-----",
                                           "$6$",
                                           "$2b$12$",
                                           "{SHA}",
                                           "pypi-",
                                           "xoxb-1-",
                                           "glpat-",
                                           "openssh-key-v1\0",
                                           "A1",
                                           "AKIA",
                                           "\\\\\\"};
  const std::string letters =
      "ABCDabcd0123456789+/=_-.:$ \n\\\"{}[],1qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  for (int i = 0; i < 4000; ++i) {
    ByteString bytes = starts[random() % starts.size()];
    const std::size_t size = random() % 120;
    const bool any = random() % 2 == 0;
    while (bytes.size() < size) {
      bytes += any ? static_cast<char>(random() & 0xff) : letters[random() % letters.size()];
    }
    for (const std::string& name : names) {
      if (run_check(name, bytes) == kFails) continue;
      const SecretFacts facts = describe_secret(name, bytes);
      if (bytes.size() < 8) continue;
      EXPECT_EQ(facts.account.find(bytes), std::string::npos) << name;
      EXPECT_EQ(facts.detail.find(bytes), std::string::npos) << name;
    }
  }
  // Long input: a quadratic check would not come back.
  for (const std::string& name : names) {
    for (const char c : {'1', 'A', 'a', '-', '.', '$', ':', '\\', ' ', '='}) {
      EXPECT_NE(run_check(name, ByteString(1 << 20, c)), kPasses) << name << c;
    }
  }
}

}  // namespace
}  // namespace dragnet
