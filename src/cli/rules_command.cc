#include "cli/rules_command.h"

#include <string>

#include "base/json.h"
#include "cli/log.h"
#include "cli/rule_source.h"
#include "io/descriptor.h"

namespace dragnet {

namespace {

int fail(const Error& error) {
  log_error(error.text());
  return kExitUsage;
}

void print(const std::string& text) {
  (void)write_descriptor(kStandardOutput, "standard output", text);
}

}  // namespace

int run_rules_list(const RulesOptions& options) {
  auto rules = read_rules(options.rules, real_file_system());
  if (!rules) return fail(rules.error());
  std::string out;
  Json list = Json::array();
  for (const Rule& rule : rules->rules) {
    if (options.format == "json") {
      list.push_back({{"id", rule.id},
                      {"category", rule.category},
                      {"kind", to_string(rule.kind)},
                      {"sensitivity", to_string(rule.sensitivity)},
                      {"description", rule.description}});
    } else {
      out += rule.id + "\t" + rule.category + "\t" + std::string(to_string(rule.sensitivity)) +
             "\t" + rule.description + "\n";
    }
  }
  print(options.format == "json" ? dump_json(list, 2) + "\n" : out);
  return kExitClean;
}

}  // namespace dragnet
