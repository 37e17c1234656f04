// One rule of another tool's YAML, read into our terms.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "rules/rule.h"
#include "rules/yaml_reader.h"

namespace dragnet {

struct ForeignRule {
  Rule rule;  // samples are escaped, so that they stand for themselves
  std::string foreign_id;
  std::string about;                    // a description longer than a line
  std::vector<std::string> references;  // where to read more
  std::vector<std::string> losses;      // what has no place here
  std::string refused;                  // why it cannot be used; empty where it can
};

// `node` is an item of the list `rules`; `file` is for its place.
ForeignRule read_foreign_rule(const YamlNode& node, const std::string& file);

// "Kingfisher.AWS.1" as "kingfisher-aws-1".
std::string kebab_case(std::string_view id);

}  // namespace dragnet
