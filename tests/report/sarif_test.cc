#include <gtest/gtest.h>

#include "base/json.h"
#include "report/sample_findings.h"

namespace dragnet::testing {
namespace {

Json run_of(const std::vector<Finding>& findings, const Summary& summary,
            ReportOptions options = {}) {
  auto value = parse_json(render("sarif", options, findings, summary), "log");
  EXPECT_TRUE(value.ok());
  EXPECT_EQ(value.value()["version"], "2.1.0");
  return value.value()["runs"][0];
}

TEST(Sarif, MapsSeverityToLevelAndRank) {
  const Json run = run_of(sample_findings(), complete_summary());
  const char* levels[] = {"error", "error", "error", "warning", "note"};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(run["results"][i]["level"], levels[i]);
    EXPECT_EQ(run["results"][i]["rank"], sample_findings()[i].score);
    EXPECT_EQ(run["results"][i]["partialFingerprints"]["dragnet/v1"], sample_findings()[i].id);
  }
}

TEST(Sarif, ListsEachRuleOnce) {
  std::vector<Finding> findings = sample_findings();
  for (const Finding& again : sample_findings()) findings.push_back(again);
  const Json run = run_of(findings, complete_summary());
  const Json& rules = run["tool"]["driver"]["rules"];
  EXPECT_EQ(rules.size(), 5u);
  for (const Json& result : run["results"]) {
    EXPECT_EQ(rules[result["ruleIndex"].get<std::size_t>()]["id"], result["ruleId"]);
  }
}

TEST(Sarif, PutsTheTipFirstAndEncodesItsPath) {
  const Json result = run_of(sample_findings(), complete_summary())["results"][0];
  const Json& location = result["locations"][0]["physicalLocation"];
  EXPECT_EQ(location["artifactLocation"]["uri"],
            "src/%1B%5D0;owned%07/%FF%FE%20caf%C3%A9/%E2%80%AEcod.sh");
  EXPECT_EQ(location["artifactLocation"]["uriBaseId"], "%SRCROOT%");
  EXPECT_EQ(location["region"], (Json{{"startLine", 12},
                                      {"startColumn", 14},
                                      {"endLine", 12},
                                      {"endColumn", 54},
                                      {"byteOffset", 301},
                                      {"byteLength", 40}}));
  EXPECT_EQ(result["locations"][1]["physicalLocation"]["artifactLocation"]["uri"], "deploy/ci.sh");
}

TEST(Sarif, PlacesWhatHasNoPath) {
  const Json results = run_of(sample_findings(), complete_summary())["results"];
  const Json& blob = results[1]["locations"][0];
  EXPECT_EQ(blob["physicalLocation"]["artifactLocation"]["uri"],
            "gitoid:blob:sha1:" + std::string(40, 'e'));
  const Json& name = results[2]["locations"][0];
  EXPECT_FALSE(name["physicalLocation"].contains("region")) << "offsets in a name, not in the file";
  const Json& input = results[3]["locations"][0];
  EXPECT_FALSE(input.contains("physicalLocation"));
  EXPECT_EQ(input["logicalLocations"][0]["kind"], "stdin");
}

TEST(Sarif, KnowsWhereRepositoriesAre) {
  std::vector<Finding> findings = sample_findings();
  findings[4].occurrences[0].path = "notes.txt";
  const Json run = run_of(findings, complete_summary());
  EXPECT_EQ(run["versionControlProvenance"],
            (Json::array({{{"repositoryUri", "https://git.example.org/acme/widgets.git"},
                           {"mappedTo", {{"uriBaseId", "%SRCROOT%"}}}},
                          {{"repositoryUri", "ssh://git@git.example.org/acme/tools.git"},
                           {"mappedTo", {{"uriBaseId", "%SRCROOT2%"}}}}})));
  EXPECT_EQ(run["originalUriBaseIds"].size(), 3u);
}

TEST(Sarif, SaysWhenItIsIncomplete) {
  const Json whole = run_of({}, complete_summary())["invocations"][0];
  EXPECT_EQ(whole, (Json{{"executionSuccessful", true}}));
  const Json partial = run_of({}, incomplete_summary())["invocations"][0];
  EXPECT_EQ(partial["executionSuccessful"], false);
  EXPECT_EQ(partial["toolExecutionNotifications"].size(), 12u);
}

TEST(Sarif, EscapesMessagePlaceholdersAndLinks) {
  const Json result = run_of(sample_findings(), complete_summary())["results"][3];
  EXPECT_EQ(result["message"]["text"], "Ticket {{key}} of \\[a\\] server: ****(20); score 55");
}

TEST(Sarif, ShowsNoSecretWhateverIsAsked) {
  ReportOptions options;
  options.show_secrets = true;
  Redactor redactor;
  add_secrets(sample_findings(), &redactor);
  options.redactor = &redactor;
  const std::string log = render("sarif", options, sample_findings(), incomplete_summary());
  for (const Finding& finding : sample_findings()) {
    EXPECT_EQ(log.find(finding.secret), std::string::npos) << finding.rule;
  }
}

}  // namespace
}  // namespace dragnet::testing
