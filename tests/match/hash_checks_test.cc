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

std::string output(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen((command + " 2>/dev/null").c_str(), "r"),
                                                   &pclose);
  std::string text;
  if (!pipe) return text;
  char buffer[512];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe.get())) {
    text.append(buffer, size);
  }
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// crypt(3)'s alphabet, in its order.
const std::string kAlphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

TEST(PasswordHash, OfOpensslPasswd) {
  struct Kind {
    std::string option, detail;
    std::size_t last;  // so many characters may stand at the end
  };
  for (const Kind& kind : {Kind{"-6", "SHA-512 crypt", 4}, Kind{"-5", "SHA-256 crypt", 16},
                           Kind{"-1", "MD5 crypt", 4}, Kind{"-apr1", "Apache MD5", 4}}) {
    for (int i = 0; i < 12; ++i) {
      const std::string hash =
          output("openssl passwd " + kind.option + " word" + std::to_string(i));
      if (hash.empty()) GTEST_SKIP();
      ASSERT_EQ(run_check("password-hash", hash), kPlausible) << hash;
      EXPECT_EQ(describe_secret("password-hash", hash).detail, kind.detail);
      std::size_t right = 0;
      for (const char c : kAlphabet) {
        const std::string changed = hash.substr(0, hash.size() - 1) + c;
        right += run_check("password-hash", changed) == kPlausible ? 1 : 0;
      }
      EXPECT_EQ(right, kind.last) << kind.option;
      EXPECT_EQ(run_check("password-hash", hash + "a"), kFails);
      for (std::size_t size = 0; size < hash.size(); ++size) {
        EXPECT_EQ(run_check("password-hash", hash.substr(0, size)), kFails) << size;
      }
    }
  }
}

// The C library's crypt(3), through Perl or Python, has bcrypt and yescrypt.
TEST(PasswordHash, OfCrypt) {
  const auto crypt = [](const std::string& setting) {
    return output("perl -e 'print crypt(\"word\", \"" + setting + "\")'");
  };
  struct Kind {
    std::string setting, detail;
  };
  for (const Kind& kind : {Kind{"\\$2b\\$05\\$abcdefghijklmnopqrstuu", "bcrypt, cost 5"},
                           Kind{"\\$2y\\$04\\$ABCDEFGHIJKLMNOPQRSTUu", "bcrypt, cost 4"},
                           Kind{"\\$y\\$j9T\\$F5Jx5fExrKuPp53xLKQ..1", "yescrypt"},
                           Kind{"\\$6\\$rounds=1500\\$saltsalt", "SHA-512 crypt, 1500 rounds"}}) {
    const std::string hash = crypt(kind.setting);
    if (!hash.starts_with('$')) continue;  // a C library without it
    EXPECT_EQ(run_check("password-hash", hash), kPlausible) << hash;
    EXPECT_EQ(describe_secret("password-hash", hash).detail, kind.detail);
  }
}

TEST(PasswordHash, Shapes) {
  const auto check = [](const std::string& text) {
    return run_check("password-hash", expand_sample(text, 1).value());
  };
  EXPECT_EQ(check("$2b$12${{base62{52}}}."), kPlausible);
  EXPECT_EQ(check("$2b$12${{base62{52}}}/"), kFails);
  EXPECT_EQ(check("$2b$03${{base62{52}}}."), kFails);
  EXPECT_EQ(check("$2b$32${{base62{52}}}."), kFails);
  EXPECT_EQ(check("$6$rounds=99${{base62{16}}}${{base62{85}}}1"), kFails);
  EXPECT_EQ(check("$6$rounds=x${{base62{16}}}${{base62{85}}}1"), kFails);
  EXPECT_EQ(check("$6${{base62{17}}}${{base62{85}}}1"), kFails);
  EXPECT_EQ(check("$6$$"), kFails);
  EXPECT_EQ(check("$9${{base62{14}}}${{base62{43}}}"), kFails);
  EXPECT_EQ(check("$argon2id$v=19$m=65536,t=3,p=4${{base64{22}}}${{base64{43}}}"), kPlausible);
  EXPECT_EQ(check("$argon2id$m=65536,t=3,p=4$v=19${{base64{22}}}${{base64{43}}}"), kFails);
  EXPECT_EQ(check("{SHA}{{base64(byte{20})}}"), kPlausible);
  EXPECT_EQ(check("{SHA}{{base64(byte{24})}}"), kFails);
  EXPECT_EQ(check("{SSHA}{{base64(byte{28})}}"), kPlausible);
  EXPECT_EQ(check("{SSHA}{{base64(byte{20})}}"), kFails);
  EXPECT_EQ(check("{CRYPT}x"), kFails);
  EXPECT_EQ(check(""), kFails);
}

}  // namespace
}  // namespace dragnet
