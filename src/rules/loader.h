// Reads rule files: TOML in the gitleaks format and our additions.
//
// Errors name file, line, rule and what to do: a syntax error, an unknown key, a value of the wrong
// type, an id that stands twice, a `[[rules.required]]` or companion that names no rule. A key that
// gitleaks or betterleaks know and we do not use is a note, not an error. README.md has the format.
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

// The rule files compiled into this executable, sorted by name: patterns/aws.toml is here as
// "<built-in>/aws.toml". Built at the first call; thread safe; lives as long as the process.
std::span<const RuleFile> default_rule_files();

struct LoadOptions {
  // Reads the file that an `[extend] path` names; `path` is already joined to the extending file's
  // folder. Whether a file of that path may be read is for the callback to say.
  // Not set: such a path is an error.
  std::function<Result<RuleFile>(const std::string& path)> read_file;

  // An id that is not kebab-case is an error, as it is for our own files; else it is a note, as
  // others' files have such ids.
  bool strict_ids = false;
};

// Parses all `files` as one set. A later file may not redefine an id, except that a file which
// extends another (`[extend]`, also `useDefault = true`) overrides the fields that it sets, as in
// gitleaks.
Result<RuleSet> load_rules(std::span<const RuleFile> files, const LoadOptions& options = {});

// What is wrong with `files`, for whoever corrects them: all that can be told of each file alone,
// or where that is nothing, the first thing that is wrong with them together (as `load_rules` has
// it).
std::vector<Error> rule_errors(std::span<const RuleFile> files, const LoadOptions& options = {});

// Keeps the rules named in `only` (all where empty) and drops those in `except`, together with
// nothing else: a rule that another one requires stays, with `skip_report` set. A name that no rule
// has is an error that suggests the nearest id.
Result<RuleSet> select_rules(RuleSet rules, std::span<const std::string> only,
                             std::span<const std::string> except);

}  // namespace dragnet
