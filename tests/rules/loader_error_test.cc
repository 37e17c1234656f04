// Every mistake that a rule file can have, and the exact line that a person reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rule_text.h"

namespace dragnet {
namespace {

struct Mistake {
  const char* name;
  std::string toml;
  std::string text;
};

class RuleFileMistake : public testing::TestWithParam<Mistake> {};

TEST_P(RuleFileMistake, IsToldInOneLine) {
  const auto result = load_text(GetParam().toml);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(error_of(result), GetParam().text);
}

const std::string kHead = "[[rules]]\nid = \"a-b\"\nregex = 'x'\n";

const Mistake kMistakes[] = {
    {"UnknownKey", kHead + "entropi = 3\n",
     "rules.toml:4: rule 'a-b': unknown key 'entropi'; did you mean 'entropy'?"},
    {"UnknownKeyFarFromAll", "quux_zot = 1\n",
     "rules.toml:1: unknown key 'quux_zot'; valid here: title, description, extend, defaults, "
     "rules, allowlists, allowlist"},
    {"UnknownTopLevelTable", "[[rule]]\nid = 'a'\n",
     "rules.toml:1: unknown key 'rule'; did you mean 'rules'?"},
    {"UnknownExtendKey", "[extend]\nuseDefaults = true\n",
     "rules.toml:2: [extend]: unknown key 'useDefaults'; did you mean 'useDefault'?"},
    {"UnknownDefault", "[defaults]\nentropy = 3\n",
     "rules.toml:2: [defaults]: unknown key 'entropy'; valid here: category, kind, sensitivity, "
     "generic, remediation"},
    {"UnknownAllowlistKey", kHead + "[[rules.allowlists]]\nregexs = ['x']\n",
     "rules.toml:5: rule 'a-b', allowlist: unknown key 'regexs'; did you mean 'regexes'?"},
    {"UnknownRequiredKey", kHead + "[[rules.required]]\nid = 'a-b'\nwithinLine = 3\n",
     "rules.toml:6: rule 'a-b', required: unknown key 'withinLine'; did you mean 'withinLines'?"},
    {"TargetRulesInRule", kHead + "[[rules.allowlists]]\npaths = ['x']\ntargetRules = ['a-b']\n",
     "rules.toml:6: rule 'a-b', allowlist: unknown key 'targetRules'; valid here: description, "
     "condition, regexTarget, regexes, paths, commits, stopwords"},
    {"SameKeyInTwoCases", kHead + "Entropy = 3\nentropy = 4\n",
     "rules.toml:5: rule: key 'entropy' is also there as 'Entropy' in line 4"},
    {"ControlCharactersInKey", kHead + "\"entro\\u001bpy\" = 3\n",
     "rules.toml:4: rule 'a-b': unknown key 'entro\\x1bpy'; did you mean 'entropy'?"},

    {"StringWanted", "[[rules]]\nid = \"a-b\"\nregex = 3\n",
     "rules.toml:3: rule 'a-b': 'regex' takes a string, not an integer"},
    {"NumberWanted", kHead + "entropy = \"high\"\n",
     "rules.toml:4: rule 'a-b': 'entropy' takes a number, not a string"},
    {"IntegerWanted", kHead + "secretGroup = 1.0\n",
     "rules.toml:4: rule 'a-b': 'secretGroup' takes an integer, not a float"},
    {"FlagWanted", kHead + "skipReport = 1\n",
     "rules.toml:4: rule 'a-b': 'skipReport' takes true or false, not an integer"},
    {"ListWanted", kHead + "keywords = \"key\"\n",
     "rules.toml:4: rule 'a-b': 'keywords' takes a list of strings, not a string"},
    {"ListOfStringsWanted", kHead + "keywords = [\n  \"a\",\n  2]\n",
     "rules.toml:6: rule 'a-b': 'keywords' takes a list of strings, but one of its items is an "
     "integer"},
    {"TableWanted", "extend = true\n",
     "rules.toml:1: 'extend' takes one table, [extend], not a boolean"},
    {"TablesWanted", "[rules]\nid = 'a'\n",
     "rules.toml:1: 'rules' takes a list of tables, [[rules]], not a table"},
    {"ListOfTablesWanted", "rules = ['a']\n",
     "rules.toml:1: 'rules' takes a list of tables, but one of its items is a string"},
    {"DateForString", "[[rules]]\nid = 2020-01-01\n",
     "rules.toml:2: rule: 'id' takes a string, not a date"},

    {"NoId", "title = 'x'\n[[rules]]\nregex = 'x'\n",
     "rules.toml:2: rule: has no id; give it one, such as id = \"acme-api-key\""},
    {"EmptyId", "[[rules]]\nid = ''\nregex = 'x'\n",
     "rules.toml:1: rule: has no id; give it one, such as id = \"acme-api-key\""},
    {"ControlCharacterInId", "[[rules]]\nid = \"a\\nb\"\nregex = 'x'\n",
     "rules.toml:2: rule 'a\\x0ab': the id holds a control character"},
    {"OtherControlCharacterInId", "[[rules]]\nid = 'a\xc2\x9b'\nregex = 'x'\n",
     "rules.toml:2: rule 'a\\xc2\\x9b': the id holds a control character"},
    {"LongId", "[[rules]]\nid = '" + std::string(201, 'a') + "'\nregex = 'x'\n",
     "rules.toml:2: rule '" + std::string(100, 'a') + "...': the id is longer than 200 bytes"},
    {"DuplicateId", kHead + "[[rules]]\nid = \"a-b\"\nregex = 'y'\n",
     "rules.toml:5: rule 'a-b': the id is taken, in rules.toml:2; give one of the two another id"},
    {"NeitherRegexNorPath", "[[rules]]\nid = \"a-b\"\nkeywords = ['x']\n",
     "rules.toml:1: rule 'a-b': has neither 'regex' nor 'path'; give it one of them"},
    {"EmptyRegex", "[[rules]]\nid = \"a-b\"\nregex = ''\n",
     "rules.toml:1: rule 'a-b': has neither 'regex' nor 'path'; give it one of them"},

    {"EntropyTooHigh", kHead + "entropy = 8.5\n",
     "rules.toml:4: rule 'a-b': 'entropy' has to be from 0 to 8"},
    {"EntropyNegative", kHead + "entropy = -1\n",
     "rules.toml:4: rule 'a-b': 'entropy' has to be from 0 to 8"},
    {"EntropyNotANumber", kHead + "entropy = nan\n",
     "rules.toml:4: rule 'a-b': 'entropy' has to be from 0 to 8"},
    {"SecretGroupNegative", kHead + "secretGroup = -1\n",
     "rules.toml:4: rule 'a-b': 'secretGroup' has to be from 0 to 99"},
    {"SecretGroupHuge", kHead + "secretGroup = 9223372036854775807\n",
     "rules.toml:4: rule 'a-b': 'secretGroup' has to be from 0 to 99"},
    {"SecretGroupNotThere", "[[rules]]\nid = \"a-b\"\nregex = '(a)(b)'\nsecretGroup = 3\n",
     "rules.toml:1: rule 'a-b': 'secretGroup' is 3, but the regex has no more than 2 groups; count "
     "the opening brackets"},
    {"LookbehindTooFar", kHead + "lookbehind = 1048577\n",
     "rules.toml:4: rule 'a-b': 'lookbehind' has to be from 0 to 1048576"},
    {"LookaheadTooFar", kHead + "lookahead = 1048577\n",
     "rules.toml:4: rule 'a-b': 'lookahead' has to be from 0 to 1048576"},
    {"WithinLinesNegative", kHead + "[[rules.required]]\nid = 'a-b'\nwithinLines = -1\n",
     "rules.toml:6: rule 'a-b', required: 'withinLines' has to be from 0 to 1073741824"},

    {"UnknownSensitivity", kHead + "sensitivity = \"hihg\"\n",
     "rules.toml:4: rule 'a-b': unknown sensitivity 'hihg'; did you mean 'high'?"},
    {"UnknownKind", kHead + "kind = \"other\"\n",
     "rules.toml:4: rule 'a-b': unknown kind 'other'; it is one of secret, bucket, module, "
     "artifact, exposure"},
    {"UnknownCondition", kHead + "[[rules.allowlists]]\npaths = ['x']\ncondition = 'XOR'\n",
     "rules.toml:6: rule 'a-b', allowlist: unknown condition 'XOR'; it is AND or OR"},
    {"UnknownRegexTarget", "[[allowlists]]\nregexes = ['x']\nregexTarget = 'lines'\n",
     "rules.toml:3: allowlist: unknown regexTarget 'lines'; did you mean 'line'?"},

    {"RequiredWithoutId", kHead + "[[rules.required]]\nwithinLines = 3\n",
     "rules.toml:4: rule 'a-b', required: names no rule; set its id"},
    {"RequiredNamesNoRule", kHead + "[[rules.required]]\nid = 'a-c'\n",
     "rules.toml:1: rule 'a-b': 'required' names no rule: 'a-c'; did you mean 'a-b'?"},
    {"CompanionNamesNoRule", kHead + "companions = ['zzz']\n",
     "rules.toml:1: rule 'a-b': 'companions' names no rule: 'zzz'"},
    {"TargetNamesNoRule", kHead + "[[allowlists]]\npaths = ['x']\ntargetRules = ['a-bb']\n",
     "rules.toml:4: allowlist: 'targetRules' names no rule: 'a-bb'; did you mean 'a-b'?"},

    {"EmptyAllowlist", kHead + "[[rules.allowlists]]\ndescription = 'x'\n",
     "rules.toml:4: rule 'a-b', allowlist: allows nothing; give it regexes, paths, commits or "
     "stopwords"},
    {"AllowlistOfEmptyStrings", "[[allowlists]]\nstopwords = ['', '']\n",
     "rules.toml:1: allowlist: allows nothing; give it regexes, paths, commits or stopwords"},
    {"BothAllowlistForms", "[allowlist]\npaths = ['x']\n[[allowlists]]\npaths = ['y']\n",
     "rules.toml:1: has both 'allowlist' and 'allowlists'; move the former into the latter"},
    {"BothAllowlistFormsInRule",
     kHead + "[rules.allowlist]\npaths = ['x']\n[[rules.allowlists]]\npaths = ['y']\n",
     "rules.toml:4: rule 'a-b': has both 'allowlist' and 'allowlists'; move the former into the "
     "latter"},

    {"PathAndUseDefault", "[extend]\npath = 'x'\nuseDefault = true\n",
     "rules.toml:2: [extend]: has both 'path' and 'useDefault'; keep one of them"},
    {"ControlCharacterInPath", "[extend]\npath = \"x\\u0000y\"\n",
     "rules.toml:2: [extend]: the path holds a control character"},
    {"PathWithoutReader", "[extend]\npath = 'base.toml'\n",
     "rules.toml:1: [extend]: 'base.toml' cannot be read here; only files that stand on their own "
     "are allowed"},
    {"NestedTooDeep",
     "title = 'x'\na" +
         [] {
           std::string dots;
           for (int i = 0; i < 200; ++i) dots += ".a";
           return dots;
         }() +
         " = 1\n",
     "rules.toml:2:203: nested deeper than 100 levels; correct the TOML syntax there"},
    {"HeaderWithoutKey", "title = ''\n[.rules]\n",
     "rules.toml:2:2: the table header does not start with a key; correct the TOML syntax there"},
    {"TooLarge", std::string((16 << 20) + 1, '#'),
     "rules.toml: larger than 16 MiB; a rule file holds rules, not data"},
};

INSTANTIATE_TEST_SUITE_P(All, RuleFileMistake, testing::ValuesIn(kMistakes),
                         [](const auto& mistake) { return std::string(mistake.param.name); });

TEST(RuleFileMistakes, SyntaxErrorsAreWhereTheParserSays) {
  // The words in between are those of toml++ and differ between its versions.
  EXPECT_THAT(error_of(load_text("title = \"x\"\nrules = = 1\n")),
              testing::MatchesRegex("rules.toml:2:9: .+; correct the TOML syntax there"));
  EXPECT_THAT(error_of(load_text("title = \"\xff\"\n")),
              testing::MatchesRegex("rules.toml:1:[0-9]+: .+; correct the TOML syntax there"));
}

TEST(RuleFileMistakes, TheTopmostOfSeveralIsTold) {
  EXPECT_EQ(
      error_of(load_text(kHead + "zebra = 1\nentropi = 3\n")),
      "rules.toml:4: rule 'a-b': unknown key 'zebra'; valid here: id, description, regex, names, "
      "path, secretGroup, entropy, keywords, tags, skipReport, required, family, "
      "familyAliases, category, kind, sensitivity, generic, anchor, lookbehind, lookahead, "
      "check, companions, remediation, positives, negatives, allowlists, allowlist, "
      "reference, filter");
}

TEST(RuleFileMistakes, StrictIdsRefuseWhatIsNotKebabCase) {
  LoadOptions strict;
  strict.strict_ids = true;
  for (const std::string id : {"A-b", "a_b", "a--b", "-a", "a-", "a.b", "a b"}) {
    EXPECT_EQ(error_of(load_text(rule_named(id), strict)),
              "rules.toml:2: rule '" + id +
                  "': the id is not kebab-case; use lower-case letters and digits with single "
                  "hyphens");
  }
  EXPECT_TRUE(load_text(rule_named("a1-b2"), strict).ok());
}

TEST(RuleFileMistakes, DuplicateIdInAnotherFileNamesBothPlaces) {
  const RuleFile files[] = {{"one.toml", "\n" + rule_named("a-b")},
                            {"two.toml", rule_named("a-b")}};
  EXPECT_EQ(error_of(load_rules(files)),
            "two.toml:1: rule 'a-b': the id is taken, in one.toml:2; give one of the two another "
            "id, or let one file extend the other");
}

TEST(RuleFileMistakes, ExtendedFileThatCannotBeRead) {
  EXPECT_EQ(error_of(load_text("[extend]\npath = 'base.toml'\n", reading({}))),
            "rules.toml:1: [extend]: base.toml: no such file");
}

TEST(RuleFileMistakes, FilesThatExtendEachOther) {
  const auto options = reading({{"b.toml", "[extend]\npath = 'rules.toml'\n"},
                                {"rules.toml", "[extend]\npath = 'b.toml'\n"}});
  EXPECT_EQ(error_of(load_text("[extend]\npath = 'b.toml'\n", options)),
            "b.toml: [extend]: the files extend each other: rules.toml -> b.toml -> rules.toml; "
            "break the circle");
  EXPECT_EQ(
      error_of(load_text("[extend]\npath = './rules.toml'\n", options)),
      "rules.toml: [extend]: the files extend each other: rules.toml -> rules.toml; break the "
      "circle");
}

TEST(RuleFileMistakes, ThreeLevelsOfExtension) {
  const auto options = reading({{"1.toml", "[extend]\npath = '2.toml'\n"},
                                {"2.toml", "title = ''\n[extend]\npath = '3.toml'\n"},
                                {"3.toml", rule_named("a-b")}});
  EXPECT_EQ(error_of(load_text("[extend]\npath = '1.toml'\n", options)),
            "2.toml:2: [extend]: files extend each other more than 2 levels deep; join two of the "
            "files");
}

TEST(RuleFileMistakes, ACallbackThatThrowsIsAnError) {
  LoadOptions options;
  options.read_file = [](const std::string&) -> Result<RuleFile> {
    throw std::runtime_error("the disk is gone");
  };
  const auto result = load_text("[extend]\npath = 'x'\n", options);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(error_of(result), "rule files: the disk is gone");
}

}  // namespace
}  // namespace dragnet
