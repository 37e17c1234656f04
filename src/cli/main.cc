// The program: the flag table, and one call per command. The only place that exits.

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "cli/log.h"
#include "cli/options.h"
#include "cli/rules_command.h"
#include "cli/scan_command.h"
#include "io/process.h"

namespace dragnet {

namespace {

// A configuration file's keys without a section are those of the command that is run.
class CommandConfig : public CLI::ConfigTOML {
 public:
  explicit CommandConfig(const CLI::App* app) : app_(app) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    auto read = CLI::ConfigTOML::from_config(input);
    std::string command;
    for (const CLI::App* sub : app_->get_subcommands()) command = sub->get_name();
    for (CLI::ConfigItem& item : read) {
      if (item.parents.empty() && !command.empty()) item.parents = {command};
    }
    return read;
  }

 private:
  const CLI::App* app_;
};

void set_up_log(const TalkOptions& talk) {
  auto logger = spdlog::stderr_color_mt("dragnet");
  logger->set_pattern("dragnet: %^%l%$: %v");
  logger->set_level(talk.quiet     ? spdlog::level::err
                    : talk.verbose ? spdlog::level::debug
                                   : spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

void add_talk(CLI::App* app, TalkOptions* talk) {
  app->add_flag("--quiet,-q", talk->quiet, "No talk on stderr but errors");
  app->add_flag("--verbose,-v", talk->verbose, "More talk on stderr");
}

void add_rule_flags(CLI::App* app, RuleOptions* rules) {
  app->add_option("--rules", rules->files, "Rule files, instead of the rules compiled in")
      ->type_name("FILE");
  app->add_option("--only", rules->only, "Only these rules")->type_name("ID");
  app->add_option("--except", rules->except, "Not these rules")->type_name("ID");
}

CLI::App* add_scan(CLI::App* app, ScanOptions* o) {
  CLI::App* scan =
      app->add_subcommand("scan", "Audit repositories, directories, files or standard input (-)");
  scan->add_option("TARGET", o->targets, "Repository, directory, file, or - for stdin")->required();
  scan->add_option("--format", o->format, "text, json, jsonl or sarif")->type_name("FORMAT");
  scan->add_option("--output", o->output, "Write the report here, whole or not at all")
      ->type_name("FILE");
  scan->add_option("--fail-on", o->fail_on,
                   "Exit 1 from this on: low, medium, high, critical, never or a score")
      ->type_name("LEVEL");
  scan->add_option("--min-score", o->min_score, "Leave out findings below this score")
      ->check(CLI::Range(0, 100))
      ->type_name("N");
  scan->add_flag("--all", o->all,
                 "Show suppressed findings too, and in the text report those of low severity");
  scan->add_flag("--explain", o->explain, "Say for each finding how its score came about");
  scan->add_flag("--stats", o->stats, "Add seconds by stage, bytes and peak memory");
  add_rule_flags(scan, &o->rules);
  scan->add_option("--range", o->range, "Only what these commits brought")->type_name("A..B");
  scan->add_option("--since", o->since, "Only what commits since this date brought")
      ->type_name("DATE");
  scan->add_flag("--staged", o->staged, "Only what is staged for the next commit");
  scan->add_option("--identity-key", o->identity_key, "The organisation's key for identities")
      ->type_name("FILE");
  scan->add_option("--as-of", o->as_of, "Judge expiry as of this date (default: today)")
      ->type_name("DATE");
  scan->add_flag("--files-only", o->files_only, "Take a directory as it lies, not its repository");
  scan->add_option("--threads", o->threads, "Workers (default: one a processor)")
      ->check(CLI::Range(0U, 256U))
      ->type_name("N");
  scan->add_option("--memory", o->memory, "Bound on anonymous memory (default 1G)")
      ->type_name("SIZE");
  scan->add_option("--reader", o->reader, "auto, pack or libgit2 (the reference)")
      ->type_name("READER");
  scan->add_option("--scan", o->scan, "delta (what is new in a delta) or full")->type_name("MODE");
  scan->add_option("--coverage", o->coverage, "Write what became of every object (JSON lines)")
      ->type_name("FILE");
  scan->add_option("--max-occurrences", o->max_occurrences,
                   "List at most this many occurrences per finding (default 100)")
      ->type_name("N");
  scan->add_option("--max-refs", o->max_refs, "List at most this many refs per occurrence (20)")
      ->type_name("N");
  scan->add_flag("--show-secrets", o->show_secrets, "Print secrets in clear");
  scan->add_flag("--ignore-repo-config", o->ignore_repo_config,
                 "Let no inline marker and no .gitleaksignore suppress a finding");
  add_talk(scan, &o->talk);
  return scan;
}

CLI::App* add_rules_command(CLI::App* rules, const char* name, const char* what,
                            RulesOptions* options,
                            const std::vector<std::string>& formats = {"text", "json"}) {
  CLI::App* command = rules->add_subcommand(name, what);
  command->add_option("FILE", options->rules.files, "Rule files (default: the rules compiled in)");
  command->add_option("--only", options->rules.only, "Only these rules")->type_name("ID");
  command->add_option("--except", options->rules.except, "Not these rules")->type_name("ID");
  command->add_option("--format", options->format, CLI::detail::join(formats, " or "))
      ->check(CLI::IsMember(formats));
  add_talk(command, &options->talk);
  return command;
}

CLI::App* add_test_command(CLI::App* rules, RulesOptions* options) {
  CLI::App* command = add_rules_command(
      rules, "test", "Prove rules: samples, overlaps, dead rules, anchors and what they cost",
      options, {"text", "json", "junit"});
  command->add_option("--output", options->output, "Write the result here, whole or not at all")
      ->type_name("FILE");
  command->add_flag("--stats", options->stats, "Also measure what a confirm of the dearest takes");
  return command;
}

CLI::App* add_explain_command(CLI::App* rules, RulesOptions* options) {
  CLI::App* command = rules->add_subcommand("explain", "What a rule finds, how, and at what cost");
  command->add_option("ID", options->rules.only, "Rules")->required();
  command
      ->add_option("--rules", options->rules.files, "Rule files, instead of the rules compiled in")
      ->type_name("FILE");
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  add_talk(command, &options->talk);
  return command;
}

CLI::App* add_import_command(CLI::App* rules, RulesOptions* options) {
  CLI::App* command = rules->add_subcommand(
      "import", "Rules of Nosey Parker or Kingfisher (YAML) as ours, on standard output");
  command->add_option("FILE", options->rules.files, "YAML files")->required();
  add_talk(command, &options->talk);
  return command;
}

// Every flag can also be set as DRAGNET_NAME_OF_FLAG.
void name_environment(CLI::App* command) {
  for (CLI::Option* option : command->get_options()) {
    if (option->get_lnames().empty() || option->get_lnames()[0] == "help") continue;
    std::string name = "DRAGNET_";
    for (const char c : option->get_lnames()[0]) {
      name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    option->envname(name);
  }
}

int run(int argc, char** argv) {
  CLI::App app{"dragnet finds secrets, bucket URLs and leaked code in git history", "dragnet"};
  ScanOptions scan_options;
  RulesOptions rules_options;
  app.set_version_flag("--version", std::string("dragnet ") + DRAGNET_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  // Not by `envname`: CLI11 before 2.3 does not look at it here. Who names a file means it.
  const char* config = std::getenv("DRAGNET_CONFIG");
  const bool config_named = config != nullptr && *config != '\0';
  app.set_config("--config", config_named ? config : "", "Configuration file: a key per flag",
                 config_named);
  app.allow_config_extras(false);
  app.config_formatter(std::make_shared<CommandConfig>(&app));
  CLI::App* scan = add_scan(&app, &scan_options);
  CLI::App* rules = app.add_subcommand("rules", "Look at rules and prove them");
  rules->require_subcommand(1);
  CLI::App* list = add_rules_command(rules, "list", "One line a rule", &rules_options);
  CLI::App* check = add_rules_command(rules, "check", "Load and compile", &rules_options);
  CLI::App* test = add_test_command(rules, &rules_options);
  CLI::App* explain = add_explain_command(rules, &rules_options);
  CLI::App* import = add_import_command(rules, &rules_options);
  for (CLI::App* command : {scan, list, check, test, explain, import}) name_environment(command);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    set_up_log({});
    const std::string word = argc > 1 ? argv[1] : "-";
    const auto named = app.get_subcommands([&](CLI::App* sub) { return sub->get_name() == word; });
    const bool unknown = word[0] != '-' && named.empty();
    const std::string what = unknown ? "there is no command '" + word + "'" : error.what();
    log_error(what + "; see dragnet --help");
    return kExitUsage;
  }
  set_up_log(scan->parsed() ? scan_options.talk : rules_options.talk);
  if (scan->parsed()) return run_scan(scan_options);
  if (list->parsed()) return run_rules_list(rules_options);
  if (check->parsed()) return run_rules_check(rules_options);
  if (import->parsed()) return run_rules_import(rules_options);
  if (explain->parsed()) return run_rules_explain(rules_options);
  return run_rules_test(rules_options);
}

}  // namespace

}  // namespace dragnet

int main(int argc, char** argv) {
  dragnet::prepare_process();
  try {
    return dragnet::run(argc, argv);
  } catch (const std::bad_alloc&) {
    spdlog::error("out of memory; lower --memory or --threads");
  } catch (const std::exception& error) {
    spdlog::error("{}; this is a bug", error.what());
  }
  return dragnet::kExitIncomplete;
}
