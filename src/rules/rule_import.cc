#include "rules/rule_import.h"

#include <exception>
#include <map>
#include <optional>
#include <utility>

#include "rules/foreign_rule.h"
#include "rules/text.h"
#include "rules/toml_text.h"

namespace dragnet {

namespace {

void add(std::string* out, std::string_view key, const std::string& value) {
  *out += std::string(key) + " = " + value + "\n";
}

void add_text(std::string* out, std::string_view key, const std::string& text) {
  if (!text.empty()) add(out, key, toml_string(text));
}

void add_list(std::string* out, std::string_view key, const std::vector<std::string>& texts) {
  if (!texts.empty()) add(out, key, toml_list(texts));
}

std::string comments(const ForeignRule& rule) {
  std::string out = toml_comment(rule.foreign_id + " of " + rule.rule.place.text());
  out += toml_comment(rule.about);
  for (const std::string& loss : rule.losses) out += toml_comment("not carried over: " + loss);
  return out;
}

std::string rule_toml(const ForeignRule& foreign) {
  const Rule& rule = foreign.rule;
  std::string out = comments(foreign) + "[[rules]]\n";
  add_text(&out, "id", rule.id);
  add_text(&out, "description", rule.description);
  add_text(&out, "regex", rule.regex);
  if (rule.entropy > 0) add(&out, "entropy", number_text(rule.entropy));
  if (rule.generic) add(&out, "generic", "true");
  if (rule.skip_report) add(&out, "skipReport", "true");
  add_list(&out, "keywords", rule.keywords);
  add_list(&out, "tags", rule.tags);
  add_list(&out, "companions", rule.companions);
  add_list(&out, "reference", foreign.references);
  add_list(&out, "positives", rule.positives);
  add_list(&out, "negatives", rule.negatives);
  for (const Allowlist& list : rule.allowlists) {
    out += "[[rules.allowlists]]\n";
    add_text(&out, "description", list.description);
    add_list(&out, "regexes", list.regexes);
    add_list(&out, "stopwords", list.stopwords);
  }
  return out;
}

// A rule that cannot be used, for whoever wants to mend it.
std::string refused_toml(const ForeignRule& foreign) {
  std::string text = "refused: " + foreign.refused + "\nid = " + toml_string(foreign.rule.id) +
                     "\n" + "description = " + toml_string(foreign.rule.description) + "\n" +
                     "regex = " + toml_string(foreign.rule.regex) + "\n";
  return comments(foreign) + toml_comment(text);
}

class Importer {
 public:
  explicit Importer(const RuleProbe& probe) : probe_(probe) {}

  std::optional<Error> read(const RuleFile& file) {
    auto documents = parse_yaml(file.content, file.name);
    if (!documents) return std::move(documents).error();
    bool any = false;
    for (const YamlNode& document : documents.value()) {
      const YamlNode* rules = document.find("rules");
      any = any || (rules != nullptr && rules->kind == YamlNode::Kind::kList);
      for (const auto& [key, value] : document.members) {
        if (&value != rules) lose({file.name, value.line}, quoted(key) + " is not carried over");
      }
      if (rules == nullptr) continue;
      for (const YamlNode& item : rules->items) take(read_foreign_rule(item, file.name));
    }
    if (any) return std::nullopt;
    return usage_error(printable(file.name) + ": has no list 'rules'",
                       "give it a rule file of Nosey Parker or Kingfisher");
  }

  ImportedRules finish() {
    for (ForeignRule& rule : rules_) drop_absent_companions(&rule);
    for (const ForeignRule& rule : rules_) {
      if (!out_.toml.empty()) out_.toml += "\n";
      const std::string where = "rule " + quoted(rule.foreign_id) + ": ";
      for (const std::string& loss : rule.losses) {
        lose(rule.rule.place, where + loss + " is not carried over");
      }
      if (rule.refused.empty()) {
        ++out_.rules;
        out_.toml += rule_toml(rule);
      } else {
        ++out_.refused;
        lose(rule.rule.place, where + rule.refused);
        out_.toml += refused_toml(rule);
      }
    }
    return std::move(out_);
  }

 private:
  void lose(const SourcePlace& place, const std::string& what) {
    out_.losses.push_back(printable(place.file) + ":" + std::to_string(place.line) + ": " + what);
  }

  void take(ForeignRule rule) {
    if (rule.refused.empty()) {
      if (auto status = probe_(rule.rule); !status) rule.refused = status.error().message;
    }
    if (rule.refused.empty()) {
      const auto [first, fresh] = ids_.try_emplace(rule.rule.id, rule.rule.place.text());
      if (!fresh) rule.refused = "its id is taken, in " + first->second;
    }
    rules_.push_back(std::move(rule));
  }

  void drop_absent_companions(ForeignRule* rule) {
    auto& companions = rule->rule.companions;
    std::erase_if(companions, [&](const std::string& id) {
      if (ids_.contains(id)) return false;
      rule->losses.push_back("'depends_on_rule' on " + quoted(id) + ", which is not here");
      return true;
    });
  }

  const RuleProbe& probe_;
  std::vector<ForeignRule> rules_;
  std::map<std::string, std::string> ids_;  // of the rules that can be used, and their places
  ImportedRules out_;
};

}  // namespace

Result<ImportedRules> import_rules(std::span<const RuleFile> files, const RuleProbe& probe) {
  try {
    Importer importer(probe);
    for (const RuleFile& file : files) {
      if (auto error = importer.read(file)) return *std::move(error);
    }
    return importer.finish();
  } catch (const std::exception& error) {
    return Error{ErrorKind::kInternal, std::string("import: ") + error.what(), {}};
  }
}

}  // namespace dragnet
