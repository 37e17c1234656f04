// One scan, from what was typed to the exit code. `run_scan` reads as the list of what happens.

#include "cli/scan_command.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/json.h"
#include "base/stopwatch.h"
#include "cli/log.h"
#include "cli/progress.h"
#include "cli/rule_source.h"
#include "io/atomic_file.h"
#include "io/descriptor.h"
#include "io/process.h"
#include "pipeline/audit.h"
#include "report/escape.h"
#include "report/redact.h"
#include "report/report.h"

namespace dragnet {

namespace {

constexpr std::uint64_t kMaxKeyFile = 1 << 20;
constexpr std::size_t kOutputBuffer = 64 << 10;
constexpr std::uint32_t kReportMode = 0600;  // a report says where to look for secrets

int fail(const Error& error) {
  log_error(error.text());
  return error.kind == ErrorKind::kUsage ? kExitUsage : kExitIncomplete;
}

// Gathers small writes; to a file that appears at the end, or to standard output.
class Output {
 public:
  static Result<Output> open(const std::string& path) {
    if (path.empty()) return Output(nullptr);
    if (const auto there = real_file_system().target_info(path);
        there && there->kind == FileKind::kDirectory) {
      return usage_error("cannot write '" + path + "': is a folder", "choose another --output");
    }
    auto file = AtomicFile::create_named(path, kReportMode);
    if (!file) return usage_error(file.error().message, "choose another --output");
    return Output(std::make_unique<AtomicFile>(std::move(file).value()));
  }

  Status write(ByteView bytes) {
    buffer_.append(bytes);
    return buffer_.size() < kOutputBuffer ? ok_status() : flush();
  }

  // What was written, whole.
  Status finish() {
    if (auto status = flush(); !status) return status;
    return file_ ? file_->commit() : ok_status();
  }

 private:
  explicit Output(std::unique_ptr<AtomicFile> file) : file_(std::move(file)) {}

  Status flush() {
    auto status = file_ ? file_->write(buffer_)
                        : write_descriptor(kStandardOutput, "standard output", buffer_);
    buffer_.clear();
    return status;
  }

  std::unique_ptr<AtomicFile> file_;
  ByteString buffer_;
};

Result<IdentityKey> identity_key(const std::string& path) {
  if (path.empty()) return IdentityKey::public_key();
  auto bytes = real_file_system().read(path, kMaxKeyFile);
  if (!bytes) return usage_error("identity key: " + bytes.error().message, "check --identity-key");
  return IdentityKey::from_file_bytes(bytes.value(), path);
}

Result<std::vector<Target>> open_targets(const ScanOptions& options) {
  std::vector<Target> targets;
  for (const std::string& name : options.targets) {
    auto target = open_target(name, options.files_only);
    if (!target) return std::move(target).error();
    bool known = false;
    for (const Target& other : targets) known = known || same_target(other, target.value());
    if (!known) targets.push_back(std::move(target).value());
  }
  const bool narrowed = !options.range.empty() || !options.since.empty() || options.staged;
  for (const Target& target : targets) {
    if (narrowed && target.kind != TargetKind::kRepository) {
      return usage_error("'" + target.name +
                             "' is no repository: --range, --since and --staged "
                             "narrow a history",
                         "leave them out");
    }
  }
  return targets;
}

Result<std::int64_t> date_or(const std::string& text, const char* flag, std::int64_t otherwise) {
  if (text.empty()) return otherwise;
  if (const auto date = parse_date(text)) return *date;
  return usage_error(std::string(flag) + " '" + text + "' is no date",
                     "write 2026-11-21 or 2026-11-21T12:00:00Z");
}

std::int64_t today() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  return seconds - seconds % 86400;  // the date, not the time of day
}

Result<AuditOptions> audit_options(const ScanOptions& options) {
  AuditOptions out;
  if ((!options.range.empty()) + (!options.since.empty()) + options.staged > 1) {
    return usage_error("--range, --since and --staged exclude each other", "choose one");
  }
  out.threads = options.threads != 0 ? options.threads : usable_processors();
  auto memory = parse_size(options.memory);
  if (!memory) return usage_error("--memory " + memory.error().message, memory.error().hint);
  out.memory = memory.value();
  out.reader = options.reader == "libgit2" ? ReaderKind::kLibgit2 : ReaderKind::kPack;
  out.delta_scan = options.scan == "delta";
  out.range = options.range;
  if (!options.since.empty()) {
    auto since = date_or(options.since, "--since", 0);
    if (!since) return std::move(since).error();
    out.since = since.value();
  }
  out.staged = options.staged;
  out.max_occurrences = options.max_occurrences;
  out.max_refs = options.max_refs;
  const bool text = options.format == "text";
  out.min_score = options.min_score.value_or(text && !options.all ? 50 : 0);
  out.excerpts = text;
  out.repository_config = !options.ignore_repo_config;
  out.show_suppressed = options.all;
  out.coverage = !options.coverage.empty();
  auto as_of = date_or(options.as_of, "--as-of", today());
  if (!as_of) return std::move(as_of).error();
  out.as_of = as_of.value();
  return out;
}

// `redactor` is null where secrets are shown.
Status write_coverage(const Audit& audit, const std::string& path, const Redactor* redactor) {
  auto output = Output::open(path);
  if (!output) return std::move(output).error();
  const auto name = [&](const std::string& text) {
    return redactor != nullptr ? redactor->apply_to_name(text) : text;
  };
  auto status = audit.coverage([&](const CoverageLine& line) {
    Json json;
    json["target"] = name(line.target);
    if (!line.object.empty()) json["object"] = line.object;
    if (!line.path.empty()) json["path"] = name(line.path);
    json["type"] = line.type;
    json["outcome"] = line.outcome;
    return output->write(dump_json(json) + "\n");
  });
  if (!status) return status;
  for (const IncompleteItem& item : audit.summary().incomplete) {
    Json json;
    if (!item.object.empty()) json["object"] = item.object;
    if (!item.path.empty()) json["path"] = name(item.path);
    json["outcome"] = name(item.reason);
    if (auto wrote = output->write(dump_json(json) + "\n"); !wrote) return wrote;
  }
  return output->finish();
}

int exit_code(const Audit& audit, int fail_on) {
  const bool found = audit.top_score() >= fail_on;
  const bool incomplete = !audit.summary().incomplete.empty();
  if (found) return incomplete ? kExitFindingsAndIncomplete : kExitFindings;
  return incomplete ? kExitIncomplete : kExitClean;
}

// Everything that was typed, checked before anything is read.
struct Prepared {
  AuditOptions audit;
  int fail_on = 50;
  IdentityKey key;
  std::vector<Target> targets;
  std::shared_ptr<const RulePack> pack;
};

Result<Prepared> prepare(const ScanOptions& options) {
  auto audit = audit_options(options);
  if (!audit) return std::move(audit).error();
  auto fail_on = parse_threshold(options.fail_on);
  if (!fail_on) return std::move(fail_on).error();
  if (options.reader != "auto" && options.reader != "pack" && options.reader != "libgit2") {
    return usage_error("--reader '" + options.reader + "' is not there",
                       "use auto, pack or libgit2");
  }
  if (options.scan != "delta" && options.scan != "full") {
    return usage_error("--scan '" + options.scan + "' is not there", "use delta or full");
  }
  auto key = identity_key(options.identity_key);
  if (!key) return std::move(key).error();
  auto targets = open_targets(options);
  if (!targets) return std::move(targets).error();
  Stopwatch stopwatch;
  auto rules = load_rule_pack(options.rules, real_file_system(), cache_folder());
  if (!rules) return std::move(rules).error();
  spdlog::debug("{} rules, {} in {:.1f} ms", rules->pack->rules().size(),
                rules->from_cache ? "from the cache" : "compiled", stopwatch.lap() * 1e3);
  return Prepared{std::move(audit).value(), fail_on.value(), std::move(key).value(),
                  std::move(targets).value(), std::move(rules->pack)};
}

ReportOptions report_options(const ScanOptions& options, const AuditOptions& audit,
                             const Redactor* redactor) {
  ReportOptions out;
  out.show_secrets = options.show_secrets;
  out.explain = options.explain;
  const bool terminal = options.output.empty() && is_terminal(kStandardOutput);
  out.colour = terminal;
  if (terminal) out.width = terminal_width(kStandardOutput, out.width);
  out.as_of = audit.as_of;
  out.redactor = redactor;
  return out;
}

}  // namespace

int run_scan(const ScanOptions& options) {
  auto prepared = prepare(options);
  if (!prepared) return fail(prepared.error());
  // An unknown format must not be found out after the scan.
  const auto discard = [](ByteView) { return ok_status(); };
  if (auto writer = make_report_writer(options.format, {}, discard); !writer) {
    return fail(writer.error());
  }
  // Nor a place that cannot be written.
  auto output = Output::open(options.output);
  if (!output) return fail(output.error());
  tune_allocator(prepared->audit.threads);
  const AuditOptions asked = prepared->audit;

  AuditProgress progress;
  ProgressWatch watch(&progress, !options.talk.quiet && is_terminal(kStandardError), options.stats);
  Audit audit(std::move(prepared->pack), std::move(prepared->key), std::move(prepared->targets),
              asked);
  const Status scanned = audit.scan(&progress);
  if (progress.stop || interrupted()) {
    watch.finish();
    spdlog::error("interrupted: no report was written");
    return kExitInterrupted;
  }
  if (!scanned) {
    watch.finish();
    return fail(scanned.error());
  }

  // The report. Nothing was written before this, and nothing is decided after it.
  Redactor redactor;
  for (const ByteString& secret : audit.secrets()) redactor.add(secret);
  for (const ByteString& secret : audit.secrets_in_names()) redactor.add_from_name(secret);
  watch.finish();
  auto writer = make_report_writer(options.format, report_options(options, asked, &redactor),
                                   [&](ByteView bytes) { return output->write(bytes); });
  Status written = audit.findings([&](const Finding& finding) {
    (*writer)->finding(finding);
    return ok_status();
  });
  Summary summary = audit.summary();
  summary.stats = options.stats;
  summary.peak_memory = watch.peak_memory();
  if (written) written = (*writer)->end(summary);
  if (written) written = output->finish();
  if (!written && !is_broken_pipe(written.error())) return fail(written.error());
  for (const std::string& note : summary.notes)
    spdlog::info("{}", escape_text(options.show_secrets ? note : redactor.apply(note)));
  if (!options.coverage.empty()) {
    const Redactor* names = options.show_secrets ? nullptr : &redactor;
    if (auto status = write_coverage(audit, options.coverage, names); !status) {
      return fail(status.error());
    }
  }
  return exit_code(audit, prepared->fail_on);
}

}  // namespace dragnet
