// One rule file as it stands, before it is joined with the files that it extends.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "rules/loader.h"
#include "rules/rule.h"

namespace dragnet {

inline constexpr std::size_t kMaxRuleFields = 32;
inline constexpr std::size_t kMaxIdLength = 200;  // bytes

// Which fields of a rule a table sets, by the index that `rule_file.cc` gives them.
using FieldSet = std::bitset<kMaxRuleFields>;

// What one `[[rules]]` table says. `rule.place` is that table.
struct RuleDraft {
  Rule rule;
  FieldSet set;
};

struct ParsedRuleFile {
  std::string name;

  // [extend]
  std::string extend_path;  // as written; empty: none
  bool extend_default = false;
  std::vector<std::string> disabled_rules;
  std::uint32_t extend_line = 0;

  std::vector<RuleDraft> rules;       // ids are set and unique within the file
  RuleDraft defaults;                 // [defaults]
  std::vector<Allowlist> allowlists;  // the global ones
  std::vector<std::string> notes;
};

// Reads the syntax, the keys and the types of `file`; names of other rules are not looked up. With
// `strict_ids` an id that is not kebab-case is an error, else a note.
Result<ParsedRuleFile> parse_rule_file(const RuleFile& file, bool strict_ids);

// Everything that `parse_rule_file` could complain of, in the order of the lines.
std::vector<Error> rule_file_errors(const RuleFile& file, bool strict_ids);

// Makes a rule of its own of `draft`: what it leaves open comes from its file's `[defaults]`.
void apply_defaults(const RuleDraft& defaults, RuleDraft* draft);

// Lays `draft`, which extends a rule, over `base`: single values replace, tags, keywords and allow
// lists are added. A new regex also drops what described the old one: anchor, reach, check and
// samples, unless `draft` sets them too.
void override_rule(const RuleDraft& draft, RuleDraft* base);

}  // namespace dragnet
