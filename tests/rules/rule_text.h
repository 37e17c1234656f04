// Short ways from the text of a rule file to what loading gives.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "rules/loader.h"

namespace dragnet {

inline Result<RuleSet> load_text(std::string content, const LoadOptions& options = {}) {
  const RuleFile file{"rules.toml", std::move(content)};
  return load_rules({&file, 1}, options);
}

// The error's one line; empty where there is none.
inline std::string error_of(const Result<RuleSet>& result) {
  return result.ok() ? std::string() : result.error().text();
}

// The whole of a rule, but for what is under test.
inline std::string rule_named(const std::string& id, const std::string& more = {}) {
  return "[[rules]]\nid = \"" + id + "\"\nregex = 'x'\n" + more + "\n";
}

inline const Rule* find_rule(const RuleSet& set, const std::string& id) {
  const auto found = std::find_if(set.rules.begin(), set.rules.end(),
                                  [&](const Rule& rule) { return rule.id == id; });
  return found == set.rules.end() ? nullptr : &*found;
}

inline std::vector<std::string> ids_of(const RuleSet& set) {
  std::vector<std::string> ids;
  for (const Rule& rule : set.rules) ids.push_back(rule.id);
  return ids;
}

// Files by name, as a folder would have them.
inline LoadOptions reading(std::map<std::string, std::string> files) {
  LoadOptions options;
  options.read_file = [files = std::move(files)](const std::string& path) -> Result<RuleFile> {
    const auto found = files.find(path);
    if (found == files.end()) return unreadable_error(path + ": no such file");
    return RuleFile{path, found->second};
  };
  return options;
}

}  // namespace dragnet
