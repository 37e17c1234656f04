#include "rules/embedded_rules.h"
#include "rules/loader.h"

namespace dragnet {

namespace {

// No file of that name is ever read, so a file that a person names is not taken for one of these.
constexpr std::string_view kFolder = "<built-in>/";

std::vector<RuleFile> join_pieces() {
  std::vector<RuleFile> files;
  for (const EmbeddedRuleFile& embedded : embedded_rule_files()) {
    RuleFile file;
    file.name = std::string(kFolder) + std::string(embedded.name);
    for (const std::string_view piece : embedded.pieces) file.content += piece;
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

std::span<const RuleFile> default_rule_files() {
  static const std::vector<RuleFile> kFiles = join_pieces();
  return kFiles;
}

}  // namespace dragnet
