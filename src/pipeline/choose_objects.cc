#include "pipeline/choose_objects.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace dragnet {

namespace {

ListedObjects as_table(ObjectListing listing) {
  return {std::make_shared<ListedTable>(std::move(listing.objects)), std::move(listing.unreadable)};
}

// Parents of selected commits are needed as neighbours in the graph, without being asked for.
void add_parents(const TargetRun& run, ObjectListing* listing) {
  std::unordered_set<ObjectId, ObjectIdHash> known;
  for (const ObjectHeader& object : listing->objects) known.insert(object.id);
  const std::vector<ObjectId>& shallow = run.target.repository->shallow();
  for (std::size_t i = 0; i < run.selected; ++i) {
    if (listing->objects[i].type != ObjectType::kCommit) continue;
    const ObjectId id = listing->objects[i].id;
    if (std::binary_search(shallow.begin(), shallow.end(), id)) continue;
    const auto view = run.session->read(id);
    if (!view) continue;  // the scan will say so
    const auto links = parse_commit_links(view->bytes);
    if (!links) continue;
    for (const ObjectId& parent : links->parents) {
      if (!known.insert(parent).second) continue;
      auto header = run.session->header(parent);
      if (header) listing->objects.push_back(header.value());
    }
  }
}

Status select(const AuditOptions& options, TargetRun* run, ObjectListing* listing) {
  auto selection = options.range.empty() ? select_since(*run->target.repository, *options.since)
                                         : select_range(*run->target.repository, options.range);
  if (!selection) return std::move(selection).error();
  listing->objects = std::move(selection->objects);
  listing->unreadable = std::move(selection->unreadable);
  run->selected = listing->objects.size();
  listing->objects.insert(listing->objects.end(), selection->context.begin(),
                          selection->context.end());
  add_parents(*run, listing);
  return ok_status();
}

Result<ListedObjects> staged_objects(TargetRun* run) {
  auto entries = run->target.repository->staged_entries();
  if (!entries) return std::move(entries).error();
  run->index = std::move(entries).value();
  ObjectListing listing;
  std::unordered_set<ObjectId, ObjectIdHash> seen;
  for (const IndexEntry& entry : run->index) {
    if (!seen.insert(entry.blob).second) continue;
    auto header = run->session->header(entry.blob);
    if (header) {
      listing.objects.push_back(header.value());
    } else {
      listing.unreadable.push_back({entry.blob.hex(), header.error().message});
    }
  }
  run->selected = listing.objects.size();
  return as_table(std::move(listing));
}

}  // namespace

Result<ListedObjects> choose_objects(RunState* state, TargetRun* run) {
  if (!state->options.range.empty() || state->options.since) {
    ObjectListing listing;
    if (auto status = select(state->options, run, &listing); !status)
      return std::move(status).error();
    return as_table(std::move(listing));
  }
  if (state->options.staged) return staged_objects(run);
  auto index = run->target.repository->index_entries();
  if (index) {
    run->index = std::move(index).value();
  } else {
    state->incomplete.add({"", "index", index.error().message});
  }
  auto all = run->reader->list(state->workers.count());
  if (all) run->selected = all->table->size();
  return all;
}

}  // namespace dragnet
