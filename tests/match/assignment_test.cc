#include "match/assignment.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "match/confirm.h"
#include "match/rule_maker.h"

namespace dragnet {
namespace {

std::vector<NameWord> words() {
  std::vector<NameWord> out;
  for (const char* text : {"passw", "\\bpass\\b", "token", "\\bauth\\b", "_key\\b"}) {
    out.push_back(parse_name_word(text).value());
  }
  return out;
}

// The first assignment that any place of `text` gives.
std::optional<Assignment> first_in(const std::string& text) {
  for (std::uint64_t end = 1; end <= text.size(); ++end) {
    if (auto found = parse_assignment(words(), text, end)) return found;
  }
  return std::nullopt;
}

// Its value, and its name; "-" where there is none.
std::string value_in(const std::string& text) {
  const auto found = first_in(text);
  return found ? text.substr(found->value_start, found->value_end - found->value_start) : "-";
}
std::string name_in(const std::string& text) {
  const auto found = first_in(text);
  return found ? text.substr(found->name_start, found->name_end - found->name_start) : "-";
}

TEST(ParseAssignment, KnowsFormsOfManyLanguages) {
  for (const char* text : {"password = \"s3cr3t-x\"",  // Python, TOML, Ruby, Lua, Julia
                           "password = 's3cr3t-x'",
                           "password: 's3cr3t-x',",       // JavaScript, YAML
                           "\"password\": \"s3cr3t-x\"",  // JSON
                           "'password' => 's3cr3t-x',",   // PHP, Ruby, Perl
                           "password := \"s3cr3t-x\"",    // Go, Pascal, Make
                           "DB_PASSWORD=s3cr3t-x\n",      // environment, properties, shell
                           "export DB_PASSWORD='s3cr3t-x'",
                           "set PASSWORD=s3cr3t-x\r\n",
                           "password: s3cr3t-x\n",
                           "  - PASSWORD=s3cr3t-x\n",
                           "<password>s3cr3t-x</password>",
                           "<user password=\"s3cr3t-x\"/>",
                           "<add key=\"Password\" value=\"s3cr3t-x\" />",
                           "const std::string password = \"s3cr3t-x\";",
                           "char password[] = \"s3cr3t-x\";",
                           "char password[32] = \"s3cr3t-x\";",
                           "private String password = \"s3cr3t-x\";",
                           "val password: String = \"s3cr3t-x\"",  // Kotlin, Scala, Swift
                           "let password: &str = \"s3cr3t-x\";",
                           "password: string = 's3cr3t-x';",
                           "const password string = \"s3cr3t-x\"",
                           "var password = @\"s3cr3t-x\";",
                           "#define PASSWORD \"s3cr3t-x\"",
                           "password = b's3cr3t-x'",
                           "$password = 's3cr3t-x';",
                           "config['password'] = 's3cr3t-x'",
                           "setPassword(\"s3cr3t-x\")",
                           "put(\"password\", \"s3cr3t-x\")",
                           "define('PASSWORD', 's3cr3t-x');",
                           "if password == \"s3cr3t-x\":",
                           "password ?= s3cr3t-x\n",
                           "password <- \"s3cr3t-x\"",
                           "mysql --password=s3cr3t-x",
                           "curl --password \"s3cr3t-x\"",
                           "Server=db;User=a;Password=s3cr3t-x;",
                           "?user=a&password=s3cr3t-x&x=1",
                           "{ user: a, password: s3cr3t-x }",
                           "\\\"password\\\": \\\"s3cr3t-x\\\"",
                           "password = []byte(\"s3cr3t-x\")",
                           "password = \"\"\"s3cr3t-x\"\"\"",
                           "ENV['PASSWORD'] || 's3cr3t-x'",
                           "process.env.DB_PASSWORD || \"s3cr3t-x\"",
                           "os.getenv(\"PASSWORD\") or b\"s3cr3t-x\"",
                           "env.password ?? 's3cr3t-x'",
                           "getenv('PASSWORD') ?: 's3cr3t-x'",
                           "fill_in \"Password\", with: \"s3cr3t-x\"",
                           "fill_in :new_password, with: \"s3cr3t-x\"",
                           "set :password, \"s3cr3t-x\"",
                           "- **Password**: s3cr3t-x\n",
                           "token: Bearer s3cr3t-x\n",
                           "tokens: [\"s3cr3t-x\", \"b\"]",
                           "-----> /etc/passwd: s3cr3t-x\n",
                           "password.sendKeys(\"s3cr3t-x\")",
                           "user.password == \"s3cr3t-x\"",
                           "https://a.org/svg?token=s3cr3t-x",
                           "a.svg?x) b?token=s3cr3t-x",
                           "run(\"--password\", \"s3cr3t-x\", \"-h\")",
                           "client.set(\"prod/db/password\", \"s3cr3t-x\")"}) {
    EXPECT_EQ(value_in(text), "s3cr3t-x") << text;
  }
}

TEST(ParseAssignment, LeavesWhatIsNone) {
  for (const char* text : {"the password is long",
                           "password)",
                           "password;",
                           "password = get_password(user)",
                           "password = user.passwords[0]",
                           "compass = \"s3cr3t-x\"",
                           "author = \"s3cr3t-x\"",
                           "monkey_keys = \"s3cr3t-x\"",
                           "password || other_value",
                           "password or other_value",
                           "validates_password :minimum1",
                           "password, \"s3cr3t-x\"",
                           "password = \"${PASSWORD}\"",
                           "password = {{ vault }}",
                           "std::token::Kind x",
                           "password = \"[a-z0-9]+\"",
                           "password = \"unclosed\n\"",
                           "passwords->nelts",
                           "passwords->nelts--;",
                           "password = cscf->master",
                           "token = \"%08XD:%ud\"",
                           "type=\"password\" class=\"wide-s3cr3t\"",
                           "api_key = Travis.config['hoptoad']['name']",
                           "{\"net/http/pass\", \"\\x04j\\x03\"}",
                           "/etc/passwd: 429b225650b912a2ee067b0a4cf1e949",
                           "\"x/my.cnf.pass.erb\": \"a4952e72bb8aea85a07274c2c1c0334f\"",
                           "[]string{\"PASS\", \"SHLVL\", \"_\"}",
                           "api_key = \"3b9d8a1f...\"",
                           "api_key = \"3b9d8a1f...77aa\"",
                           "api_key = \"3b9d8a1f\xe2\x80\xa6\"",
                           "api_key: 3b9d8a1f...\n",
                           "[![ci](https://a.org/badge.svg?token=s3cr3t-x)]",
                           "https://a.org/graph.png?style=flat&token=s3cr3t-x",
                           "passwords.GrepString(\"TimeoutStopSec\")",
                           "api_key.oid == 'ED25519'",
                           "SIOCGLIFTOKEN = -0x3f879678\n",
                           "api_key = 0x3f87967812345678;"}) {
    EXPECT_EQ(value_in(text), "-") << text;
  }
}

TEST(ParseAssignment, TakesPartsOfNames) {
  EXPECT_EQ(value_in("userAuth = \"abcd\""), "abcd");
  EXPECT_EQ(value_in("user_auth = \"abcd\""), "abcd");
  EXPECT_EQ(value_in("authority = \"abcd\""), "-");
  EXPECT_EQ(value_in("api_key = \"abcd\""), "abcd");
  EXPECT_EQ(value_in("api_keys = \"abcd\""), "-");
}

// The letter of an escaped line end is no part of a name, unless the word cannot do without it.
TEST(ParseAssignment, NamesStartAfterAnEscape) {
  EXPECT_EQ(name_in("\"a: b\\r\\nsec-websocket_key: abcd\\r\\n\""), "sec-websocket_key");
  EXPECT_EQ(name_in("\"a\\tpassword=abcd\""), "password");
  EXPECT_EQ(name_in("\"a\\\\npassword=abcd\""), "password");
  EXPECT_EQ(name_in("\"a\\token=abcd\""), "token");
  EXPECT_EQ(name_in("\"a\\xpassword=abcd\""), "xpassword");
}

// What lets hits die early may refuse nothing that the parser takes.
TEST(ParseAssignment, NoPrecheckRefusesIt) {
  Rule rule = make_rule("names", "(?i:passw|pass|token|auth|_key)");
  rule.names = {"passw", "\\bpass\\b", "token", "\\bauth\\b", "_key\\b"};
  const auto pack = make_pack({rule});
  ASSERT_NE(pack, nullptr);
  const std::uint32_t tail = pack->rules()[0].precheck.tail();
  static constexpr std::string_view kPieces[] = {
      "password", "pass",  "Token", "auth", "api_key", "=",  ":", " ", "  ",     "\"",
      "'",        "\\\"",  "[",     "]",    "(",       ")",  ">", "<", "String", "value",
      "\n",       "x7$kQ", "=>",    ",",    ".",       "-",  "?", "!", "&",      "0",
      "\t",       "||",    "or ",   "*",    "with: ",  "??", "?:"};
  std::mt19937_64 random(7);
  int taken = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string text;
    for (std::uint64_t n = 3 + random() % 8; n > 0; --n)
      text += kPieces[random() % std::size(kPieces)];
    for (std::uint64_t end = 1; end + tail <= text.size(); ++end) {
      const auto found = parse_assignment(words(), text, end);
      if (!found) continue;
      ++taken;
      ASSERT_TRUE(confirm_anchor(*pack, 0, text, end + tail)) << text;
    }
  }
  EXPECT_GT(taken, 3000);
}

// It reads nothing outside of its reach: what stands there does not change the result.
TEST(ParseAssignment, StaysWithinItsReach) {
  const std::string text = std::string(200, 'a') + " password = \"abcdefgh\"";
  const std::uint64_t end = text.find("passw") + 5;
  std::string other = text;
  for (std::uint64_t i = 0; i + kAssignmentBehind + 1 < end; ++i) other[i] = '"';
  other += std::string(2000, '"');
  const auto a = parse_assignment(words(), text, end);
  const auto b = parse_assignment(words(), other, end);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->value_start, b->value_start);
  EXPECT_EQ(a->value_end, b->value_end);
  EXPECT_EQ(a->name_start, b->name_start);
}

}  // namespace
}  // namespace dragnet
