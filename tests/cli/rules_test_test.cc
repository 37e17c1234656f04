// `dragnet rules test`: its formats, where they go, and its exit codes.
#include <gtest/gtest.h>

#include "cli/program.h"

namespace dragnet::test_support {
namespace {

class RulesTest : public testing::Test {
 protected:
  RulesTest() : file_(git_.path("mine.toml")) { options_.home = git_.path("home"); }

  CommandResult run(const std::string& rules, std::vector<std::string> more = {}) {
    write_bytes(file_, rules);
    more.insert(more.begin(), {"rules", "test", file_});
    return dragnet(more, options_);
  }

  GitFixture git_;
  std::string file_;
  RunOptions options_;
};

constexpr const char* kGood =
    "[[rules]]\nid = \"acme-token\"\nregex = '\\bacme_[0-9a-f]{32}\\b'\n"
    "positives = ['acme_{{ hex{32} }}', 'k=acme_{{ hex{32} }}']\nnegatives = ['a', 'b', 'c']\n";
// Loses to the one above, and its description must not break XML.
constexpr const char* kRobbed =
    "[[rules]]\nid = \"narrow<&\\\"\"\nregex = 'acme_[0-9a-f]{32}'\n"
    "positives = ['acme_{{ hex{32} }}', 'k=acme_{{ hex{32} }}']\nnegatives = ['a', 'b', 'c']\n";

TEST_F(RulesTest, TextNamesWhoReportsInstead) {
  EXPECT_EQ(run(kGood).status, 0);
  const CommandResult result = run(std::string(kGood) + kRobbed);
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.out.find("'acme-token' reports its positives"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("1 of 2 rules hold on 10 samples"), std::string::npos);
  EXPECT_NE(run(std::string(kGood) + kRobbed, {"--verbose"}).out.find("OK   acme-token"),
            std::string::npos);
}

TEST_F(RulesTest, Json) {
  const CommandResult result = run(std::string(kGood) + kRobbed, {"--format", "json"});
  EXPECT_EQ(result.status, 1);
  const auto json = parse_json(result.out, "result");
  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)["rules"], 2);
  EXPECT_EQ((*json)["holding"], 1);
  const Json& good = (*json)["results"][0];
  EXPECT_EQ(good["id"], "acme-token");
  EXPECT_EQ(good["holds"], true);
  EXPECT_EQ(good["anchor"]["whole_blob"], false);
  EXPECT_TRUE(good["cost"].contains("called_per_megabyte"));
  EXPECT_FALSE(good["cost"].contains("ns_per_confirm"));
  const Json& robbed = (*json)["results"][1];
  EXPECT_EQ(robbed["overlap"]["loses_to"], Json::array({"acme-token"}));
  EXPECT_EQ(robbed["failures"][0]["aspect"], "overlap");
  // Nothing in it differs from run to run.
  EXPECT_EQ(run(std::string(kGood) + kRobbed, {"--format", "json"}).out, result.out);
}

TEST_F(RulesTest, JunitIsXml) {
  const std::string path = git_.path("out.xml");
  const CommandResult result =
      run(std::string(kGood) + kRobbed, {"--format", "junit", "--output", path});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "");
  const std::string xml = read_bytes(path);
  EXPECT_NE(xml.find("<testsuites name=\"dragnet rules\" tests=\"2\" failures=\"1\""),
            std::string::npos)
      << xml;
  EXPECT_NE(xml.find("name=\"narrow&lt;&amp;&quot;\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("<failure type=\"overlap\""), std::string::npos);
  const CommandResult parsed = run_command(
      {"python3", "-c",
       "import sys, xml.dom.minidom as m; d = m.parse(sys.argv[1]); "
       "print(len(d.getElementsByTagName('testcase')), len(d.getElementsByTagName('failure')))",
       path},
      "/", "", {"PATH=/usr/bin:/bin"});
  EXPECT_EQ(parsed.out, "2 1\n") << parsed.err;
}

TEST_F(RulesTest, StatsMeasure) {
  // A rule that costs anything on text like code.
  const std::string rule =
      "[[rules]]\nid = \"returned\"\nregex = 'return [0-9a-f]{32}'\nanchor = 'return'\n"
      "positives = ['return {{ hex{32} }}', 'return {{ hex{32} }};']\nnegatives = ['a', 'b', "
      "'c']\n";
  const CommandResult result = run(rule, {"--stats"});
  EXPECT_EQ(result.status, 0) << result.out;
  EXPECT_NE(result.out.find("ns/confirm"), std::string::npos) << result.out;
}

TEST_F(RulesTest, UsageErrors) {
  EXPECT_EQ(run(kGood, {"--format", "html"}).status, 2);
  const CommandResult folder = run(kGood, {"--output", git_.root()});
  EXPECT_EQ(folder.status, 2);
  EXPECT_NE(folder.err.find("is a folder"), std::string::npos);
  EXPECT_EQ(folder.out, "");
}

}  // namespace
}  // namespace dragnet::test_support
