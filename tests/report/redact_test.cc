#include "report/redact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

namespace dragnet {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::string random_text(std::mt19937* random, std::size_t size, std::string_view alphabet) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += alphabet[(*random)() % alphabet.size()];
  return out;
}

// How many bytes of `secret` its redacted form begins with.
std::size_t bytes_shown(const std::string& redacted, std::string_view secret) {
  const std::size_t marker = redacted.rfind("****(");
  EXPECT_NE(marker, std::string::npos);
  EXPECT_EQ(redacted.substr(0, marker), secret.substr(0, marker));
  return marker;
}

TEST(RedactSecret, ShowsItsFrontAndItsLength) {
  EXPECT_EQ(redact_secret("gh"s + "p_" + std::string(36, 'x')), "ghp_****(40)");
  EXPECT_EQ(redact_secret("fifteen bytes.."), "****(15)");
  EXPECT_EQ(redact_secret("sixteen bytes..."), "sixt****(16)");
  EXPECT_EQ(redact_secret(""), "****(0)");
}

TEST(RedactSecret, IsOneLineOfPrintableAscii) {
  EXPECT_EQ(redact_secret("a\nbcdefghijklmnop"), "a****(17)");
  EXPECT_EQ(redact_secret("\x1b]0;abcdefghijklmnop"), "****(20)");
  EXPECT_EQ(redact_secret("\xff\xfe"
                          "abcdefghijklmnop"),
            "****(18)");
}

TEST(RedactSecret, OfAPemBlockShowsTheLabelLine) {
  const std::string label = "-----BEGIN EC PRI"s + "VATE KEY-----";
  const std::string block = label + "\n" + std::string(164, 'M');
  EXPECT_EQ(redact_secret(block), label + "****(" + std::to_string(block.size()) + ")");
  // Too short for a quarter of it to hold the label.
  EXPECT_EQ(redact_secret(label + "\n" + std::string(40, 'M')), "----****(71)");
  // No label: anything may stand there.
  EXPECT_EQ(redact_secret("-----BEGIN s3cr3t-----" + std::string(200, 'M')), "----****(222)");
}

TEST(RedactSecret, NeverShowsMoreThanAQuarter) {
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::string secret;
    for (std::size_t left = random() % 300; left > 0; --left) {
      secret += static_cast<char>(random() % 256);
    }
    const std::string redacted = redact_secret(secret);
    EXPECT_EQ(redacted, redact_secret(secret));
    const std::size_t shown = bytes_shown(redacted, secret);
    ASSERT_LE(shown, secret.size() / 4);
    ASSERT_LE(shown, secret.size() < 16 ? 0u : 4u);
    ASSERT_TRUE(
        std::all_of(redacted.begin(), redacted.end(), [](char c) { return c > ' ' && c < 0x7f; }));
  }
}

// The slow obvious redactor: looks for every secret everywhere.
std::string slow_apply(const std::vector<std::string>& secrets, const std::string& text) {
  std::vector<SecretMatch> matches;
  for (const std::string& secret : secrets) {
    if (secret.size() < Redactor::kLeastSecret) continue;
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + 1)) {
      matches.push_back({at, at + secret.size(), secret.size() < 16 ? 0 : secret.size() / 4});
    }
  }
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at, limit = 4;
    for (bool grown = true; grown;) {  // the run of overlapping matches that starts here
      grown = false;
      for (const SecretMatch& m : matches) {
        const bool joins = m.start == at || (m.start > at && m.start < end);
        if (!joins) continue;
        limit = std::min(limit, m.start - at + m.may_show);
        if (m.end > end) {
          end = m.end;
          grown = true;
        }
      }
    }
    if (end == at) {
      out += text[at++];
      continue;
    }
    out += text.substr(at, limit) + "****(" + std::to_string(end - at) + ")";
    at = end;
  }
  return out;
}

TEST(Redactor, AgreesWithTheSlowOne) {
  std::mt19937 random(2);
  for (int round = 0; round < 3000; ++round) {
    const std::string_view alphabet = round % 2 == 0 ? "ab" : "abcd";
    std::vector<std::string> secrets;
    Redactor redactor;
    for (std::size_t i = random() % 12; i > 0; --i) {
      // Nested ones are common: half of them extend an earlier one.
      std::string secret = random_text(&random, random() % 20, alphabet);
      if (!secrets.empty() && random() % 2 == 0)
        secret = secrets[random() % secrets.size()] + secret;
      secrets.push_back(secret);
      redactor.add(secret);
    }
    std::string text;
    for (int part = 0; part < 6; ++part) {
      text += random_text(&random, random() % 15, alphabet);
      if (!secrets.empty()) text += secrets[random() % secrets.size()];
    }
    const std::string redacted = redactor.apply(text);
    ASSERT_EQ(redacted, slow_apply(secrets, text));
    for (const std::string& secret : secrets) {
      if (secret.size() >= Redactor::kLeastSecret) {
        ASSERT_THAT(redacted, Not(HasSubstr(secret)));
      }
    }
  }
}

TEST(Redactor, WithoutSecretsChangesNothing) {
  const Redactor redactor;
  const std::string text("any \x00 text %41", 13);
  EXPECT_EQ(redactor.apply(text), text);
  EXPECT_EQ(redactor.apply(""), "");
}

TEST(Redactor, LeavesShortSecretsAlone) {
  Redactor redactor;
  redactor.add("admin");
  EXPECT_EQ(redactor.apply("src/admin/page.html"), "src/admin/page.html");
}

TEST(Redactor, KeepsInNamesWhatTheyMayHoldByChance) {
  Redactor redactor;
  redactor.add("celery");
  redactor.add("Zx81kQ0vTn57rWbG");
  EXPECT_EQ(redactor.apply_to_name("celery/backends/redis.py"), "celery/backends/redis.py");
  EXPECT_EQ(redactor.apply_to_name("celery/Zx81kQ0vTn57rWbG.key"), "celery/Zx81****(16).key");
  redactor.add_from_name("hunter2");
  EXPECT_EQ(redactor.apply_to_name("fix-password=hunter2/celery"), "fix-password=****(7)/celery");
  EXPECT_EQ(redactor.apply("celery/Zx81kQ0vTn57rWbG"), "****(6)/Zx81****(16)");
}

TEST(Redactor, ShowsNoMoreOfANestedSecretThanItAllows) {
  Redactor redactor;
  redactor.add("abcdefgh");                  // may show nothing
  redactor.add("abcdefghijklmnopqrstuvwx");  // could show four bytes, but they are the other's
  redactor.add("01abcdefghijklmnopqrst");    // the other starts at its third byte
  EXPECT_EQ(redactor.apply("x/abcdefghijklmnopqrstuvwx"), "x/****(24)");
  EXPECT_EQ(redactor.apply("x/01abcdefghijklmnopqrst"), "x/01****(22)");
}

TEST(Redactor, FindsPercentEncodedAndUtf16Spellings) {
  Redactor redactor;
  redactor.add("p@ss/word+1");
  EXPECT_EQ(redactor.apply("https://h/x?k=p%40ss%2Fword%2b1&y"), "https://h/x?k=****(17)&y");
  EXPECT_EQ(redactor.apply("100% p@ss/word+1 %4"), "100% ****(11) %4");
  std::string wide;
  for (const char c : "p@ss/word+1"s) wide += std::string(1, c) + '\0';
  const std::string redacted = redactor.apply("k=" + wide + "!");
  EXPECT_EQ(redacted, "k=****(22)!");
}

TEST(Redactor, TakesMoreSecretsAfterUse) {
  Redactor redactor;
  redactor.add("first-secret");
  EXPECT_EQ(redactor.apply("second-secret"), "second-secret");
  redactor.add("second-secret");
  EXPECT_EQ(redactor.apply("second-secret, first-secret"), "****(13), ****(12)");
}

TEST(Redactor, MayBeSharedByThreads) {
  Redactor redactor;
  for (int i = 0; i < 1000; ++i) redactor.add("secret-number-" + std::to_string(1000 + i));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&redactor] {
      for (int i = 0; i < 1000; ++i) {
        EXPECT_EQ(redactor.apply("a/secret-number-" + std::to_string(1000 + i) + "/b"),
                  "a/secr****(18)/b");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(SplitAtSecrets, TakesMatchesOutsideTheText) {
  const auto pieces =
      split_at_secrets("0123456789", {{8, 99, 0}, {50, 60, 0}, {3, 3, 0}, {5, 2, 0}});
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0].text, "01234567");
  EXPECT_EQ(pieces[1].text, "****(2)");
  EXPECT_TRUE(pieces[1].secret);
}

}  // namespace
}  // namespace dragnet
