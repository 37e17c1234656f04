// What secrets tell of themselves, through the whole program: account, expiry by --as-of, what they
// are, and what that does to the score.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "cli/program.h"
#include "rules/sample.h"
#include "support/temporary_folder.h"

namespace dragnet::test_support {
namespace {

class Told : public testing::Test {
 protected:
  // Writes the expansion of a sample to a file of the folder.
  void write(const std::string& name, const std::string& text, std::uint64_t seed = 1) {
    std::ofstream(folder_.path(name), std::ios::binary) << expand_sample(text, seed).value();
  }
  Audit run(const std::string& as_of = "2026-06-01") {
    return scan({folder_.root(), "--explain", "--as-of", as_of});
  }
  const std::string& root() const { return folder_.root(); }

 private:
  TemporaryFolder folder_;
};

// The one finding of a rule.
Json of_rule(const Audit& audit, const std::string& rule) {
  Json found;
  for (const Json& finding : audit.report["findings"]) {
    if (finding["rule"] != rule) continue;
    EXPECT_TRUE(found.is_null()) << rule << " twice";
    found = finding;
  }
  EXPECT_FALSE(found.is_null()) << "no " << rule << " in " << audit.report.dump(1);
  return found;
}

bool has_factor(const Json& finding, const std::string& name) {
  return std::any_of(finding["explain"].begin(), finding["explain"].end(),
                     [&](const Json& factor) { return factor["name"] == name; });
}

TEST_F(Told, AccountsOfAddresses) {
  write("a.env", "DATABASE_URL=postgres://app:{{base62{20}}}@db.acme.org:5432/app\n");
  write("b.env", "REDIS_URL=redis://cache:{{base62{24}}}@localhost:6379/0\n");
  const Audit audit = run();
  const Json remote = of_rule(audit, "postgres-connection-uri");
  EXPECT_EQ(remote["account"], "app@db.acme.org");  // all that the rule's regex takes in
  EXPECT_FALSE(has_factor(remote, "local"));
  const Json local = of_rule(audit, "redis-connection-uri");
  EXPECT_EQ(local["account"], "cache@localhost");
  EXPECT_TRUE(has_factor(local, "local"));
  EXPECT_LT(local["score"].get<int>(), 50);
}

// One password, at two hosts, of which one is local: whatever the order, the other counts.
TEST_F(Told, OneSecretOfSeveralPlaces) {
  const std::string password = "{{base62{20}}}";
  write("a.env", "U=mysql://a:" + password + "@localhost/x\n");
  write("z.env", "U=mysql://z:" + password + "@db.acme.org/x\n");
  write("m.env", "U=mysql://m:" + password + "@127.0.0.1/x\n");
  for (const char* threads : {"1", "4"}) {
    const Audit audit = scan({root(), "--explain", "--threads", threads});
    ASSERT_EQ(audit.report["findings"].size(), 3U);
  }
}

TEST_F(Told, ExpiryIsJudgedByTheDateOfTheReport) {
  write("t.txt",
        "token: "
        "{{base64url(\"{\\\"alg\\\":\\\"HS256\\\"}\")}}.{{base64url(\"{\\\"iss\\\":\\\"acme\\\","
        "\\\"exp\\\":"
        "1790000000,\\\"x\\\":\\\"\" base62{20} \"\\\"}\")}}.{{base64url{43}}}\n");
  const Json before = of_rule(run("2026-09-21"), "jwt");
  EXPECT_EQ(before["validity"]["state"], "unknown");
  EXPECT_EQ(before["validity"]["expires_at"], "2026-09-21T14:13:20Z");
  EXPECT_EQ(before["account"], "issuer acme");
  EXPECT_EQ(before["detail"], "algorithm HS256");
  EXPECT_EQ(before["confidence"], "confirmed-offline");
  const Json after = of_rule(run("2026-09-22"), "jwt");
  EXPECT_EQ(after["validity"]["state"], "expired");
  EXPECT_TRUE(has_factor(after, "expired"));
  EXPECT_LT(after["score"].get<int>(), before["score"].get<int>());
}

TEST_F(Told, SignedAddressesExpire) {
  write("u.txt",
        "https://acme.s3.amazonaws.com/"
        "a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20240131T000000Z&"
        "X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature={{hex{64}}}\n");
  const Json finding = of_rule(run(), "aws-s3-presigned-v4");
  EXPECT_EQ(finding["validity"]["expires_at"], "2024-02-01T00:00:00Z");
  EXPECT_EQ(finding["validity"]["state"], "expired");
}

TEST_F(Told, TestModeAndAccounts) {
  write("s.env", "STRIPE=sk_test_{{base62{24}}}\n");
  write("k.env", "AWS_ACCESS_KEY_ID=AKIA{{base32(\"\\x8e\\x5f\\x4c\\x8d\\x0a\\x00\" byte{4})}}\n");
  write("d.json", "{\"auths\":{\"r.acme.org\":{\"auth\":\"{{base64(\"ci:\" base62{24})}}\"}}}\n");
  const Audit audit = run();
  EXPECT_TRUE(has_factor(of_rule(audit, "stripe-secret-test-key"), "test mode"));
  EXPECT_EQ(of_rule(audit, "aws-access-key-id")["account"], "AWS account 123456789012");
  EXPECT_EQ(of_rule(audit, "docker-auth-config")["account"], "user ci");
}

TEST_F(Told, KeysOfTools) {
  const std::string command = "cd '" + root() +
                              "' && ssh-keygen -q -t ed25519 -N '' -f plain && "
                              "ssh-keygen -q -t rsa -b 1024 -a 1 -N secret -f locked";
  if (std::system((command + " >/dev/null 2>&1").c_str()) != 0) GTEST_SKIP();
  const Audit audit = run();
  ASSERT_EQ(audit.report["findings"].size(), 2U);
  const Json& first = audit.report["findings"][0];
  const Json& second = audit.report["findings"][1];
  EXPECT_EQ(first["detail"], "Ed25519, not encrypted");
  EXPECT_EQ(first["confidence"], "confirmed-offline");
  EXPECT_EQ(second["detail"], "RSA 1024 bits, encrypted");
  EXPECT_TRUE(has_factor(second, "encrypted"));
  EXPECT_LT(second["score"].get<int>(), first["score"].get<int>());
}

TEST_F(Told, FilesByTheirNames) {
  const std::string text =
      "{\"out\": {\"value\": \"{{base62{30}}}\", \"type\": \"string\", \"sensitive\": true}}\n";
  write("prod.tfstate", text);
  write("other.json", text);
  const Json finding = of_rule(run(), "terraform-state-sensitive-output");
  ASSERT_EQ(finding["occurrences"].size(), 1U);
  EXPECT_EQ(finding["occurrences"][0]["path"], "prod.tfstate");
}

// A rule for files of a certain name must not take a finding away from other files.
TEST_F(Told, RulesOfFilesGiveWay) {
  write("app.ini", "username=backup\npassword={{base62{10} digit{2} \"!\" lower{3} upper{3}}}\n");
  const Audit audit = run();
  ASSERT_EQ(audit.report["findings"].size(), 1U);
  EXPECT_EQ(audit.report["findings"][0]["also"].dump().find("generic"), std::string::npos);
  EXPECT_NE(audit.report["findings"][0]["rule"], "cifs-credentials-password");
}

}  // namespace
}  // namespace dragnet::test_support
