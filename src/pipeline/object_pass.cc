#include "pipeline/object_pass.h"

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/stopwatch.h"
#include "match/path_names.h"
#include "pipeline/content_visitor.h"
#include "pipeline/tree_visitor.h"

namespace dragnet {

namespace {

// Refs that lead nowhere. What ORIG_HEAD and its like name, git does not keep.
void check_refs(const PassContext& context) {
  for (const Ref& ref : context.run->refs) {
    const bool kept = ref.name.starts_with("refs/") || ref.name == "HEAD";
    if (!kept || context.run->places.contains(ref.target.bytes.data())) continue;
    context.missing(ref.target, "ref " + ref.name, "");
  }
}

void keep_coverage(const PassContext& context) {
  TargetRun& run = *context.run;
  for (std::uint32_t i = 0; i < run.selected; ++i) {
    const ObjectHeader object = run.objects->header(i);
    run.coverage.push_back({object.id.hex(), "", std::string(to_string(object.type)),
                            context.done[i] != 0 ? "scanned" : "unreadable", run.label});
  }
}

}  // namespace

Status scan_objects(RunState* state, std::uint32_t target_number) {
  TargetRun& run = *state->targets[target_number];
  PassContext context(state, target_number);
  context.connected = run.selected == run.objects->size() && state->options.range.empty() &&
                      !state->options.since && !state->options.staged;
  if (state->options.coverage) context.done.assign(run.objects->size(), 0);
  state->progress->total_bytes += run.objects->total_size();

  const auto read = [&](const std::function<bool(ObjectType)>& wanted,
                        const std::function<std::unique_ptr<PassVisitor>(unsigned)>& make) {
    const auto pass = run.reader->pass(*run.objects, wanted);
    state->workers.run_all([&](unsigned worker) { pass->work(worker, make(worker).get()); });
  };
  const auto contents = [&](unsigned worker) {
    return std::make_unique<ContentVisitor>(&context, worker);
  };
  state->progress->stage = AuditProgress::Stage::kScanning;
  // Blobs first: provenance is made for those that hold a secret, and takes commits and trees. What
  // is there is asked for only then.
  std::jthread looking([&] { run.places = ObjectPlaces(run.objects.get()); });
  read([](ObjectType type) { return type == ObjectType::kBlob; }, contents);
  looking.join();
  if (context.connected) check_refs(context);
  std::vector<std::string> paths;
  for (const std::uint32_t rule : context.naming_rules) {
    paths.push_back(state->pack->rules()[rule].rule.path);
  }
  run.named.may_count = [names = PathNames(paths)](ByteView name) { return names.may_be(name); };
  run.provenance =
      std::make_unique<Provenance>(&run.holders, run.provenance_memory, &run.places, &run.named);
  read([](ObjectType type) { return type == ObjectType::kCommit || type == ObjectType::kTag; },
       contents);
  state->progress->stage = AuditProgress::Stage::kTrees;
  Stopwatch stopwatch;
  read([](ObjectType type) { return type == ObjectType::kTree; },
       [&](unsigned worker) {
         return std::make_unique<TreeVisitor>(&context, worker, run.provenance->make_feeder());
       });
  state->tree_seconds += stopwatch.lap();
  if (state->stopped()) return unreadable_error("interrupted");
  if (state->options.coverage) keep_coverage(context);
  return ok_status();
}

}  // namespace dragnet
