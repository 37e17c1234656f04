// Rule files that are off: exit 2 and one line with file, line, rule and what to do. And
// `dragnet rules`.
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/program.h"
#include "rules/sample.h"

namespace dragnet::test_support {
namespace {

class RuleFiles : public testing::Test {
 protected:
  RuleFiles() { options_.home = git_.path("home"); }

  // Expects the file to be refused by every command, in one line that has all of `parts`.
  void expect_refused(const std::string& text, const std::vector<std::string>& parts) {
    const std::string file = git_.path("mine.toml");
    write_bytes(file, text);
    for (const std::vector<std::string>& args :
         {std::vector<std::string>{"scan", "-", "--rules", file},
          std::vector<std::string>{"rules", "check", file},
          std::vector<std::string>{"rules", "test", file}}) {
      const CommandResult result = dragnet(args, options_);
      SCOPED_TRACE(args[0] + " " + args[1] + ": " + result.err);
      EXPECT_EQ(result.status, 2);
      EXPECT_EQ(result.out, "");
      EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
      EXPECT_NE(result.err.find("mine.toml"), std::string::npos);
      for (const std::string& part : parts) {
        EXPECT_NE(result.err.find(part), std::string::npos) << part;
      }
    }
  }

  GitFixture git_;
  RunOptions options_;
};

constexpr const char* kGood =
    "[[rules]]\nid = \"acme-token\"\ndescription = \"ACME\"\nregex = '\\bacme_[0-9a-f]{32}\\b'\n"
    "sensitivity = \"high\"\n";

std::string rule_with(const std::string& regex) {
  return "[[rules]]\nid = \"acme-token\"\ndescription = \"ACME\"\nregex = '" + regex + "'\n";
}

TEST_F(RuleFiles, GoodOne) {
  const std::string file = git_.path("mine.toml");
  write_bytes(file, kGood);
  RunOptions options = options_;
  options.input = expand_sample("acme_{{ hex{32} }}", 1).value() + "\n";
  const CommandResult result = dragnet({"scan", "-", "--rules", file, "--format", "json"}, options);
  EXPECT_EQ(result.status, 1) << result.err;
  const auto report = parse_json(result.out, "report");
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report.value()["findings"][0]["rule"], "acme-token");
  EXPECT_EQ(report.value()["summary"]["rules"]["count"], 1);
  EXPECT_EQ(dragnet({"rules", "check", file}, options_).out, "1 rules are right\n");
}

TEST_F(RuleFiles, SyntaxError) {
  expect_refused("[[rules]]\nid = \"acme-token\nregex = 'x'\n", {":2"});
  expect_refused("[[rules]\n", {":1"});
  expect_refused("\xff\xfe\n", {":1"});
}

TEST_F(RuleFiles, UnknownKey) {
  expect_refused(std::string(kGood) + "sensitivty = \"low\"\n", {":6", "sensitivty"});
  expect_refused("[[rules]]\nid = \"acme-token\"\nregexp = 'acme_[0-9]{9}'\n",
                 {":3", "acme-token", "regexp", "regex"});
}

TEST_F(RuleFiles, WrongType) {
  expect_refused("[[rules]]\nid = \"acme-token\"\nregex = 7\n", {":3", "acme-token", "regex"});
}

TEST_F(RuleFiles, RegexThatRe2Refuses) {
  expect_refused(rule_with("acme_(?=x)[0-9]+"), {"acme-token", ":1"});
  expect_refused(rule_with("(acme)_\\1"), {});
  expect_refused(rule_with("acme_[0-9"), {"acme-token"});
  expect_refused(rule_with("acme_(a{1000}){1000}"), {"acme-token"});
}

TEST_F(RuleFiles, RegexWithoutAMandatoryByte) {
  expect_refused(rule_with("[0-9]*"), {"acme-token"});
  expect_refused(rule_with("(acme_[0-9]+)?"), {"acme-token"});
}

TEST_F(RuleFiles, DuplicateId) {
  expect_refused(std::string(kGood) + kGood, {"acme-token", ":7", ":2", "another id"});
}

TEST_F(RuleFiles, NeitherRegexNorPath) {
  expect_refused("[[rules]]\nid = \"acme-token\"\ndescription = \"x\"\n", {"acme-token", ":1"});
}

TEST_F(RuleFiles, AbsentOrAFolder) {
  for (const std::string& path : {git_.path("absent.toml"), git_.root()}) {
    const CommandResult result = dragnet({"scan", "-", "--rules", path}, options_);
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find(path), std::string::npos);
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
  }
}

// A rule file may hold a control sequence for the terminal of whoever reads the error.
TEST_F(RuleFiles, ErrorsAreOneCleanLine) {
  write_bytes(git_.path("mine.toml"), "[[rules]]\nid = \"a\\u001b[31mb\\nc\"\nregex = 'xyz'\n");
  const CommandResult result = dragnet({"rules", "check", git_.path("mine.toml")}, options_);
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.err.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
}

TEST_F(RuleFiles, ListNamesEveryRule) {
  const CommandResult text = dragnet({"rules", "list"});
  EXPECT_EQ(text.status, 0);
  EXPECT_NE(text.out.find("github-pat-classic\t"), std::string::npos);
  const CommandResult json = dragnet({"rules", "list", "--format", "json"});
  const auto list = parse_json(json.out, "list");
  ASSERT_TRUE(list.ok());
  EXPECT_GE(list->size(), 100U);
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.out.begin(), text.out.end(), '\n')),
            list->size());
}

TEST_F(RuleFiles, TestSaysWhichSampleFails) {
  const std::string file = git_.path("mine.toml");
  write_bytes(file, std::string(kGood) + "positives = ['acme_{{ hex{32} }}', 'acme_nothing']\n" +
                        "negatives = ['a', 'b', 'c']\n");
  const CommandResult result = dragnet({"rules", "test", file}, options_);
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.out.find("FAIL acme-token: positive 2 is not found"), std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("0 of 1 rules hold"), std::string::npos);
}

TEST_F(RuleFiles, RulesThatAreCompiledInHold) {
  const CommandResult result = dragnet({"rules", "test"});
  EXPECT_EQ(result.status, 0) << result.out;
}

TEST_F(RuleFiles, ExplainsRules) {
  const std::string file = git_.path("mine.toml");
  write_bytes(file, std::string(kGood) +
                        "entropy = 3\nremediation = \"Revoke it.\"\n"
                        "[[rules.allowlists]]\ndescription = \"samples\"\nstopwords = [\"dead\"]\n"
                        "[[rules]]\nid = \"other\"\nregex = 'other_[0-9a-z]{20,}'\n");
  const CommandResult json = dragnet(
      {"rules", "explain", "other", "acme-token", "--rules", file, "--format", "json"}, options_);
  ASSERT_EQ(json.status, 0) << json.err;
  const auto list = parse_json(json.out, "rules");
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->size(), 2U);
  EXPECT_EQ((*list)[0]["id"], "other");
  EXPECT_EQ((*list)[0]["whole_blob"], true);
  const Json& acme = (*list)[1];
  EXPECT_EQ(acme["regex"], "\\bacme_[0-9a-f]{32}\\b");
  EXPECT_EQ(acme["anchor"]["pattern"], R"(\x61\x63\x6d\x65\x5f)");
  EXPECT_GE(acme["anchor"]["width"], 5);
  EXPECT_GT(acme["anchor"]["hits_per_megabyte"], 0);
  EXPECT_EQ(acme["whole_blob"], false);
  EXPECT_GE(acme["lookahead"].get<int>() + acme["lookbehind"].get<int>(), 37);
  EXPECT_EQ(acme["entropy"], 3.0);
  EXPECT_EQ(acme["allowlists"][0]["stopwords"][0], "dead");
  EXPECT_EQ(acme["remediation"], "Revoke it.");

  const CommandResult text = dragnet({"rules", "explain", "acme-token", "--rules", file}, options_);
  EXPECT_EQ(text.status, 0);
  for (const char* part :
       {"acme-token  ACME\n", "mine.toml:1", "sensitivity high", "anchor      acme_\n", "3.0 bits",
        "but not     samples", "Revoke it."}) {
    EXPECT_NE(text.out.find(part), std::string::npos) << part << " in " << text.out;
  }
}

TEST_F(RuleFiles, ExplainsNothingThatIsNotThere) {
  const std::string file = git_.path("mine.toml");
  write_bytes(file, kGood);
  const CommandResult result =
      dragnet({"rules", "explain", "acme-tokn", "--rules", file}, options_);
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_NE(result.err.find("acme-tokn"), std::string::npos);
  EXPECT_NE(result.err.find("acme-token"), std::string::npos) << result.err;
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
}

}  // namespace
}  // namespace dragnet::test_support
