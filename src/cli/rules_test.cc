// `dragnet rules test`: are the rules right, alive, apart from each other, and cheap?

#include <string>

#include "cli/log.h"
#include "cli/rule_source.h"
#include "cli/rules_command.h"
#include "cli/rules_test_report.h"
#include "io/atomic_file.h"
#include "io/descriptor.h"
#include "match/rule_test.h"

namespace dragnet {

namespace {

constexpr std::uint32_t kResultMode = 0644;

int fail(const Error& error) {
  log_error(error.text());
  return error.kind == ErrorKind::kUsage ? kExitUsage : kExitIncomplete;
}

std::string rendered(const RulesOptions& options, const RulePack& pack,
                     const RuleTestResult& result) {
  if (options.format == "json") return rules_test_json(pack, result);
  if (options.format == "junit") return rules_test_junit(pack, result);
  return rules_test_text(pack, result, options.talk.verbose);
}

Status write(const std::string& path, const std::string& text) {
  if (path.empty()) return write_descriptor(kStandardOutput, "standard output", text);
  auto file = AtomicFile::create_named(path, kResultMode);
  if (!file) return usage_error(file.error().message, "choose another --output");
  if (auto status = file->write(text); !status) return status;
  return file->commit();
}

}  // namespace

int run_rules_test(const RulesOptions& options) {
  // Found out before the work.
  const FileSystem& disk = real_file_system();
  if (const auto there = disk.target_info(options.output);
      !options.output.empty() && there && there->kind == FileKind::kDirectory) {
    return fail(usage_error("cannot write '" + options.output + "': is a folder",
                            "choose another --output"));
  }
  const auto loaded = load_rule_pack(options.rules, disk, cache_folder());
  if (!loaded) return fail(loaded.error());
  RuleTestOptions test;
  test.measure_time = options.stats;
  const auto result = test_rules(*loaded->pack, test);
  if (!result) return fail(result.error());
  const std::string text = rendered(options, *loaded->pack, result.value());
  if (auto status = write(options.output, text); !status) return fail(status.error());
  return result->holding() == result->proofs.size() ? kExitClean : kExitFindings;
}

}  // namespace dragnet
