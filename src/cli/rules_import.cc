// `dragnet rules import`: other tools' YAML on the command line, our TOML on standard output, and
// on standard error everything that could not be carried over.

#include <spdlog/spdlog.h>

#include <string>
#include <vector>

#include "cli/log.h"
#include "cli/rule_source.h"
#include "cli/rules_command.h"
#include "io/descriptor.h"
#include "match/rule_pack.h"
#include "report/escape.h"
#include "rules/rule_import.h"

namespace dragnet {

namespace {

int fail(const Error& error) {
  log_error(error.text());
  return kExitUsage;
}

Status probe(const Rule& rule) {
  auto compiled = compile_rule(rule);
  if (compiled) return ok_status();
  // Its place is said anyway, and the list says which rule.
  Error error = compiled.error();
  const std::string head = rule.place.text() + ": rule '" + rule.id + "': ";
  if (error.message.starts_with(head)) error.message.erase(0, head.size());
  return error;
}

}  // namespace

int run_rules_import(const RulesOptions& options) {
  std::vector<RuleFile> files;
  for (const std::string& path : options.rules.files) {
    auto file = read_rule_file(real_file_system(), path);
    if (!file) return fail(file.error());
    files.push_back(std::move(file).value());
  }
  auto imported = import_rules(files, probe);
  if (!imported) return fail(imported.error());
  if (imported->rules == 0 && imported->refused == 0) {
    return fail(usage_error("there is no rule in these files", "give it files with rules"));
  }
  // What is printed has to load: that is what it is for.
  const RuleFile again{"the imported rules", imported->toml};
  if (const auto loaded = load_rules({&again, 1}); !loaded) return fail(loaded.error());
  const auto wrote = write_descriptor(kStandardOutput, "standard output", imported->toml);
  if (!wrote && !is_broken_pipe(wrote.error())) return fail(wrote.error());
  for (const std::string& loss : imported->losses) spdlog::warn("{}", escape_text(loss));
  spdlog::log(imported->losses.empty() ? spdlog::level::debug : spdlog::level::info,
              "{} rules imported, {} refused, {} remarks", imported->rules, imported->refused,
              imported->losses.size());
  return imported->rules == 0 ? kExitUsage : kExitClean;
}

}  // namespace dragnet
