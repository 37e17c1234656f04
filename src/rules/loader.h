// Reads rule files: TOML in the gitleaks format and our additions.
//
// Errors name file, line, rule and what to do: a syntax error, an unknown key, a value of the wrong
// type, an id that is not kebab-case or that stands twice, a `[[rules.required]]` or companion that
// names no rule. A key that gitleaks or betterleaks know and we do not use is a note, not an error.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "rules/rule.h"

namespace dragnet {

// A rule file's name (for messages) and its bytes.
struct RuleFile {
  std::string name;
  ByteString content;
};

// The rule files compiled into this executable (patterns/*.toml), sorted by name.
std::span<const RuleFile> default_rule_files();

struct LoadOptions {
  // Reads the file that an `[extend] path` names, relative to the extending file's folder.
  // Not set: such a path is an error.
  std::function<Result<RuleFile>(const std::string& path)> read_file;
};

// Parses all `files` as one set. A later file may not redefine an id, except that a file which
// extends another (`[extend]`, also `useDefault = true`) overrides the fields that it sets, as in
// gitleaks.
Result<RuleSet> load_rules(std::span<const RuleFile> files, const LoadOptions& options = {});

// Keeps the rules named in `only` (all where empty) and drops those in `except`, together with
// nothing else: a rule that another one requires stays, with `skip_report` set. A name that no rule
// has is an error that suggests the nearest id.
Result<RuleSet> select_rules(RuleSet rules, std::span<const std::string> only,
                             std::span<const std::string> except);

}  // namespace dragnet
