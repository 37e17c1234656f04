// Read `Audit::scan` and `Impl::scan_repository` first: they are the list of what happens, in
// order.

#include "pipeline/audit.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/stopwatch.h"
#include "input/files.h"
#include "pipeline/assemble.h"
#include "pipeline/choose_objects.h"
#include "pipeline/memory_plan.h"
#include "pipeline/object_pass.h"
#include "pipeline/placement.h"
#include "pipeline/printed_names.h"
#include "pipeline/run_state.h"
#include "pipeline/suppress.h"
#include "pipeline/text_pass.h"

namespace dragnet {

namespace {

Error too_little_memory(std::uint64_t memory, const char* what) {
  return usage_error("--memory " + std::to_string(memory >> 20) + "M is too small for " + what,
                     "give it more");
}

std::string label_of(const Target& target) {
  if (target.kind != TargetKind::kRepository) return target.name;
  const std::string url = target.repository->remote_url();
  return url.empty() ? target.name : url;
}

}  // namespace

struct Audit::Impl {
  Impl(std::shared_ptr<const RulePack> rules, IdentityKey key, AuditOptions options)
      : state(std::move(rules), std::move(key), std::move(options)), assembler(&state) {}

  RunState state;
  Assembler assembler;
  Summary summary;
  std::vector<RankedSecret> ranked;
  std::vector<ByteString> secrets_in_names;

  Status charge_fixed_costs();
  Status scan_target(std::uint32_t number);
  Status scan_repository(std::uint32_t number);
  void note_limits(const TargetRun& run);
  void note_unreadable(const std::vector<Unreadable>& items);
  void scan_work_tree(std::uint32_t number);
  void fill_summary();
  void note_config();
};

Audit::Audit(std::shared_ptr<const RulePack> rules, IdentityKey key, std::vector<Target> targets,
             AuditOptions options)
    : impl_(std::make_unique<Impl>(std::move(rules), std::move(key), std::move(options))) {
  for (Target& target : targets) {
    auto run = std::make_unique<TargetRun>();
    run->label = label_of(target);
    run->target = std::move(target);
    impl_->state.targets.push_back(std::move(run));
  }
}

Audit::~Audit() = default;

Status Audit::scan(AuditProgress* progress) {
  RunState& state = impl_->state;
  state.progress = progress;
  if (auto status = impl_->charge_fixed_costs(); !status) return status;

  // What was asked for and is not looked for must not end in "clean".
  for (const std::uint32_t rule : state.pack->path_only_rules()) {
    state.incomplete.add({"", "rule '" + state.pack->rules()[rule].rule.id + "'",
                          "has a path and no regex: such rules are not applied yet"});
  }

  // One scanner a worker, over the shared rule pack.
  for (unsigned i = 0; i < state.workers.count(); ++i) {
    auto scanner = Scanner::create(state.pack.get());
    if (!scanner) return std::move(scanner).error();
    scanner->set_text_memory(scratch_memory);
    state.scanners.push_back(std::move(scanner).value());
    state.memos.emplace_back(state.pack.get(), &state.key);
  }
  state.collector = std::make_unique<Collector>(state.options.memory / kDetectionShare);

  // Every byte is read and matched here. Nothing is detected after this.
  Stopwatch stopwatch;
  for (std::uint32_t i = 0; i < state.targets.size(); ++i) {
    if (auto status = impl_->scan_target(i); !status) return status;
  }
  const double scanning = stopwatch.lap();

  // From here on everything is about what was found.
  progress->stage = AuditProgress::Stage::kPlacing;
  if (auto status = state.collector->finish(); !status) return status;
  for (std::uint32_t i = 0; i < state.targets.size(); ++i) {
    TargetRun& run = *state.targets[i];
    if (state.options.repository_config) read_ignore_file(&run, &impl_->summary.notes);
    if (!run.provenance) continue;
    if (auto status = place_objects(&state, i); !status) return status;
    read_commit_infos(&state, i);
  }
  sort_spots(&state.spots);
  const double placing = stopwatch.lap();
  auto ranked = impl_->assembler.rank_all();
  if (!ranked) return std::move(ranked).error();
  impl_->ranked = std::move(ranked).value();
  impl_->fill_summary();
  impl_->summary.seconds = {{"list", state.list_seconds},
                            {"scan", scanning - state.list_seconds - state.tree_seconds},
                            {"trees", state.tree_seconds},
                            {"place", placing},
                            {"rank", stopwatch.lap()}};
  impl_->secrets_in_names = dragnet::secrets_in_names(&state, impl_->summary);
  progress->stage = AuditProgress::Stage::kReporting;
  return ok_status();
}

Status Audit::Impl::charge_fixed_costs() {
  const std::uint64_t memory = state.options.memory;
  if (!state.budget.charge(fixed_memory(memory, state.pack->memory(), state.worker_limit)))
    return too_little_memory(memory, "the rules and the workers");
  return ok_status();
}

Status Audit::Impl::scan_target(std::uint32_t number) {
  TargetRun& run = *state.targets[number];
  switch (run.target.kind) {
    case TargetKind::kRepository:
      return scan_repository(number);
    case TargetKind::kDirectory: {
      std::vector<Unreadable> unreadable;
      run.folder = run.target.path.ends_with('/') ? run.target.path : run.target.path + "/";
      scan_files(&state, number, run.folder, list_files(run.target.path, &unreadable));
      note_unreadable(unreadable);
      return ok_status();
    }
    case TargetKind::kFile:
      scan_files(&state, number, "", {run.target.path});
      return ok_status();
    case TargetKind::kStdin:
      scan_stdin(&state, number);
      return ok_status();
  }
  return ok_status();
}

Status Audit::Impl::scan_repository(std::uint32_t number) {
  TargetRun& run = *state.targets[number];
  const Repository& repository = *run.target.repository;
  const bool narrowed = !state.options.range.empty() || state.options.since || state.options.staged;

  run.id_size = repository.id_size();
  const SessionSource source = state.options.reader == ReaderKind::kPack
                                   ? pack_source(&repository)
                                   : libgit2_source(&repository);
  auto session = source.open();
  if (!session) return std::move(session).error();
  run.session = std::move(session).value();
  const bool by_forest = state.options.reader == ReaderKind::kPack && !narrowed;
  run.reader = by_forest ? make_forest_reader(&repository, state.workers.count(), &state.budget)
                         : make_session_reader(source, state.workers.count(), &state.budget);
  Stopwatch stopwatch;
  // Refs can be many, and their tags are read: beside the listing.
  std::vector<Unreadable> unreadable;
  Status named = ok_status();
  std::jthread naming([&] {
    auto refs = repository.refs(&unreadable);
    if (refs) {
      run.refs = std::move(refs->refs);
      run.default_branch = std::move(refs->default_branch);
    } else {
      named = refs.error();
    }
  });
  auto listing = choose_objects(&state, &run);
  naming.join();
  state.list_seconds += stopwatch.lap();
  if (!named) return named;
  if (!listing) return std::move(listing).error();
  run.objects = std::move(listing->table);
  note_unreadable(listing->unreadable);

  // Memory that grows with the number of objects, and what reading takes.
  const std::uint64_t objects = run.objects->size();
  const std::uint64_t tables = run.objects->memory() + ObjectPlaces::memory(objects);
  std::uint64_t reading = 0;
  bool enough = state.budget.charge(tables);
  if (enough) {
    reading = by_forest ? forest_memory(state.options.memory, state.budget.available())
                        : (state.worker_limit + 1) * kReaderWorkerMemory;
    enough = reading != 0 && state.budget.charge(reading);
  }
  if (!enough) {
    return too_little_memory(state.options.memory, (std::to_string(objects) + " objects").c_str());
  }
  run.reader->allow(reading);
  run.provenance_memory = state.options.memory / kProvenanceShare;

  // Objects first, then everything that is no object.
  if (auto status = scan_objects(&state, number); !status) return status;
  if (by_forest) state.budget.refund(reading);  // sessions keep what they took
  if (narrowed) return ok_status();
  note_unreadable(unreadable);
  note_limits(run);
  scan_ref_names(&state, number);
  std::vector<Unreadable> bad_logs;
  auto logs = repository.reflogs(&bad_logs);
  if (!logs) return std::move(logs).error();
  scan_reflogs(&state, number, logs.value());
  note_unreadable(bad_logs);
  scan_work_tree(number);
  return ok_status();
}

// A clone that does not have all of its history is incomplete for an audit of all of it.
void Audit::Impl::note_limits(const TargetRun& run) {
  const std::size_t cut = run.target.repository->shallow().size();
  if (cut == 0) return;
  state.incomplete.add({"", run.label,
                        "shallow clone: what came before " + std::to_string(cut) +
                            (cut == 1 ? " commit is" : " commits is") + " not here"});
}

void Audit::Impl::note_unreadable(const std::vector<Unreadable>& items) {
  for (const Unreadable& item : items) {
    const bool object = ObjectId::from_hex(item.what).has_value();
    state.incomplete.add({object ? item.what : "", object ? "" : item.what, item.reason});
  }
}

// Files that differ from what is committed, or that git does not know and does not ignore.
void Audit::Impl::scan_work_tree(std::uint32_t number) {
  const Repository& repository = *state.targets[number]->target.repository;
  if (repository.work_tree().empty()) return;
  std::vector<std::string> skipped;
  const auto files = repository.changed_files(&skipped);
  if (!files) {
    state.incomplete.add({"", repository.work_tree(), files.error().message});
    return;
  }
  scan_files(&state, number, repository.work_tree(), files.value());
  for (const std::string& path : skipped) {
    summary.notes.push_back("submodule '" + path + "' is a repository of its own: not scanned");
  }
}

void Audit::Impl::fill_summary() {
  const RunCounters& counters = state.counters;
  summary.version = DRAGNET_VERSION;
  summary.rule_count = state.pack->rules().size();
  summary.rule_hash = state.pack->hash();
  summary.identity_key = state.key.id();
  for (const auto& run : state.targets) summary.targets.push_back(run->label);
  summary.blobs = counters.blobs;
  summary.commits = counters.commits;
  summary.trees = counters.trees;
  summary.tags = counters.tags;
  summary.files = counters.files;
  summary.logical_bytes = counters.logical_bytes;
  summary.decoded_bytes = counters.decoded_bytes;
  for (const Scanner& scanner : state.scanners) {
    summary.scanned_bytes += scanner.counters().bytes;
  }
  summary.as_of = state.options.as_of;
  summary.incomplete = state.incomplete.items();
  for (const RankedSecret& ranked_secret : ranked) {
    if (ranked_secret.suppressed) {
      ++summary.suppressed;
      if (*ranked_secret.suppressed == SuppressedBy::kInline) ++summary.suppressed_inline;
      continue;
    }
    ++summary.by_severity[static_cast<std::size_t>(severity_of(ranked_secret.score))];
    if (ranked_secret.score < state.options.min_score) ++summary.hidden;
  }
  summary.suppressed_shown = state.options.show_suppressed;
  note_config();
}

// What the repositories' own configuration changed.
void Audit::Impl::note_config() {
  const auto counted = [](std::uint64_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
  };
  for (const auto& run : state.targets) {
    if (run->places_ignored == 0) continue;
    summary.config_applied.push_back(run->label + ": " + run->ignored_from + " (" +
                                     counted(run->ignored.entries(), "fingerprint") +
                                     ") suppresses " + counted(run->places_ignored, "occurrence"));
  }
  if (summary.suppressed_inline > 0) {
    summary.config_applied.push_back("inline markers suppress " +
                                     counted(summary.suppressed_inline, "finding"));
  }
}

Status Audit::findings(const std::function<Status(const Finding&)>& visit) {
  for (const RankedSecret& ranked : impl_->ranked) {
    if (ranked.score < impl_->state.options.min_score) break;  // sorted by score
    if (ranked.suppressed && !impl_->state.options.show_suppressed) continue;
    auto finding = impl_->assembler.build(ranked);
    if (!finding) return std::move(finding).error();
    if (auto status = visit(finding.value()); !status) return status;
  }
  return ok_status();
}

int Audit::top_score() const {
  for (const RankedSecret& ranked : impl_->ranked) {
    if (!ranked.suppressed) return ranked.score;
  }
  return -1;
}

const std::vector<ByteString>& Audit::secrets_in_names() const { return impl_->secrets_in_names; }

std::vector<ByteString> Audit::secrets() const {
  std::vector<ByteString> out;
  out.reserve(impl_->ranked.size());
  for (const RankedSecret& ranked : impl_->ranked) {
    out.push_back(impl_->state.collector->secrets()[ranked.secret].secret);
  }
  return out;
}

const Summary& Audit::summary() const { return impl_->summary; }

Status Audit::coverage(const std::function<Status(const CoverageLine&)>& visit) const {
  for (const auto& run : impl_->state.targets) {
    std::vector<CoverageLine> lines = run->coverage;
    std::sort(lines.begin(), lines.end(), [](const CoverageLine& a, const CoverageLine& b) {
      return std::tie(a.object, a.path, a.type) < std::tie(b.object, b.path, b.type);
    });
    for (const CoverageLine& line : lines) {
      if (auto status = visit(line); !status) return status;
    }
  }
  return ok_status();
}

}  // namespace dragnet
