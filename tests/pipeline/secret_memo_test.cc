#include "pipeline/secret_memo.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace dragnet {
namespace {

Rule rule_of(const std::string& id, const std::string& regex) {
  Rule rule;
  rule.id = id;
  rule.family = id;
  rule.regex = regex;
  return rule;
}

// Asked again and again, of few secrets and of many, short and long, it says what is so.
TEST(SecretMemo, SaysWhatIsWorkedOutAnew) {
  RuleSet rules;
  rules.rules = {rule_of("a", "//(?P<user>[a-z]+):([a-z]+)@(?P<host>[a-z.]+)"),
                 rule_of("b", "(?P<user>[a-z]+):([a-z]+)")};
  const auto pack = RulePack::compile(std::move(rules));
  ASSERT_TRUE(pack.ok());
  const IdentityKey key = IdentityKey::public_key();
  SecretMemo memo(pack->get(), &key);
  std::mt19937 random(5);
  for (const unsigned kinds : {3U, 5000U}) {
    for (int i = 0; i < 4000; ++i) {
      // Of secret and user one may be the other's, or a piece of it.
      std::string secret(1 + random() % kinds % 1500, 'x');
      std::string user(1 + random() % 3, 'x');
      if (random() % 2 == 0) std::swap(secret, user);
      const auto rule = static_cast<std::uint32_t>(random() % 2);
      const std::string match =
          (rule == 0 ? "//" : "") + user + ":" + secret + (rule == 0 ? "@db.acme.org" : "");
      const SecretMemo::Told& told = memo.of(rule, match, secret);
      EXPECT_EQ(told.identity, key.identity(rule == 0 ? "a" : "b", canonical_secret(secret)));
      const MatchContext wanted = match_context(**pack, rule, match, secret);
      ASSERT_EQ(told.context.account, wanted.account) << match;
      ASSERT_EQ(told.context.local, wanted.local);
      ASSERT_EQ(told.context.expires_at, wanted.expires_at);
    }
  }
}

}  // namespace
}  // namespace dragnet
