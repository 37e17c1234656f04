#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "match/checks.h"
#include "match/pem.h"
#include "rules/sample.h"
#include "support/made_by_tools.h"

namespace dragnet {
namespace {

using test_support::MadeByTools;

constexpr CheckResult kFails = CheckResult::kFails;
constexpr CheckResult kPlausible = CheckResult::kPlausible;
constexpr CheckResult kPasses = CheckResult::kPasses;

ByteString sample(const std::string& text, std::uint64_t seed = 1) {
  return expand_sample(text, seed).value();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// As files hold it, and as code and configuration do.
std::vector<std::string> spellings(const std::string& pem) {
  return {pem,
          replaced(pem, "\n", "\r\n"),
          replaced(pem, "\n", "\\n"),
          replaced(pem, "\n", "\\\\n"),
          replaced(pem, "\n", "\\r\\n"),
          replaced(pem, "\n", "\n    "),
          replaced(pem, "\n", "\\n\" +\n  \""),
          replaced(replaced(pem, "\n", "\\n"), "/", "\\/")};
}

TEST_F(MadeByTools, KeysInEverySpelling) {
  if (!has("openssl") || !has("ssh-keygen")) GTEST_SKIP();
  struct Case {
    std::string command, detail;
    bool encrypted;
    CheckResult result = kPasses;
  };
  const std::vector<Case> cases = {
      {"openssl genrsa -traditional -out k 2048", "RSA 2048 bits, not encrypted", false},
      {"openssl genpkey -algorithm ED25519 -out k", "Ed25519, not encrypted", false},
      {"openssl ecparam -name prime256v1 -genkey -noout -out k", "EC P-256, not encrypted", false},
      {"openssl genpkey -algorithm ED25519 -aes256 -pass pass:x -out k", "encrypted", true},
      {"openssl genrsa -traditional -aes128 -passout pass:x -out k 1024", "encrypted", true,
       kPlausible},
      {"rm -f k && ssh-keygen -q -t ed25519 -N '' -f k", "Ed25519, not encrypted", false},
      {"rm -f k && ssh-keygen -q -t rsa -b 1024 -N '' -f k", "RSA 1024 bits, not encrypted", false},
      {"rm -f k && ssh-keygen -q -a 1 -t ed25519 -N secret -f k", "Ed25519, encrypted", true},
  };
  for (const Case& c : cases) {
    ASSERT_TRUE(run(c.command)) << c.command;
    for (const std::string& pem : spellings(read("k"))) {
      EXPECT_EQ(run_check("pem-key", pem), c.result) << c.command << pem;
      const SecretFacts facts = describe_secret("pem-key", pem);
      EXPECT_EQ(facts.detail, c.detail) << c.command;
      EXPECT_EQ(facts.encrypted, c.encrypted) << c.command;
    }
  }
}

TEST_F(MadeByTools, KeysInBase64) {
  if (!has("openssl") || !has("base64")) GTEST_SKIP();
  ASSERT_TRUE(run("openssl genrsa -traditional -out k 1024 && base64 -w0 k > b"));
  EXPECT_EQ(run_check("pem-in-base64", read("b")), kPasses);
  EXPECT_EQ(describe_secret("pem-in-base64", read("b")).detail, "RSA 1024 bits, not encrypted");
  ASSERT_TRUE(run("openssl rsa -in k -outform DER -out d && base64 -w0 d > b"));
  EXPECT_EQ(run_check("der-key", read("b")), kPasses);
  EXPECT_EQ(describe_secret("der-key", read("b")).detail, "RSA 1024 bits, not encrypted");
  EXPECT_EQ(run_check("pem-in-base64", read("b")), kFails);
  ASSERT_TRUE(
      run("openssl req -x509 -key k -subj /CN=x -out c && openssl pkcs12 -export -inkey k "
          "-in c -passout pass:x -out p && base64 -w0 p > b"));
  EXPECT_EQ(run_check("pkcs12", read("b")), kPlausible);
}

TEST_F(MadeByTools, PgpKeys) {
  if (!has("gpg")) GTEST_SKIP();
  const std::string gpg = "gpg --homedir " + root() + " --batch --yes --pinentry-mode loopback ";
  for (const auto& [kind, detail] : {std::pair{"rsa1024", "RSA 1024 bits"}, {"ed25519", "EdDSA"}}) {
    if (!run(gpg + "--passphrase '' --quick-gen-key " + kind + "@example.org " + kind) ||
        !run(gpg + "--passphrase '' -a -o k --export-secret-keys " + kind + "@example.org")) {
      GTEST_SKIP();
    }
    const std::string key = read("k");
    ASSERT_TRUE(key.starts_with("-----BEGIN PGP"));
    EXPECT_EQ(run_check("pgp-key", key), kPasses);
    EXPECT_EQ(run_check("pgp-key", replaced(key, "\n", "\\n")), kPasses);
    EXPECT_EQ(describe_secret("pgp-key", key).detail, detail);
    std::string changed = key;
    changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
    EXPECT_EQ(run_check("pgp-key", changed), kPlausible);
  }
  run("gpgconf --homedir " + root() + " --kill all");
}

TEST(Pem, WhatIsNone) {
  const std::string begin = std::string("-----BEGIN RSA ") + "PRIVATE KEY-----\n";
  EXPECT_FALSE(parse_pem(""));
  EXPECT_FALSE(parse_pem("-----BEGIN "));
  EXPECT_FALSE(parse_pem(begin));
  EXPECT_FALSE(parse_pem(begin + "\\"));
  EXPECT_FALSE(parse_pem(begin + "A\n-----END"));
  EXPECT_EQ(run_check("pem-key", begin + "QUJD\n-----END"), kFails);
  EXPECT_EQ(parse_pem(begin + "QUJD\n-----END")->bytes, "ABC");
  EXPECT_EQ(parse_pem(begin + "QUJD")->bytes, "ABC");
  EXPECT_EQ(parse_pem(begin + "QUJD")->label, std::string("RSA ") + "PRIVATE KEY");
  EXPECT_EQ(run_check("pem-key", "nothing"), kFails);
}

// Bytes that are no key may be an excerpt: plausible, never confirmed.
TEST(Pem, RandomBodiesAreNotConfirmed) {
  for (const char* label : {"RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY",
                            "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "DSA PRIVATE KEY"}) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const ByteString key = sample(std::string("{{pem(\"") + label + "\" 300)}}", seed);
      EXPECT_EQ(run_check("pem-key", key), kPlausible) << label;
      EXPECT_EQ(describe_secret("pem-key", key).detail, "") << label;
    }
  }
}

// Cosign's keys are always under a passphrase; a block of anything else is none of them.
TEST(CosignKey, JsonOfTheRightParts) {
  const auto block = [](const std::string& json) {
    return sample("-----BEGIN ENCRYPTED COSIGN {{\"PRIVATE KEY-----\\n\" base64(" + json +
                  ") \"\\n\"}}-----END ENCRYPTED COSIGN PRIVATE KEY-----");
  };
  const std::string kdf = R"("{\"kdf\":{\"name\":\"scrypt\",\"salt\":\"" base64{44} "\"},")";
  const std::string cipher = R"("\"cipher\":{\"name\":\"nacl/secretbox\"},")";
  const std::string text = R"("\"ciphertext\":\"" base64{200} "\"}")";
  const ByteString key = block(kdf + " " + cipher + " " + text);
  for (const std::string& spelling : spellings(key)) {
    EXPECT_EQ(run_check("cosign-key", spelling), kPasses) << spelling;
    const SecretFacts facts = describe_secret("cosign-key", spelling);
    EXPECT_TRUE(facts.encrypted);
    EXPECT_EQ(facts.detail, "encrypted, scrypt");
  }
  EXPECT_EQ(run_check("cosign-key", block(kdf + " " + text)), kFails);
  EXPECT_EQ(run_check("cosign-key", block(R"("{" )" + cipher + " " + text)), kFails);
  EXPECT_EQ(run_check("cosign-key", block(R"("{\"kdf\":1," )" + cipher + " " + text)), kFails);
  EXPECT_EQ(run_check("cosign-key", block("base62{300}")), kFails);
  EXPECT_EQ(run_check("cosign-key", "x"), kFails);
}

}  // namespace
}  // namespace dragnet
