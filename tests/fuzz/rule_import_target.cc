// Another tool's YAML: whatever it is, what comes out of the import loads as a rule file, and says
// of every rule that it has one.
#include "fuzz/target.h"
#include "rules/rule_import.h"

using dragnet::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 1 << 16) return 0;
  const dragnet::RuleFile file{"f.yml", std::string(dragnet::fuzz::as_bytes(data, size))};
  const auto take = [](const dragnet::Rule&) { return dragnet::ok_status(); };
  const auto imported = dragnet::import_rules({&file, 1}, take);
  if (!imported) {
    require(imported.error().kind == dragnet::ErrorKind::kUsage);
    return 0;
  }
  require(imported->losses.size() >= imported->refused);
  const dragnet::RuleFile again{"f.toml", imported->toml};
  const auto loaded = dragnet::load_rules({&again, 1});
  require(loaded.ok());
  require(loaded->rules.size() == imported->rules);
  return 0;
}
