#include "match/match_context.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "base/date.h"
#include "match/rule_maker.h"

namespace dragnet {
namespace {

MatchContext context_of(const std::string& regex, const std::string& match,
                        const std::string& secret, FindingKind kind = FindingKind::kSecret) {
  Rule rule = make_rule("r", regex);
  rule.kind = kind;
  const auto pack = make_pack({rule});
  return match_context(*pack, 0, match, secret);
}

MatchContext of_address(const std::string& address) {
  return context_of("x{4}", address, "s3cr3t");
}

TEST(Context, Addresses) {
  struct Case {
    const char* address;
    const char* account;
    bool local;
  };
  for (const Case& c : {
           Case{"postgres://app:s3cr3t@db.acme.org:5432", "app@db.acme.org:5432", false},
           Case{"https://ci:s3cr3t@git.acme.org", "ci@git.acme.org", false},
           Case{"redis://:s3cr3t@10.0.0.1", "10.0.0.1", false},
           Case{"mysql://root:s3cr3t@localhost", "root@localhost", true},
           Case{"mysql://root:s3cr3t@127.0.0.1:3306", "root@127.0.0.1:3306", true},
           Case{"amqp://u:s3cr3t@[::1]:5672", "u@[::1]:5672", true},
           Case{"amqp://u:s3cr3t@db.example.com", "u@db.example.com", true},
           Case{"amqp://u:s3cr3t@127.evil.org", "u@127.evil.org", false},
           Case{"amqp://${USER}:s3cr3t@acme.org", "acme.org", false},
           Case{"amqp://s3cr3t:s3cr3t@acme.org", "acme.org", false},
           Case{"jdbc:mysql://db.acme.org:3306/app?user=app&password=s3cr3t",
                "app@db.acme.org:3306", false},
           Case{"jdbc:postgresql://localhost/app?user=me&password=s3cr3t", "me@localhost", true},
           Case{"jdbc:sqlserver://db1;databaseName=app;user=sa;password=s3cr3t", "sa@db1", false},
           Case{"password = s3cr3t", "", false},
           Case{"see http://acme.org/ user:s3cr3t@", "", false},
       }) {
    const MatchContext context = of_address(c.address);
    EXPECT_EQ(context.account, c.account) << c.address;
    EXPECT_EQ(context.local, c.local) << c.address;
    EXPECT_FALSE(context.expires_at.has_value()) << c.address;
  }
}

TEST(Context, NamedGroups) {
  const std::string netrc = R"(machine\s(?P<host>\S+)\slogin\s(?P<user>\S+)\spassword\s(\S+))";
  const MatchContext context =
      context_of(netrc, "machine git.acme.org login ci password s3cr3t", "s3cr3t");
  EXPECT_EQ(context.account, "ci@git.acme.org");
  EXPECT_TRUE(context_of(netrc, "machine localhost login ci password s3cr3t", "s3cr3t").local);
  EXPECT_EQ(context_of("key (\\w+)( for (?P<account>\\S+))?", "key s3cr3t for a@acme.org", "s3cr3t")
                .account,
            "a@acme.org");
  EXPECT_EQ(context_of("key (\\w+)( for (?P<account>\\S+))?", "key s3cr3t", "s3cr3t").account, "");
  // The secret itself is never a name.
  EXPECT_EQ(context_of("key (?P<account>\\w+)", "key s3cr3t", "s3cr3t").account, "");
  // In rules of other kinds these groups name other things.
  EXPECT_EQ(context_of("key (\\w+) for (?P<account>\\S+)", "key s3cr3t for a", "s3cr3t",
                       FindingKind::kBucket)
                .account,
            "");
}

TEST(Context, SignedAddresses) {
  const auto expiry = [](const std::string& match) {
    const auto at = of_address(match + "s3cr3t").expires_at;
    return at ? format_date(*at) : std::string();
  };
  EXPECT_EQ(expiry("sv=2022-11-02&se=2030-01-02T03:04:05Z&sp=r&sig="), "2030-01-02T03:04:05Z");
  EXPECT_EQ(expiry("sv=2022-11-02&se=2030-01-02T03%3A04%3A05Z&sig="), "2030-01-02T03:04:05Z");
  EXPECT_EQ(expiry("sv=2022-11-02&amp;se=2030-01-02&amp;sig="), "2030-01-02T00:00:00Z");
  EXPECT_EQ(expiry("?X-Amz-Date=20240131T000000Z&X-Amz-Expires=86400&X-Amz-Signature="),
            "2024-02-01T00:00:00Z");
  EXPECT_EQ(expiry("X-Goog-Date=20240131T000000Z&X-Goog-Expires=60&X-Goog-Signature="),
            "2024-01-31T00:01:00Z");
  EXPECT_EQ(expiry("AWSAccessKeyId=x&Expires=1893456000&Signature="), "2030-01-01T00:00:00Z");
  EXPECT_EQ(expiry("?X-Amz-Date=20240131T000000Z&X-Amz-Signature="), "");
  EXPECT_EQ(expiry("?X-Amz-Date=2024013AT000000Z&X-Amz-Expires=60&X-Amz-Signature="), "");
  EXPECT_EQ(expiry("Expires=99999999999999999999&Signature="), "");
  EXPECT_EQ(expiry("Expires=&Signature="), "");
  EXPECT_EQ(expiry("se=tomorrow&sig="), "");
  EXPECT_EQ(expiry("case=2030-01-01&sig="), "");
  EXPECT_EQ(
      of_address("GoogleAccessId=sa%40acme.iam.gserviceaccount.com&Expires=1&Signature=s3cr3t")
          .account,
      "sa@acme.iam.gserviceaccount.com");
}

TEST(Context, LocalHosts) {
  for (const char* host :
       {"localhost", "LOCALHOST:80", "127.0.0.1", "127.1.2.3:5", "[::1]", "[::1]:9", "0.0.0.0",
        "a.localhost", "db.test", "x.example.com", "host.docker.internal"}) {
    EXPECT_TRUE(is_local_host(host)) << host;
  }
  for (const char* host : {"", "db", "acme.org", "localhost.acme.org", "127.acme.org", "[", "[]",
                           ":", "notlocalhost", "10.0.0.1", "xexample.com"}) {
    EXPECT_FALSE(is_local_host(host)) << host;
  }
}

// Any order in which contexts arrive gives the same one.
TEST(Context, OrderIsTotal) {
  std::vector<MatchContext> all;
  for (const bool local : {false, true}) {
    for (const char* account : {"", "a@x", "b@x"}) {
      for (const std::optional<std::int64_t> expiry : {std::optional<std::int64_t>(), {5}, {9}}) {
        MatchContext one;
        one.account = account;
        one.expires_at = expiry;
        one.local = local;
        all.push_back(one);
      }
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j) {
      EXPECT_EQ(all[i] < all[j] || all[j] < all[i], i != j);
    }
  }
  const MatchContext& first = *std::min_element(all.begin(), all.end());
  EXPECT_EQ(first.account, "a@x");
  EXPECT_FALSE(first.local);
}

TEST(Context, HostileBytes) {
  std::mt19937 random(11);
  const auto pack = make_pack({make_rule("r", "x{4}")});
  const std::vector<std::string> pieces = {"://",
                                           ":",
                                           "@",
                                           "s3cr3t",
                                           "jdbc:",
                                           "?user=",
                                           "&se=",
                                           "sig=",
                                           "%",
                                           "%4",
                                           "%zz",
                                           "X-Amz-Date=",
                                           "X-Amz-Expires=",
                                           "[",
                                           "AWSAccessKeyId=",
                                           "\xff",
                                           "\n",
                                           "a",
                                           "9"};
  for (int i = 0; i < 20000; ++i) {
    std::string match;
    for (std::size_t n = random() % 14; n > 0; --n) match += pieces[random() % pieces.size()];
    const MatchContext context = match_context(*pack, 0, match, "s3cr3t");
    EXPECT_EQ(context.account.find("s3cr3t"), std::string::npos) << match;
  }
}

}  // namespace
}  // namespace dragnet
