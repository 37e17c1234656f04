#include "match/path_names.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>

#include "match/regex_store.h"
#include "match/rule_pack.h"
#include "rules/loader.h"

namespace dragnet {
namespace {

TEST(PathNames, TellsWhichRegexesTellAName) {
  for (const char* path : {R"((?:^|/)\.netrc$)", R"((?i)(?:^|/)(?:a|b)\.yml$)", R"(\.pem$)",
                           R"((?:^|/)\.aws/credentials$)", R"(x[0-9]{1,3}$)"}) {
    EXPECT_TRUE(tells_name(path)) << path;
  }
  for (const char* path : {"", "test", "^config", R"((?:a|b/c)$)", R"(a\$)", R"((?m)a$)", "/$",
                           R"([^.]*$)", R"(a?$)", R"(a\B)", R"((?im:a)$)", R"(a.*$)"}) {
    EXPECT_FALSE(tells_name(path)) << path;
  }
}

TEST(PathNames, RefusesWhatNoPathEndsWith) {
  const PathNames names({R"((?i)(?:^|/)(?:\.env(?:\.local)?|database\.yml)$)", "(?:^|/)x$",
                         R"((?:^|/)\.aws/credentials$)"});
  for (const char* name : {".env", ".ENV.Local", "database.yml", "x", "credentials"}) {
    EXPECT_TRUE(names.may_be(name)) << name;
  }
  // What stands before the ending is left to the whole regex.
  EXPECT_TRUE(names.may_be("my-database.yml"));
  for (const char* name : {"", "env", "database.rb", "routes.yml", "x.c", ".envrc", "credential"}) {
    EXPECT_FALSE(names.may_be(name)) << name;
  }
  EXPECT_TRUE(PathNames({"^config", "x$"}).may_be("anything"));
  EXPECT_FALSE(PathNames({}).may_be("anything"));
}

// Whatever path a rule accepts, its last component is one that may be.
TEST(PathNames, RefusesNoPathOfTheDefaultRules) {
  const auto rules = load_rules(default_rule_files());
  ASSERT_TRUE(rules.ok());
  std::mt19937 random(7);
  const std::string letters = "aeglnopstx._-0189cdfimry";
  std::size_t telling = 0;
  for (const Rule& rule : rules->rules) {
    if (rule.path.empty()) continue;
    telling += tells_name(rule.path) ? 1 : 0;
    const re2::RE2 regex(rule.path, regex_options());
    const PathNames names({rule.path});
    // Names that stand in the regex, whole and with a letter changed or left out.
    re2::StringPiece rest(rule.path);
    std::string name;
    while (re2::RE2::FindAndConsume(&rest, R"(([\w.\\-]{1,40}))", &name)) {
      re2::RE2::GlobalReplace(&name, R"(\\)", "");
      for (int i = 0; i < 8; ++i) {
        std::string changed = name;
        const std::size_t at = random() % changed.size();
        if (i > 4) changed[at] = letters[random() % letters.size()];
        if (i == 3 && changed.size() > 1) changed.erase(at, 1);
        for (const char* folder : {"", "a/", "a/.aws/", ".kube/"}) {
          const std::string path = folder + changed;
          if (re2::RE2::PartialMatch(path, regex)) {
            EXPECT_TRUE(names.may_be(changed)) << rule.id << " " << path;
          }
        }
      }
    }
  }
  EXPECT_GT(telling, 15U);
}

}  // namespace
}  // namespace dragnet
