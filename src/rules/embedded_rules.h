// What cmake/EmbedRules.cmake generates from patterns/*.toml at build time.
#pragma once

#include <span>
#include <string_view>

namespace dragnet {

// A rule file cut into string literals, as compilers bound the length of one.
struct EmbeddedRuleFile {
  std::string_view name;  // "aws.toml"
  std::span<const std::string_view> pieces;
};

// Sorted by name; empty where there were no files.
std::span<const EmbeddedRuleFile> embedded_rule_files();

}  // namespace dragnet
