// What a file that is right gives: every key of the format, and what is noted.
#include "rules/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "rule_text.h"
#include "rules/sample.h"

namespace dragnet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LoadRules, ReadsEveryKeyOfTheGitleaksFormat) {
  const auto set = load_text(R"(
title = "Acme"
description = "rules of Acme"

[[allowlists]]
description = "vendored"
paths = ['^vendor/', '\.min\.js$']

[[allowlists]]
condition = "&&"
regexTarget = "line"
regexes = ['^#']
stopwords = ["Sample"]
commits = ["0123456789ABCDEF0123456789abcdef01234567"]
targetRules = ["acme-key"]

[[rules]]
id = "acme-key"
description = "Acme key"
regex = '''acme_(key)_([a-z]{8})'''
path = '\.env$'
secretGroup = 2
entropy = 3.25
keywords = ["ACME_", "key"]
tags = ["acme", "key"]
[[rules.allowlists]]
regexTarget = "match"
condition = "or"
regexes = ['abcdefgh$']
[[rules.allowlists]]
stopwords = ["placeholder"]
[[rules.required]]
id = "acme-id"
withinLines = 5
withinColumns = 80
[[rules.required]]
id = "acme-file"

[[rules]]
id = "acme-id"
regex = 'acme-id'
skipReport = true

[[rules]]
id = "acme-file"
path = '(^|/)acme\.key$'
)");
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_THAT(set->notes, IsEmpty());
  EXPECT_THAT(ids_of(set.value()), ElementsAre("acme-file", "acme-id", "acme-key"));

  const Rule& rule = set->rules[2];
  EXPECT_EQ(rule.place.text(), "rules.toml:17");
  EXPECT_EQ(rule.description, "Acme key");
  EXPECT_EQ(rule.regex, "acme_(key)_([a-z]{8})");
  EXPECT_EQ(rule.path, "\\.env$");
  EXPECT_EQ(rule.secret_group, 2U);
  EXPECT_EQ(rule.entropy, 3.25);
  EXPECT_THAT(rule.keywords, ElementsAre("acme_", "key"));
  EXPECT_THAT(rule.tags, ElementsAre("acme", "key"));
  EXPECT_FALSE(rule.skip_report);
  EXPECT_EQ(rule.family, "acme-key");
  EXPECT_EQ(rule.sensitivity, Sensitivity::kHigh);
  EXPECT_EQ(rule.kind, FindingKind::kSecret);
  EXPECT_EQ(rule.lookbehind, std::nullopt);
  ASSERT_EQ(rule.allowlists.size(), 2U);
  EXPECT_EQ(rule.allowlists[0].regex_target, Allowlist::Target::kMatch);
  EXPECT_EQ(rule.allowlists[0].condition, Allowlist::Condition::kOr);
  EXPECT_EQ(rule.allowlists[0].place.line, 26U);
  EXPECT_THAT(rule.allowlists[1].stopwords, ElementsAre("placeholder"));
  ASSERT_EQ(rule.required.size(), 2U);
  EXPECT_EQ(rule.required[0].id, "acme-id");
  EXPECT_EQ(rule.required[0].within_lines, 5U);
  EXPECT_EQ(rule.required[0].within_columns, 80U);
  EXPECT_EQ(rule.required[1].within_lines, std::nullopt);
  EXPECT_TRUE(set->rules[1].skip_report);

  ASSERT_EQ(set->allowlists.size(), 2U);
  EXPECT_EQ(set->allowlists[0].description, "vendored");
  EXPECT_THAT(set->allowlists[0].paths, ElementsAre("^vendor/", "\\.min\\.js$"));
  EXPECT_THAT(set->allowlists[0].target_rules, IsEmpty());
  const Allowlist& both = set->allowlists[1];
  EXPECT_EQ(both.condition, Allowlist::Condition::kAnd);
  EXPECT_EQ(both.regex_target, Allowlist::Target::kLine);
  EXPECT_THAT(both.commits, ElementsAre("0123456789abcdef0123456789abcdef01234567"));
  EXPECT_THAT(both.stopwords, ElementsAre("Sample"));
  EXPECT_THAT(both.target_rules, ElementsAre("acme-key"));
}

TEST(LoadRules, ReadsOurAdditions) {
  const auto set = load_text(R"(
[[rules]]
id = "acme-key"
regex = 'x'
family = "acme"
familyAliases = ["acme-old"]
sensitivity = "critical"
category = "cloud"
kind = "exposure"
generic = true
anchor = 'acme'
lookbehind = 0
lookahead = 1048576
check = "jwt"
companions = ["acme-key"]
remediation = "Revoke it."
positives = ['{{ hex{8} }}']
negatives = ['no', '']
reference = "https://acme.example"
)");
  ASSERT_TRUE(set.ok()) << error_of(set);
  const Rule& rule = set->rules.front();
  EXPECT_EQ(rule.family, "acme");
  EXPECT_THAT(rule.family_aliases, ElementsAre("acme-old"));
  EXPECT_EQ(rule.sensitivity, Sensitivity::kCritical);
  EXPECT_EQ(rule.category, "cloud");
  EXPECT_EQ(rule.kind, FindingKind::kExposure);
  EXPECT_TRUE(rule.generic);
  EXPECT_EQ(rule.anchor, "acme");
  EXPECT_EQ(rule.lookbehind, 0U);
  EXPECT_EQ(rule.lookahead, 1048576U);
  EXPECT_EQ(rule.check, "jwt");
  EXPECT_THAT(rule.companions, ElementsAre("acme-key"));
  EXPECT_EQ(rule.remediation, "Revoke it.");
  EXPECT_THAT(rule.positives, ElementsAre("{{ hex{8} }}"));
  EXPECT_THAT(rule.negatives, ElementsAre("no"));
  EXPECT_THAT(set->notes,
              ElementsAre("rules.toml:18: rule 'acme-key': the empty string in 'negatives' is left "
                          "out"));
}

TEST(LoadRules, DefaultsFillWhatARuleLeavesOpen) {
  const auto set = load_text(
      "[defaults]\ncategory = 'ai'\nkind = 'module'\nsensitivity = 'low'\ngeneric = true\n"
      "remediation = 'Turn it.'\n" +
      rule_named("a") +
      rule_named("b", "category = 'own'\nsensitivity = 'medium'\ngeneric = false\n"));
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_EQ(set->rules[0].category, "ai");
  EXPECT_EQ(set->rules[0].kind, FindingKind::kModule);
  EXPECT_EQ(set->rules[0].sensitivity, Sensitivity::kLow);
  EXPECT_TRUE(set->rules[0].generic);
  EXPECT_EQ(set->rules[0].remediation, "Turn it.");
  EXPECT_EQ(set->rules[1].category, "own");
  EXPECT_EQ(set->rules[1].sensitivity, Sensitivity::kMedium);
  EXPECT_FALSE(set->rules[1].generic);
  EXPECT_EQ(set->rules[1].kind, FindingKind::kModule);
}

TEST(LoadRules, DefaultsHoldForTheirFileOnly) {
  const RuleFile files[] = {{"1.toml", "[defaults]\ncategory = 'ai'\n" + rule_named("a")},
                            {"2.toml", rule_named("b")}};
  const auto set = load_rules(files);
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_EQ(set->rules[0].category, "ai");
  EXPECT_EQ(set->rules[1].category, "");
}

TEST(LoadRules, KeysAreReadInAnyCase) {
  const auto set = load_text(
      "[AllowList]\nStopWords = ['x']\n[[Rules]]\nID = 'a'\nREGEX = '(x)'\nsecretgroup = 1\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_EQ(set->rules[0].secret_group, 1U);
  ASSERT_EQ(set->allowlists.size(), 1U);
  EXPECT_THAT(set->allowlists[0].stopwords, ElementsAre("x"));
}

TEST(LoadRules, ReadsTheOlderSingleAllowlists) {
  const auto set = load_text("[allowlist]\npaths = ['p']\n" +
                             rule_named("a", "[rules.allowlist]\nregexes = ['r']\n"));
  ASSERT_TRUE(set.ok()) << error_of(set);
  ASSERT_EQ(set->allowlists.size(), 1U);
  EXPECT_THAT(set->allowlists[0].paths, ElementsAre("p"));
  ASSERT_EQ(set->rules[0].allowlists.size(), 1U);
  EXPECT_THAT(set->rules[0].allowlists[0].regexes, ElementsAre("r"));
}

TEST(LoadRules, KeepsAllowlistsThatShareALine) {
  const auto set = load_text("allowlists = [{paths = ['a']}, {paths = ['b']}]\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_EQ(set->allowlists.size(), 2U);
}

TEST(LoadRules, NotesWhatOnlyOthersRead) {
  const auto set = load_text(
      "minVersion = 'v8.25.0'\nbetterleaksMinVersion = 'v1'\nprefilter = 'a'\nfilter = 'b'\n"
      "[extend]\nurl = 'https://acme.example'\n" +
      rule_named("a",
                 "filter = 'c'\nvalidate = 'd'\ntokenEfficiency = true\nspecificity = 3\n"
                 "confidence = 'high'\n[[rules.components]]\nid = 'a'\n") +
      "[[rules]]\nid = 'AWS_Key.1'\nregex = 'x'\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_THAT(
      set->notes,
      ElementsAre(
          "rules.toml:1: 'minVersion' has no effect here: it speaks of gitleaks' versions",
          "rules.toml:2: 'betterleaksMinVersion' has no effect here: it speaks of betterleaks' "
          "versions",
          "rules.toml:3: 'prefilter' has no effect here: only betterleaks reads it",
          "rules.toml:4: 'filter' has no effect here: only betterleaks reads it",
          "rules.toml:6: [extend]: 'url' has no effect here: no rule file is fetched from a "
          "network",
          "rules.toml:10: rule 'a': 'filter' has no effect here: only betterleaks reads it",
          "rules.toml:11: rule 'a': 'validate' has no effect here: only betterleaks reads it",
          "rules.toml:12: rule 'a': 'tokenEfficiency' has no effect here: only betterleaks reads "
          "it",
          "rules.toml:13: rule 'a': 'specificity' has no effect here: only betterleaks reads it",
          "rules.toml:14: rule 'a': 'confidence' has no effect here: only betterleaks reads it",
          "rules.toml:15: rule 'a': 'components' has no effect here: only betterleaks reads it",
          "rules.toml:19: rule 'AWS_Key.1': the id is not kebab-case"));
}

TEST(LoadRules, AnAndListWithAnUnknownConditionIsLeftOutWhole) {
  const auto set = load_text(
      "[[allowlists]]\ncondition = 'AND'\npaths = ['x']\nresources = ['y']\n"
      "[[allowlists]]\npaths = ['x']\nresources = ['y']\n[[allowlists]]\nresources = ['y']\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  ASSERT_EQ(set->allowlists.size(), 1U);
  EXPECT_EQ(set->allowlists[0].place.line, 5U);
  EXPECT_THAT(
      set->notes,
      ElementsAre(
          "rules.toml:1: allowlist: left out, because it depends on 'resources'",
          "rules.toml:4: allowlist: 'resources' has no effect here: only betterleaks reads it",
          "rules.toml:7: allowlist: 'resources' has no effect here: only betterleaks reads it",
          "rules.toml:8: allowlist: left out, because it depends on 'resources'",
          "rules.toml:9: allowlist: 'resources' has no effect here: only betterleaks reads it"));
}

TEST(LoadRules, NotesACommitThatIsNone) {
  const auto set = load_text("[allowlist]\ncommits = ['commit-A', 'ABCDEF']\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_THAT(
      set->notes,
      ElementsAre("rules.toml:2: allowlist: 'commit-a' is no commit id and allows nothing"));
  EXPECT_THAT(set->allowlists[0].commits, ElementsAre("commit-a", "abcdef"));
}

TEST(LoadRules, ReferencesMayPointAcrossFiles) {
  const RuleFile files[] = {
      {"1.toml", rule_named("a", "companions = ['b']\n[[rules.required]]\nid = 'b'\n")},
      {"2.toml", rule_named("b") + "[[allowlists]]\npaths = ['x']\ntargetRules = ['a']\n"}};
  EXPECT_TRUE(load_rules(files).ok());
}

TEST(LoadRules, AnEmptyFileAndNoFileAreNoRules) {
  EXPECT_THAT(load_text("")->rules, IsEmpty());
  EXPECT_THAT(load_rules({})->rules, IsEmpty());
}

TEST(Words, AreReadAsTheyAreWritten) {
  for (const auto value :
       {Sensitivity::kLow, Sensitivity::kMedium, Sensitivity::kHigh, Sensitivity::kCritical}) {
    EXPECT_EQ(parse_sensitivity(to_string(value)), value);
  }
  for (const auto value : {FindingKind::kSecret, FindingKind::kBucket, FindingKind::kModule,
                           FindingKind::kArtifact, FindingKind::kExposure}) {
    EXPECT_EQ(parse_kind(to_string(value)), value);
  }
  EXPECT_EQ(to_string(Sensitivity::kCritical), "critical");
  EXPECT_EQ(to_string(FindingKind::kBucket), "bucket");
  EXPECT_EQ(parse_sensitivity("High"), std::nullopt);
  EXPECT_EQ(parse_kind(""), std::nullopt);
}

// The built-in rules are those of patterns/, byte for byte.
TEST(DefaultRules, AreTheFilesOfPatterns) {
  namespace fs = std::filesystem;
  const char* source = std::getenv("DRAGNET_SOURCE_DIR");
  ASSERT_NE(source, nullptr);
  std::map<std::string, std::string> expected;
  for (const auto& entry : fs::directory_iterator(fs::path(source) / "patterns")) {
    if (entry.path().extension() != ".toml" || entry.file_size() == 0) continue;
    std::ostringstream content;
    content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    expected["<built-in>/" + entry.path().filename().string()] = content.str();
  }
  EXPECT_EQ(default_rule_files().size(), expected.size());
  for (const RuleFile& file : default_rule_files()) {
    EXPECT_TRUE(file.content == expected[file.name]) << file.name;  // unequal: too long to print
  }
}

TEST(DefaultRules, LoadWithoutANoteAndTheirSamplesExpand) {
  LoadOptions strict;
  strict.strict_ids = true;
  const auto set = load_rules(default_rule_files(), strict);
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_THAT(set->notes, IsEmpty());
  for (const Rule& rule : set->rules) {
    for (const auto* samples : {&rule.positives, &rule.negatives}) {
      for (const std::string& sample : *samples) {
        const auto text = expand_sample(sample, 1);
        EXPECT_TRUE(text.ok()) << rule.place.text() << ": " << text.error().text();
      }
    }
  }
}

}  // namespace
}  // namespace dragnet
