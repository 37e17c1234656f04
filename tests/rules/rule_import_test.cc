// Rules of Nosey Parker and Kingfisher, and what becomes of each of their fields.
#include "rules/rule_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "rule_text.h"
#include "rules/foreign_rule.h"
#include "rules/sample.h"

namespace dragnet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Status take_all(const Rule&) { return ok_status(); }

Result<ImportedRules> import_text(std::string yaml, const RuleProbe& probe = take_all) {
  const RuleFile file{"their.yml", std::move(yaml)};
  return import_rules({&file, 1}, probe);
}

// What loading the output gives.
RuleSet loaded(const ImportedRules& imported) {
  auto set = load_text(imported.toml);
  if (set) return std::move(set).value();
  ADD_FAILURE() << set.error().text() << "\n" << imported.toml;
  return {};
}

const char* const kNoseyParker = R"(rules:

- name: ACME Key
  id: np.acme.1
  pattern: |
    (?x)(?i)
    \b acme_        # the prefix
    ([a-f0-9 ]{8})  # the key
    (?: [^a-f0-9] | $ )
  description: |
    A key of ACME.

    It opens everything.
  references:
  - https://acme.example/docs
  categories: [api, fuzzy, secret]
  examples:
  - 'acme_0123abcd'
  - |
    key = "ACME_00000000"
    {{ template }}
  negative_examples:
  - 'acme_0123'
)";

TEST(RuleImport, ReadsNoseyParker) {
  const auto imported = import_text(kNoseyParker);
  ASSERT_TRUE(imported.ok()) << imported.error().text();
  EXPECT_EQ(imported->rules, 1U);
  EXPECT_THAT(imported->losses, IsEmpty());
  EXPECT_THAT(imported->toml,
              HasSubstr("# np.acme.1 of their.yml:3\n# A key of ACME.\n#\n# It opens"));
  EXPECT_THAT(imported->toml, HasSubstr("reference = ['https://acme.example/docs']\n"));
  const RuleSet set = loaded(imported.value());
  const Rule& rule = *find_rule(set, "np-acme-1");
  EXPECT_EQ(rule.description, "ACME Key");
  EXPECT_EQ(rule.regex, "(?i)\\bacme_([a-f0-9 ]{8})(?:[^a-f0-9]|$)");
  EXPECT_THAT(rule.tags, ElementsAre("api", "fuzzy", "secret"));
  EXPECT_TRUE(rule.generic);
  ASSERT_EQ(rule.positives.size(), 2U);
  EXPECT_EQ(expand_sample(rule.positives[1], 1).value(),
            "key = \"ACME_00000000\"\n{{ template }}\n");
  EXPECT_THAT(rule.negatives, ElementsAre("acme_0123"));
}

const char* const kKingfisher = R"(rules:
  - name: ACME Secret
    id: kingfisher.acme.1
    pattern: 'acme_s_[a-z0-9!]{20}'
    min_entropy: 3.5
    confidence: low
    examples: []
    validation:
      type: Http
      content: {request: {url: "https://acme.example/{{ TOKEN }}"}}
    depends_on_rule:
      - rule_id: kingfisher.acme.2
        variable: AKID
      - rule_id: kingfisher.elsewhere.1
        variable: X
    pattern_requirements:
      min_digits: 2
      min_special_chars: 1
      special_chars: "!"
      ignore_if_contains: [test]
      checksum: {actual: x}
  - name: ACME Id
    id: kingfisher.acme.2
    pattern: 'acme_i_[a-z]{4}'
    visible: false
    prevalidated: true
)";

TEST(RuleImport, ReadsKingfisher) {
  const auto imported = import_text(kKingfisher);
  ASSERT_TRUE(imported.ok()) << imported.error().text();
  EXPECT_EQ(imported->rules, 2U);
  const std::string head = "their.yml:2: rule 'kingfisher.acme.1': ";
  EXPECT_THAT(imported->losses,
              ElementsAre(head + "'validation' (Http) is not carried over",
                          head + "'checksum' of 'pattern_requirements' is not carried over",
                          head + "'depends_on_rule' on 'kingfisher-elsewhere-1', which is not here "
                                 "is not carried over",
                          "their.yml:22: rule 'kingfisher.acme.2': 'prevalidated' is not carried "
                          "over"));
  EXPECT_THAT(imported->toml, HasSubstr("# not carried over: 'validation' (Http)\n"));
  const RuleSet set = loaded(imported.value());
  const Rule& rule = *find_rule(set, "kingfisher-acme-1");
  EXPECT_EQ(rule.entropy, 3.5);
  EXPECT_TRUE(rule.generic);
  EXPECT_THAT(rule.tags, ElementsAre("confidence:low"));
  EXPECT_THAT(rule.companions, ElementsAre("kingfisher-acme-2"));
  ASSERT_EQ(rule.allowlists.size(), 3U);
  EXPECT_THAT(rule.allowlists[0].regexes, ElementsAre("\\A[^0-9]*(?:[0-9][^0-9]*){0,1}\\z"));
  EXPECT_THAT(rule.allowlists[1].regexes, ElementsAre("\\A[^\\!]*(?:[\\!][^\\!]*){0,0}\\z"));
  EXPECT_THAT(rule.allowlists[2].stopwords, ElementsAre("test"));
  EXPECT_TRUE(find_rule(set, "kingfisher-acme-2")->skip_report);
}

TEST(RuleImport, ListsWhatCannotBeUsed) {
  const auto probe = [](const Rule& rule) -> Status {
    return rule.regex == "no" ? Status(usage_error("RE2 refuses it")) : ok_status();
  };
  const auto imported = import_text(
      "rules:\n- {id: a.1, name: A, pattern: 'x(?=y)'}\n- {id: a.2, name: B, pattern: no}\n"
      "- {id: a.3, name: C}\n- {name: '', pattern: z}\n- text\n- {id: A_4, name: D, pattern: q}\n"
      "- {id: a.4, name: E, pattern: r}\nmore: 1\n",
      probe);
  ASSERT_TRUE(imported.ok());
  EXPECT_EQ(imported->rules, 1U);
  EXPECT_EQ(imported->refused, 6U);
  EXPECT_EQ(imported->losses.size(), 7U);
  EXPECT_THAT(ids_of(loaded(imported.value())), ElementsAre("a-4"));
  for (const char* part : {"look-ahead", "RE2 refuses it", "it has no pattern", "it is no map",
                           "neither an id nor a name", "its id is taken, in their.yml:7"}) {
    EXPECT_THAT(imported->toml, HasSubstr(std::string("# refused: "))) << part;
    EXPECT_THAT(imported->toml, HasSubstr(part));
  }
}

TEST(RuleImport, RefusesIdsThatNoRuleMayHave) {
  const auto imported =
      import_text("rules: [{id: " + std::string(201, 'a') + ", name: A, pattern: x}]\n");
  ASSERT_TRUE(imported.ok());
  EXPECT_EQ(imported->refused, 1U);
  EXPECT_THAT(imported->toml, HasSubstr("longer than 200 bytes"));
}

TEST(RuleImport, SaysThatAKeyStandsTwice) {
  const auto imported = import_text("rules: [{id: a, name: A, pattern: x, name: B}]\n");
  ASSERT_TRUE(imported.ok());
  EXPECT_THAT(imported->losses, ElementsAre(HasSubstr("a second 'name'")));
  EXPECT_EQ(loaded(imported.value()).rules[0].description, "B");
}

TEST(RuleImport, RefusesOtherFiles) {
  EXPECT_THAT(import_text("a: 1\n").error().text(), HasSubstr("their.yml: has no list 'rules'"));
  EXPECT_FALSE(import_text("").ok());
  EXPECT_FALSE(import_text("rules: {}\n").ok());
  EXPECT_THAT(import_text("rules: [\n").error().text(), HasSubstr("their.yml:2: YAML"));
}

// No text of a field can leave its quotes or its comment.
TEST(RuleImport, NothingGetsOutOfItsPlace) {
  for (const std::string& text :
       {std::string("'''"), std::string("\"\"\""), std::string("a'b\"c\\d"),
        std::string("x\n[[rules]]"), std::string("tab\tnul\x01 del\x7f"),
        std::string("\xc3\xa9 \xf0\x9f\x98\x80"), std::string("\\u0041 {{ \"x\" }} {{{ }}")}) {
    std::string quoted = "\"";
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\x%02x", byte);
      quoted += byte < 0x80 ? hex : std::string(1, c);
    }
    quoted += "\"";
    const auto imported =
        import_text("rules:\n- {id: a.1, name: " + quoted + ", pattern: " + quoted +
                    ", description: " + quoted + ", examples: [" + quoted + "], categories: [" +
                    quoted + "], " + quoted + ": 1}\n");
    ASSERT_TRUE(imported.ok()) << imported.error().text();
    if (imported->rules == 0) continue;  // no regex
    const RuleSet set = loaded(imported.value());
    ASSERT_EQ(set.rules.size(), 1U) << imported->toml;
    EXPECT_EQ(expand_sample(set.rules[0].positives[0], 1).value(), text);
    EXPECT_EQ(set.rules[0].tags[0], text);
  }
}

TEST(RuleImport, MakesIdsKebabCase) {
  EXPECT_EQ(kebab_case("np.aws.1"), "np-aws-1");
  EXPECT_EQ(kebab_case("Kingfisher.AWS_Key..2-"), "kingfisher-aws-key-2");
  EXPECT_EQ(kebab_case("..."), "");
}

}  // namespace
}  // namespace dragnet
