#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
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

// A token of these parts; the quotes of JSON are single here.
ByteString jwt(const std::string& header, const std::string& payload) {
  const auto quoted = [](const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\'' ? std::string("\\\"") : std::string(1, c);
    return out;
  };
  return sample("{{base64url(\"" + quoted(header) + "\")}}.{{base64url(\"" + quoted(payload) +
                "\")}}.{{base64url{43}}}");
}

TEST(JwtCheck, WhatTheTokenTells) {
  const std::string header = "{'alg':'RS256','typ':'JWT'}";
  const SecretFacts facts = describe_secret(
      "jwt", jwt(header, "{'iss':'https://id.acme.org','exp':1893456000,'role':'admin'}"));
  EXPECT_EQ(facts.account, "issuer https://id.acme.org");
  EXPECT_EQ(facts.expires_at, 1893456000);
  EXPECT_EQ(facts.detail, "algorithm RS256, role admin");
  EXPECT_FALSE(facts.placeholder);
  EXPECT_EQ(describe_secret("jwt", jwt("{'alg':'none'}", "{'a':1}")).detail,
            "algorithm none: nobody signed it");
  EXPECT_EQ(describe_secret("jwt", jwt(header, "{'iss':'supabase','ref':'abcdefgh'}")).account,
            "project abcdefgh");
  EXPECT_TRUE(
      describe_secret("jwt", jwt(header, "{'sub':'1234567890','name':'John Doe'}")).placeholder);
}

TEST(JwtCheck, OddDates) {
  const std::string header = "{'alg':'HS256'}";
  EXPECT_EQ(describe_secret("jwt", jwt(header, "{'exp':1.5e9}")).expires_at, 1500000000);
  for (const char* exp : {"'1893456000'", "-1", "0", "1e300", "null", "[]", "253402300800"}) {
    const ByteString token = jwt(header, std::string("{'exp':") + exp + "}");
    EXPECT_EQ(run_check("jwt", token), kPasses);
    EXPECT_FALSE(describe_secret("jwt", token).expires_at.has_value()) << exp;
  }
}

TEST(JwtCheck, RightAndWrong) {
  EXPECT_EQ(run_check("jwt", sample("{{jwt()}}")), kPasses);
  EXPECT_EQ(run_check("jwt", "ghs_123_" + sample("{{jwt()}}")), kPasses);
  EXPECT_EQ(run_check("jwt", jwt("{'typ':'JWT'}", "{}")), kFails);
  EXPECT_EQ(run_check("jwt", jwt("{'alg':'HS256'}", "[1]")), kFails);
  EXPECT_EQ(run_check("jwt", jwt("{'alg':'HS256'}", "{'a':")), kFails);
  EXPECT_EQ(run_check("jwt", "eyJhbGc.eyJhbGc.x"), kFails);
  EXPECT_EQ(run_check("jwt", ".."), kFails);
  EXPECT_EQ(run_check("jwt-in-base64", sample("{{base64(jwt())}}")), kPasses);
  EXPECT_EQ(run_check("jwt-in-base64", sample("{{base64(base62{80})}}")), kFails);
  EXPECT_TRUE(describe_secret("jwt-in-base64", sample("{{base64(jwt())}}")).expires_at.has_value());
  // Deeply nested JSON takes no stack.
  const std::string deep(20000, '[');
  EXPECT_EQ(run_check("jwt", jwt("{'alg':'HS256'}", "{'a':" + deep + "}")), kFails);
}

// What openssl signs, another implementation of base64url and all.
TEST(JwtCheck, MadeByOpenssl) {
  const std::string command =
      "h=$(printf '{\"alg\":\"HS256\",\"typ\":\"JWT\"}' | openssl base64 -A | tr '+/' '-_' | tr -d "
      "=)\n"
      "p=$(printf '{\"iss\":\"https://id.acme.org/~x\",\"exp\":1893456000}' | openssl base64 -A | "
      "tr '+/' '-_' | tr -d =)\n"
      "s=$(printf '%s.%s' $h $p | openssl dgst -sha256 -hmac key -binary | openssl base64 -A | "
      "tr '+/' '-_' | tr -d =)\n"
      "printf '%s.%s.%s' $h $p $s";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  ASSERT_TRUE(pipe);
  std::string token;
  char buffer[512];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe.get())) {
    token.append(buffer, size);
  }
  if (token.size() < 40) GTEST_SKIP();
  EXPECT_EQ(run_check("jwt", token), kPasses);
  EXPECT_EQ(describe_secret("jwt", token).account, "issuer https://id.acme.org/~x");
}

TEST(AwsKeyId, HoldsTheAccount) {
  // 123456789012 << 7 in the first six bytes.
  EXPECT_EQ(describe_secret("aws-key-id",
                            sample("AKIA{{base32(\"\\x0e\\x5f\\x4c\\x8d\\x0a\\x00\" byte{4})}}"))
                .account,
            "AWS account 123456789012");
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const ByteString id = sample("{{aws_key_id(\"ASIA\")}}", seed);
    ASSERT_EQ(run_check("aws-key-id", id), kPlausible);
    const SecretFacts facts = describe_secret("aws-key-id", id);
    if (id[4] == 'I' || id[4] == 'J') continue;
    EXPECT_EQ(facts.account.size(), 24U) << facts.account;
    EXPECT_EQ(facts.detail, "temporary key");
  }
  EXPECT_EQ(describe_secret("aws-key-id", sample("AKIAI{{base32{15}}}")).account, "");
  EXPECT_EQ(run_check("aws-key-id", sample("AKIA{{base32{15}}}")), kFails);
  EXPECT_EQ(run_check("aws-key-id", sample("AKIA{{base32{15}}}1")), kFails);
}

TEST(Services, SayWhoseTheyAre) {
  const auto account = [](const char* check, const std::string& text) {
    return describe_secret(check, sample(text)).account;
  };
  EXPECT_EQ(account("slack-token",
                    "xoxb-"
                    "123456789012-345678901234-{{base62{24}}}"),
            "workspace 123456789012, user 345678901234");
  EXPECT_EQ(account("slack-token",
                    "xoxb-"
                    "123456789012-{{base62{24}}}"),
            "workspace 123456789012");
  EXPECT_EQ(account("slack-token",
                    "xapp-1-"
                    "A0123456789-1234567890123-{{hex{64}}}"),
            "app A0123456789");
  EXPECT_EQ(account("slack-token", "xoxr-{{base62{24}}}"), "");
  EXPECT_EQ(account("slack-webhook", "T01234567/B01234567/{{base62{24}}}"), "workspace T01234567");
  const auto test_mode = [](const std::string& text) {
    return describe_secret("live-or-test", sample(text)).test_mode;
  };
  EXPECT_TRUE(test_mode("sk_test_{{base62{24}}}"));
  EXPECT_TRUE(test_mode("rk_test_{{base62{24}}}"));
  EXPECT_TRUE(test_mode("FLWSECK_TEST-{{hex{32}}}-X"));
  EXPECT_TRUE(test_mode("access_token$sandbox${{base36{16}}}"));
  EXPECT_TRUE(test_mode("sandbox-sq0csp-{{base62{43}}}"));
  EXPECT_FALSE(test_mode("sk_live_{{base62{24}}}"));
  EXPECT_EQ(describe_secret("live-or-test", sample("sk_live_{{base62{24}}}")).detail, "live mode");
}

TEST(Mnemonic, StandardsVectors) {
  const std::vector<std::string> right = {
      "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "
      "about",
      "legal winner thank year wave sausage worth useful legal winner thank yellow",
      "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
      "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
      "gravity machine north sort system female filter attitude volume fold club stay feature "
      "office ecology stable narrow fog",
      "hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy "
      "gospel tennis maple dilemma loan word shrug inflict delay length",
  };
  for (std::size_t i = 0; i < right.size(); ++i) {
    EXPECT_EQ(run_check("bip39", right[i]), kPasses) << right[i];
    EXPECT_EQ(describe_secret("bip39", right[i]).placeholder, i < 4) << right[i];
  }
  EXPECT_EQ(describe_secret("bip39", right[4]).detail, "18 words");
}

TEST(Mnemonic, WrongOnes) {
  const std::string eleven =
      "legal winner thank year wave sausage worth useful legal winner thank ";
  EXPECT_EQ(run_check("bip39", eleven), kFails);
  EXPECT_EQ(run_check("bip39", eleven + "zebra"), kFails);
  EXPECT_EQ(run_check("bip39", eleven + "yellowish"), kFails);
  EXPECT_EQ(run_check("bip39", eleven + "yellow yellow"), kFails);
  EXPECT_EQ(run_check("bip39", eleven + eleven + eleven), kFails);
  EXPECT_EQ(run_check("bip39", ""), kFails);
  // Of last words one in sixteen is right, as four bits of sum leave.
  int passed = 0;
  for (const char* word :
       {"zoo", "wrong", "year", "yellow", "winner", "worth", "wave", "useful", "thank", "sausage",
        "legal", "about", "above", "cage", "letter", "doctor"}) {
    passed += run_check("bip39", eleven + word) == kPasses ? 1 : 0;
  }
  EXPECT_LE(passed, 4);
  EXPECT_GE(passed, 1);
}

}  // namespace
}  // namespace dragnet
