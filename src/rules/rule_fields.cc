#include "rules/rule_fields.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "rules/name_word.h"
#include "rules/nearest.h"
#include "rules/text.h"

namespace dragnet {

namespace {

constexpr std::uint32_t kMaxReach = 1 << 20;  // lookbehind and lookahead, bytes
constexpr std::uint32_t kMaxGroup = 99;
constexpr std::uint32_t kMaxDistance = 1 << 30;  // lines, columns

using enum Inheritance;

template <auto Member>
void replace(const Rule& from, Rule* to) {
  to->*Member = from.*Member;
}

// Adds what is not there yet.
template <auto Member>
void add(const Rule& from, Rule* to) {
  auto& list = to->*Member;
  for (const auto& item : from.*Member) {
    if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
  }
}

template <auto Member>
bool read_text(TableReader& reader, std::string_view key, Rule* rule) {
  return reader.text(key, &(rule->*Member));
}

template <auto Member>
bool read_texts(TableReader& reader, std::string_view key, Rule* rule) {
  return reader.texts(key, &(rule->*Member));
}

template <auto Member>
bool read_flag(TableReader& reader, std::string_view key, Rule* rule) {
  return reader.flag(key, &(rule->*Member));
}

template <auto Member>
bool read_reach(TableReader& reader, std::string_view key, Rule* rule) {
  std::uint32_t bytes = 0;
  if (!reader.integer(key, kMaxReach, &bytes)) return false;
  rule->*Member = bytes;
  return true;
}

bool read_keywords(TableReader& reader, std::string_view key, Rule* rule) {
  if (!reader.texts(key, &rule->keywords)) return false;
  for (std::string& word : rule->keywords) word = lowered(word);
  return true;
}

bool read_names(TableReader& reader, std::string_view key, Rule* rule) {
  if (!reader.texts(key, &rule->names)) return false;
  std::string regex;
  for (const std::string& name : rule->names) {
    const auto word = parse_name_word(name);
    if (!word) {
      reader.fail(reader.line_of(key), quoted(name) + " is no word of a name",
                  "use 3 to 24 lower-case letters, digits, _ and -, with \\b before or after");
      return true;
    }
    regex.append(regex.empty() ? "(?i:" : "|").append(word->text);
  }
  if (!regex.empty()) rule->regex = regex + ")";
  return true;
}

bool read_entropy(TableReader& reader, std::string_view key, Rule* rule) {
  return reader.number(key, 0, 8, &rule->entropy);
}

bool read_secret_group(TableReader& reader, std::string_view key, Rule* rule) {
  return reader.integer(key, kMaxGroup, &rule->secret_group);
}

// A word of an enumeration.
template <typename Enum, std::size_t N>
bool read_word(TableReader& reader, std::string_view key,
               std::optional<Enum> (*parse)(std::string_view), const std::array<Enum, N>& all,
               Enum* out) {
  std::string word;
  if (!reader.text(key, &word)) return false;
  if (const auto value = parse(word)) {
    *out = *value;
    return true;
  }
  std::vector<std::string_view> names;
  std::string list = "it is one of ";
  for (const Enum value : all) {
    names.push_back(to_string(value));
    list.append(value == all.front() ? "" : ", ").append(names.back());
  }
  reader.fail(reader.line_of(key), "unknown " + std::string(key) + " " + quoted(word),
              suggestion(word, names, list));
  return false;
}

bool read_sensitivity(TableReader& reader, std::string_view key, Rule* rule) {
  using enum Sensitivity;
  constexpr std::array kAll = {kLow, kMedium, kHigh, kCritical};
  return read_word(reader, key, parse_sensitivity, kAll, &rule->sensitivity);
}

bool read_kind(TableReader& reader, std::string_view key, Rule* rule) {
  using enum FindingKind;
  constexpr std::array kAll = {kSecret, kBucket, kModule, kArtifact, kExposure};
  return read_word(reader, key, parse_kind, kAll, &rule->kind);
}

bool read_required(TableReader& reader, std::string_view key, Rule* rule) {
  const auto tables = reader.tables(key);
  for (const toml::table* table : tables) {
    TableReader item = reader.inner(*table, "required");
    RequiredRule required;
    if (!item.text("id", &required.id)) item.fail(item.line(), "names no rule", "set its id");
    std::uint32_t distance = 0;
    if (item.integer("withinLines", kMaxDistance, &distance)) required.within_lines = distance;
    if (item.integer("withinColumns", kMaxDistance, &distance)) required.within_columns = distance;
    item.finish();
    rule->required.push_back(std::move(required));
  }
  return !tables.empty();
}

template <auto Member>
constexpr RuleField text_field(std::string_view key, Inheritance inheritance,
                               bool has_default = false) {
  return {key, inheritance, has_default, read_text<Member>, replace<Member>};
}

template <auto Member>
constexpr RuleField texts_field(std::string_view key, Inheritance inheritance) {
  return {key, inheritance, false, read_texts<Member>,
          inheritance == kAdds ? add<Member> : replace<Member>};
}

constexpr std::array kFields = {
    text_field<&Rule::description>("description", kReplaces),
    text_field<&Rule::regex>("regex", kReplaces),
    RuleField{"names", kFollowsRegex, false, read_names, replace<&Rule::names>},
    text_field<&Rule::path>("path", kReplaces),
    RuleField{"secretGroup", kReplaces, false, read_secret_group, replace<&Rule::secret_group>},
    RuleField{"entropy", kReplaces, false, read_entropy, replace<&Rule::entropy>},
    RuleField{"keywords", kAdds, false, read_keywords, add<&Rule::keywords>},
    texts_field<&Rule::tags>("tags", kAdds),
    RuleField{"skipReport", kReplaces, false, read_flag<&Rule::skip_report>,
              replace<&Rule::skip_report>},
    RuleField{"required", kReplaces, false, read_required, replace<&Rule::required>},
    text_field<&Rule::family>("family", kReplaces),
    texts_field<&Rule::family_aliases>("familyAliases", kReplaces),
    text_field<&Rule::category>("category", kReplaces, true),
    RuleField{"kind", kReplaces, true, read_kind, replace<&Rule::kind>},
    RuleField{"sensitivity", kReplaces, true, read_sensitivity, replace<&Rule::sensitivity>},
    RuleField{"generic", kReplaces, true, read_flag<&Rule::generic>, replace<&Rule::generic>},
    text_field<&Rule::anchor>("anchor", kFollowsRegex),
    RuleField{"lookbehind", kFollowsRegex, false, read_reach<&Rule::lookbehind>,
              replace<&Rule::lookbehind>},
    RuleField{"lookahead", kFollowsRegex, false, read_reach<&Rule::lookahead>,
              replace<&Rule::lookahead>},
    text_field<&Rule::check>("check", kFollowsRegex),
    texts_field<&Rule::companions>("companions", kReplaces),
    text_field<&Rule::remediation>("remediation", kReplaces, true),
    texts_field<&Rule::positives>("positives", kFollowsRegex),
    texts_field<&Rule::negatives>("negatives", kFollowsRegex),
};

Allowlist::Condition read_condition(TableReader& reader) {
  std::string word;
  if (!reader.text("condition", &word)) return Allowlist::Condition::kOr;
  const std::string folded = lowered(word);
  if (folded == "and" || folded == "&&") return Allowlist::Condition::kAnd;
  if (folded != "or" && folded != "||") {
    reader.fail(reader.line_of("condition"), "unknown condition " + quoted(word),
                "it is AND or OR");
  }
  return Allowlist::Condition::kOr;
}

Allowlist::Target read_target(TableReader& reader) {
  std::string word;
  if (!reader.text("regexTarget", &word) || word == "secret") return Allowlist::Target::kSecret;
  if (word == "match") return Allowlist::Target::kMatch;
  if (word == "line") return Allowlist::Target::kLine;
  reader.fail(reader.line_of("regexTarget"), "unknown regexTarget " + quoted(word),
              suggestion(word, {"secret", "match", "line"}, "it is secret, match or line"));
  return Allowlist::Target::kSecret;
}

// gitleaks compares whole ids, in lower case.
void read_commits(TableReader& reader, Allowlist* list) {
  if (!reader.texts("commits", &list->commits)) return;
  for (std::string& commit : list->commits) {
    commit = lowered(commit);
    if (commit.find_first_not_of("0123456789abcdef") != std::string::npos) {
      reader.note(reader.line_of("commits"),
                  quoted(commit) + " is no commit id and allows nothing");
    }
  }
}

}  // namespace

std::span<const RuleField> rule_fields() { return kFields; }

void read_allowlist(TableReader& reader, bool global, const std::string& file,
                    std::vector<Allowlist>* lists) {
  Allowlist list;
  list.place = {file, reader.line()};
  reader.text("description", &list.description);
  list.condition = read_condition(reader);
  list.regex_target = read_target(reader);
  reader.texts("regexes", &list.regexes);
  reader.texts("paths", &list.paths);
  read_commits(reader, &list);
  reader.texts("stopwords", &list.stopwords);
  if (global) reader.texts("targetRules", &list.target_rules);
  const bool has_resources = reader.has("resources");
  reader.without_effect("resources", "only betterleaks reads it");
  reader.finish();

  const bool empty =
      list.regexes.empty() && list.paths.empty() && list.commits.empty() && list.stopwords.empty();
  if (has_resources && (empty || list.condition == Allowlist::Condition::kAnd)) {
    // Without one of its conditions an AND list would allow more than it was written for.
    reader.note(reader.line(), "left out, because it depends on 'resources'");
    return;
  }
  if (empty) {
    reader.fail(reader.line(), "allows nothing", "give it regexes, paths, commits or stopwords");
    return;
  }
  lists->push_back(std::move(list));
}

}  // namespace dragnet
