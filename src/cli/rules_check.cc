// `dragnet rules check`: all that is wrong with rule files, each with its place, and what is right
// but dear.

#include <spdlog/spdlog.h>

#include <map>
#include <string>
#include <vector>

#include "cli/log.h"
#include "cli/rule_source.h"
#include "cli/rules_command.h"
#include "io/descriptor.h"
#include "match/rule_pack.h"
#include "match/rule_test.h"
#include "report/escape.h"
#include "rules/loader.h"

namespace dragnet {

namespace {

void warn(const std::string& text) { spdlog::warn("{}", escape_text(text)); }

int fail(const std::vector<Error>& errors) {
  for (const Error& error : errors) log_error(error.text());
  return kExitUsage;
}

void warn_of(const CompiledRule& compiled) {
  const Rule& rule = compiled.rule;
  const std::string where = rule.place.text() + ": rule '" + rule.id + "': ";
  for (const RuleRemark& remark : anchor_remarks(compiled)) warn(where + remark.text);
}

// One line a file, as foreign files have none at all.
void warn_of_samples(const std::vector<CompiledRule>& rules) {
  std::map<std::string, std::vector<std::string>> bare;  // by file: the ids
  for (const CompiledRule& compiled : rules) {
    const Rule& rule = compiled.rule;
    if (rule.positives.empty()) bare[rule.place.file].push_back(rule.id);
  }
  for (const auto& [file, ids] : bare) {
    const std::string which =
        ids.size() == 1 ? "rule '" + ids[0] + "' has" : std::to_string(ids.size()) + " rules have";
    warn(file + ": " + which + " no positives, so nothing proves that they match");
  }
}

}  // namespace

int run_rules_check(const RulesOptions& options) {
  if (auto errors = rule_source_errors(options.rules, real_file_system()); !errors.empty()) {
    return fail(errors);
  }
  auto rules = read_rules(options.rules, real_file_system());
  if (!rules) return fail({rules.error()});
  for (const std::string& note : rules->notes) spdlog::info("{}", escape_text(note));
  if (auto errors = RulePack::errors(rules.value()); !errors.empty()) return fail(errors);
  const std::size_t count = rules->rules.size();
  auto pack = RulePack::compile(std::move(rules).value());
  if (!pack) return fail({pack.error()});
  for (const CompiledRule& rule : (*pack)->rules()) warn_of(rule);
  warn_of_samples((*pack)->rules());
  (void)write_descriptor(kStandardOutput, "standard output",
                         std::to_string(count) + " rules are right\n");
  return kExitClean;
}

}  // namespace dragnet
