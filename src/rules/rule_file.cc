#include "rules/rule_file.h"

#include <map>

#include "rules/betterleaks_filter.h"
#include "rules/rule_fields.h"
#include "rules/text.h"
#include "rules/toml_reader.h"

namespace dragnet {

namespace {

constexpr std::string_view kBetterleaksOnly = "only betterleaks reads it";

// Reads one file; a class because every part of it needs the same three things.
class FileParser {
 public:
  FileParser(const RuleFile& file, bool strict_ids) : diagnostics_(file.name) {
    parsed_.name = file.name;
    strict_ids_ = strict_ids;
  }

  Result<ParsedRuleFile> run(std::string_view content) {
    const auto root = parse_toml(content, &diagnostics_);
    if (root) read_root(*root);
    if (diagnostics_.error()) return *diagnostics_.error();
    parsed_.notes = diagnostics_.take_notes();
    return std::move(parsed_);
  }

  std::vector<Error> take_errors() { return diagnostics_.take_errors(); }

 private:
  void read_root(const toml::table& root) {
    TableReader reader(root, {}, &diagnostics_);
    reader.skip("title");
    reader.skip("description");
    if (const toml::table* table = reader.table("extend")) read_extend(reader, *table);
    if (const toml::table* table = reader.table("defaults")) read_defaults(reader, *table);
    for (const toml::table* table : reader.tables("rules")) read_rule(*table);
    read_allowlists(reader, true, &parsed_.allowlists);
    reader.without_effect("minVersion", "it speaks of gitleaks' versions");
    reader.without_effect("betterleaksMinVersion", "it speaks of betterleaks' versions");
    reader.without_effect("prefilter", kBetterleaksOnly);
    reader.without_effect("filter", kBetterleaksOnly);
    reader.finish();
  }

  void read_extend(TableReader& root, const toml::table& table) {
    TableReader reader = root.inner(table, "[extend]");
    parsed_.extend_line = reader.line();
    reader.text("path", &parsed_.extend_path);
    reader.flag("useDefault", &parsed_.extend_default);
    reader.texts("disabledRules", &parsed_.disabled_rules);
    reader.without_effect("url", "no rule file is fetched from a network");
    reader.finish();
    if (!parsed_.extend_path.empty() && parsed_.extend_default) {
      reader.fail(reader.line_of("path"), "has both 'path' and 'useDefault'", "keep one of them");
    }
    if (has_controls(parsed_.extend_path)) {
      reader.fail(reader.line_of("path"), "the path holds a control character");
    }
  }

  void read_defaults(TableReader& root, const toml::table& table) {
    TableReader reader = root.inner(table, "[defaults]");
    read_fields(reader, true, &parsed_.defaults);
    reader.finish();
  }

  static void read_fields(TableReader& reader, bool only_defaults, RuleDraft* draft) {
    const auto fields = rule_fields();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (only_defaults && !fields[i].has_default) continue;
      draft->set[i] = fields[i].read(reader, fields[i].key, &draft->rule);
    }
  }

  void read_rule(const toml::table& table) {
    RuleDraft draft;
    std::string& id = draft.rule.id;
    TableReader nameless(table, "rule", &diagnostics_);
    if (!nameless.text("id", &id)) {
      nameless.fail(nameless.line(), "has no id", "give it one, such as id = \"acme-api-key\"");
      return;
    }
    TableReader reader(table, "rule " + quoted(id), &diagnostics_);
    reader.skip("id");
    check_id(reader, id);
    draft.rule.place = {parsed_.name, reader.line()};
    read_fields(reader, false, &draft);
    read_allowlists(reader, false, &draft.rule.allowlists);
    reader.skip("reference");
    read_filter(reader, &draft);
    reader.without_effect("validate", kBetterleaksOnly);
    reader.without_effect("components", kBetterleaksOnly);
    reader.without_effect("tokenEfficiency", kBetterleaksOnly);
    reader.without_effect("specificity", kBetterleaksOnly);
    reader.without_effect("confidence", kBetterleaksOnly);
    reader.finish();
    parsed_.rules.push_back(std::move(draft));
  }

  static void read_filter(TableReader& reader, RuleDraft* draft) {
    std::string filter;
    if (!reader.text("filter", &filter)) return;
    const auto entropy = read_filter_entropy(filter);
    const std::uint32_t line = reader.line_of("filter");
    if (!entropy) {
      reader.note(line, "'filter' has no effect here: " + std::string(kBetterleaksOnly));
      return;
    }
    if (!entropy->whole) reader.note(line, "of 'filter' only the entropy has an effect here");
    const auto fields = rule_fields();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].key != "entropy" || draft->set[i]) continue;
      draft->rule.entropy = entropy->least;
      draft->set[i] = true;
    }
  }

  void check_id(TableReader& reader, const std::string& id) {
    const std::uint32_t line = reader.line_of("id");
    const auto [first, fresh] = lines_.emplace(id, line);
    if (!fresh) {
      reader.fail(line, "the id is taken, in " + SourcePlace{parsed_.name, first->second}.text(),
                  "give one of the two another id");
    }
    if (id.size() > kMaxIdLength) {
      reader.fail(line, "the id is longer than " + std::to_string(kMaxIdLength) + " bytes");
    }
    if (has_controls(id)) {
      reader.fail(line, "the id holds a control character");
      return;
    }
    if (is_kebab_case(id)) return;
    constexpr std::string_view kMessage = "the id is not kebab-case";
    if (strict_ids_) {
      reader.fail(line, kMessage, "use lower-case letters and digits with single hyphens");
    } else {
      reader.note(line, kMessage);
    }
  }

  // `[[allowlists]]`, or the older single `[allowlist]`; both at once are an error in gitleaks too.
  void read_allowlists(TableReader& reader, bool global, std::vector<Allowlist>* lists) {
    for (const toml::table* table : reader.tables("allowlists")) {
      TableReader list = reader.inner(*table, "allowlist");
      read_allowlist(list, global, parsed_.name, lists);
    }
    const toml::table* single = reader.table("allowlist");
    if (single == nullptr) return;
    if (reader.has("allowlists")) {
      reader.fail(reader.line_of("allowlist"), "has both 'allowlist' and 'allowlists'",
                  "move the former into the latter");
    }
    TableReader list = reader.inner(*single, "allowlist");
    read_allowlist(list, global, parsed_.name, lists);
  }

  Diagnostics diagnostics_;
  ParsedRuleFile parsed_;
  bool strict_ids_ = false;
  std::map<std::string, std::uint32_t> lines_;  // of the ids so far
};

}  // namespace

Result<ParsedRuleFile> parse_rule_file(const RuleFile& file, bool strict_ids) {
  return FileParser(file, strict_ids).run(file.content);
}

std::vector<Error> rule_file_errors(const RuleFile& file, bool strict_ids) {
  FileParser parser(file, strict_ids);
  (void)parser.run(file.content);
  return parser.take_errors();
}

void apply_defaults(const RuleDraft& defaults, RuleDraft* draft) {
  const auto fields = rule_fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!defaults.set[i] || draft->set[i]) continue;
    fields[i].inherit(defaults.rule, &draft->rule);
    draft->set[i] = true;
  }
}

void override_rule(const RuleDraft& draft, RuleDraft* base) {
  static const Rule kUnset;
  const bool new_regex = !draft.rule.regex.empty() && draft.rule.regex != base->rule.regex;
  const auto fields = rule_fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const RuleField& field = fields[i];
    if (draft.set[i]) {
      field.inherit(draft.rule, &base->rule);
      base->set[i] = true;
    } else if (new_regex && field.inheritance == Inheritance::kFollowsRegex) {
      field.inherit(kUnset, &base->rule);
      base->set[i] = false;
    }
  }
  for (const Allowlist& list : draft.rule.allowlists) base->rule.allowlists.push_back(list);
  // Where the regex stands is where a person has to look when an engine refuses it.
  if (new_regex) base->rule.place = draft.rule.place;
}

}  // namespace dragnet
