// `dragnet rules import` and what `rules check` says of many mistakes at once.
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/program.h"
#include "rules/sample.h"

namespace dragnet::test_support {
namespace {

class RulesImport : public testing::Test {
 protected:
  RulesImport() { options_.home = git_.path("home"); }

  std::string file(const std::string& name, const std::string& text) {
    const std::string path = git_.path(name);
    write_bytes(path, text);
    return path;
  }

  GitFixture git_;
  RunOptions options_;
};

const char* const kTheirs =
    "rules:\n"
    "- name: ACME key\n  id: np.acme.1\n  pattern: |\n    (?x) \\b acme_  # prefix\n"
    "      ([0-9a-f]{20}) \\b\n  examples: ['acme_00112233445566778899']\n"
    "- {name: Ahead, id: np.acme.2, pattern: 'acme(?=x)'}\n"
    "- {name: Wide, id: np.acme.3, pattern: 'acme[0-9]{20,1024}', validation: {type: Http}}\n"
    "- {name: Long, id: np.acme.4, pattern: 'acmelong[0-9a-f]{20,}', validation: {type: Http}}\n";

TEST_F(RulesImport, PrintsAFileThatWorks) {
  const CommandResult imported = dragnet({"rules", "import", file("t.yml", kTheirs)}, options_);
  EXPECT_EQ(imported.status, 0);
  EXPECT_NE(imported.err.find("rule 'np.acme.2': the regex has a look-ahead at byte 5: '(?=x)'"),
            std::string::npos)
      << imported.err;
  EXPECT_NE(imported.err.find("rule 'np.acme.3': RE2 refuses it: invalid repetition size: "
                              "{20,1024}"),
            std::string::npos);
  EXPECT_NE(imported.err.find("rule 'np.acme.4': 'validation' (Http) is not carried over"),
            std::string::npos);
  EXPECT_NE(imported.err.find("2 rules imported, 2 refused"), std::string::npos);
  EXPECT_NE(imported.out.find("# refused: the regex has a look-ahead"), std::string::npos);

  const std::string ours = file("ours.toml", imported.out);
  EXPECT_EQ(dragnet({"rules", "check", ours}, options_).out, "2 rules are right\n");
  RunOptions options = options_;
  options.input = expand_sample("acme_{{ hex{20} }}\nacmelong{{ hex{5000} }}\n", 1).value();
  const CommandResult found =
      dragnet({"scan", "-", "--rules", ours, "--format", "json", "--all"}, options);
  const auto report = parse_json(found.out, "report");
  ASSERT_TRUE(report.ok()) << found.err;
  EXPECT_EQ((*report)["findings"].size(), 2U);
}

TEST_F(RulesImport, ReadsSeveralFilesAsOne) {
  const CommandResult imported = dragnet(
      {"rules", "import", file("a.yml", "rules: [{id: a, name: A, pattern: 'aaaa[0-9]'}]\n"),
       file("b.yml",
            "rules:\n- {id: a, name: A, pattern: 'bbbb[0-9]'}\n"
            "- {id: b, name: B, pattern: 'cccc[0-9]', depends_on_rule: [{rule_id: a}]}\n")},
      options_);
  EXPECT_EQ(imported.status, 0);
  EXPECT_NE(imported.err.find("b.yml:2: rule 'a': its id is taken, in "), std::string::npos)
      << imported.err;
  EXPECT_NE(imported.out.find("companions = ['a']"), std::string::npos);
}

TEST_F(RulesImport, RefusesWhatIsNoRuleFile) {
  for (const std::string& text : {std::string("a: [1\n"), std::string("x: 1\n"), std::string(),
                                  std::string("rules: []\n"), std::string("rules: [{id: a}]\n")}) {
    const CommandResult result = dragnet({"rules", "import", file("t.yml", text)}, options_);
    EXPECT_EQ(result.status, 2) << text;
    EXPECT_NE(result.err, "") << text;
  }
  EXPECT_EQ(dragnet({"rules", "import", git_.path("absent.yml")}, options_).status, 2);
  EXPECT_EQ(dragnet({"rules", "import"}, options_).status, 2);
}

TEST_F(RulesImport, CheckNamesEveryMistakeOfEveryFile) {
  const std::string a = file("a.toml",
                             "[[rules]]\nid = 'a'\nregex = 7\n"
                             "[[rules]]\nid = 'b'\nregexp = 'bb'\nentropy = 99\n");
  const std::string b = file("b.toml", "[[rules]]\nid = 'c'\nsensitivity = 'mild'\n");
  const CommandResult result = dragnet({"rules", "check", a, b}, options_);
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  for (const char* part :
       {"a.toml:3: rule 'a'", "a.toml:6: rule 'b'", "a.toml:7: rule 'b'", "b.toml:3: rule 'c'"}) {
    EXPECT_NE(result.err.find(part), std::string::npos) << part << " in " << result.err;
  }
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 4);
}

TEST_F(RulesImport, CheckNamesEveryRegexThatIsRefused) {
  const std::string a = file("a.toml",
                             "[[rules]]\nid = 'a'\nregex = 'x{2000}'\n"
                             "[[rules]]\nid = 'b'\nregex = 'fine'\n"
                             "[[rules]]\nid = 'c'\nregex = '[0-9]*'\n");
  const CommandResult result = dragnet({"rules", "check", a}, options_);
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("a.toml:1: rule 'a': RE2 refuses it: invalid repetition size: {2000}"),
            std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("a.toml:7: rule 'c': "), std::string::npos);
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 2);
}

TEST_F(RulesImport, CheckWarnsOfWhatIsDear) {
  const std::string a = file("a.toml",
                             "[[rules]]\nid = 'open'\nregex = 'begin[\\s\\S]*'\n"
                             "[[rules]]\nid = 'wide'\nregex = 'wide_[0-9a-f]{40}'\n"
                             "anchor = 'wide_[0-9a-f]{30}'\npositives = ['x']\n");
  const CommandResult result = dragnet({"rules", "check", a}, options_);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "2 rules are right\n");
  EXPECT_NE(result.err.find("rule 'open': its regex is unbounded"), std::string::npos);
  EXPECT_NE(result.err.find("rule 'wide': its anchor is 35 bytes wide"), std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("rule 'open' has no positives"), std::string::npos);
}

// Regexes as people write them.
TEST_F(RulesImport, RegexesOfManyKindsWork) {
  const std::string a = file("a.toml",
                             "[[rules]]\nid = 'a'\nregex = 'begin_a[\\s\\S]*end_a\\z'\n"
                             "[[rules]]\nid = 'b'\nregex = 'bbbb_(?i)[a-f]{20,}'\n"
                             "[[rules]]\nid = 'c'\nregex = '(?s)cccc.+?dddd'\n");
  RunOptions options = options_;
  options.input = "begin_a x\n\n\nbbbb_abcdefABCDEFabcdefABCDEF\ncccc\n\ndddd end_a";
  const CommandResult run =
      dragnet({"scan", "-", "--rules", a, "--format", "json", "--all"}, options);
  const auto report = parse_json(run.out, "report");
  ASSERT_TRUE(report.ok()) << run.err;
  std::vector<std::string> rules;
  for (const Json& finding : (*report)["findings"]) {
    rules.push_back(finding["rule"]);
    for (const Json& also : finding["also"]) rules.push_back(also);
  }
  std::sort(rules.begin(), rules.end());
  EXPECT_EQ(rules, (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace
}  // namespace dragnet::test_support
