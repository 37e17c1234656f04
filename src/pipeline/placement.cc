#include "pipeline/placement.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace dragnet {

namespace {

class Placer {
 public:
  Placer(RunState* state, std::uint32_t target)
      : state_(state), target_(target), run_(*state->targets[target]) {
    // A selection asks for what its commits introduced, nothing else.
    narrowed_ = run_.selected < run_.objects->size() || !state->options.range.empty() ||
                state->options.since.has_value();
    if (!narrowed_) return;
    for (std::uint32_t i = 0; i < run_.selected; ++i) {
      const ObjectHeader object = run_.objects->header(i);
      if (object.type == ObjectType::kCommit) asked_commits_.insert(object.id);
    }
  }

  Status place() {
    ProvenanceInput input;
    input.refs = run_.refs;
    input.default_branch = run_.default_branch;
    input.bare = run_.target.repository->bare();
    input.has_remotes = run_.target.repository->has_remotes();
    input.shallow = run_.target.repository->shallow();
    input.max_refs = state_->options.max_refs;
    auto outcome = run_.provenance->resolve(input);
    if (!outcome) return std::move(outcome).error();
    if (outcome->stays_cut > 0) {
      state_->incomplete.add({"", run_.label,
                              std::to_string(outcome->stays_cut) +
                                  " occurrences were too many to place and are left out"});
    }
    for (Stay& stay : outcome->stays) add_stay(std::move(stay));
    staged();
    for (const auto& unplaced : outcome->unplaced) add_unplaced(unplaced.secret, unplaced.blob);
    return messages();
  }

 private:
  bool asked(const ObjectId& commit) const {
    return !narrowed_ || asked_commits_.count(commit) != 0;
  }

  void add_stay(Stay stay) {
    if (!asked(stay.commit)) return;
    known_.emplace(stay.secret, stay.path);
    placed_.insert({stay.secret, stay.object});
    Spot spot;
    spot.target = target_;
    spot.kind = stay.name_hit ? SourceKind::kTree : SourceKind::kBlob;
    spot.has_path = true;
    spot.stay = std::move(stay);
    state_->spots.push_back(std::move(spot));
  }

  // Blobs that the index names at a path where no commit has the secret.
  void staged() {
    for (const IndexEntry& entry : run_.index) {
      const auto holder = run_.holders.find(entry.blob);
      if (holder == run_.holders.end()) continue;
      for (const std::uint32_t secret : holder->second) {
        if (!known_.emplace(secret, entry.path).second) continue;
        placed_.insert({secret, entry.blob});
        Spot spot = blob_spot(secret, entry.blob);
        spot.has_path = true;
        spot.stay.path = entry.path;
        state_->spots.push_back(std::move(spot));
      }
    }
  }

  Spot blob_spot(std::uint32_t secret, const ObjectId& blob) const {
    Spot spot;
    spot.target = target_;
    spot.stay.secret = secret;
    spot.stay.object = blob;
    return spot;
  }

  void add_unplaced(std::uint32_t secret, const ObjectId& blob) {
    if (narrowed_ || placed_.count({secret, blob}) != 0) return;
    Spot spot = blob_spot(secret, blob);
    name_refs(blob, &spot.stay);
    state_->spots.push_back(std::move(spot));
  }

  // Refs that point at an object, directly or through tags.
  void name_refs(const ObjectId& object, Stay* stay) {
    if (!refs_followed_) follow_refs();
    const auto found = refs_at_.find(object);
    if (found == refs_at_.end()) return;
    stay->ref_count = static_cast<std::uint32_t>(found->second.size());
    const std::size_t shown = std::min<std::size_t>(stay->ref_count, state_->options.max_refs);
    stay->refs.assign(found->second.begin(),
                      found->second.begin() + static_cast<std::ptrdiff_t>(shown));
  }

  // Only done where something stands that no tree names: it reads every tag.
  void follow_refs() {
    refs_followed_ = true;
    for (std::uint32_t i = 0; i < run_.refs.size(); ++i) {
      ObjectId id = run_.refs[i].target;
      for (int depth = 0; depth < kMaxTagDepth; ++depth) {
        refs_at_[id].push_back(i);
        const auto header = run_.session->header(id);
        if (!header || header->type != ObjectType::kTag) break;
        const auto view = run_.session->read(id);
        if (!view) break;
        const auto tag = parse_tag(view->bytes);
        if (!tag) break;
        id = tag->target;
      }
    }
  }

  // Commits and tags that hold a secret in their own text.
  Status messages() {
    std::vector<Spot> commits;
    const auto& objects = state_->collector->objects();
    auto status = state_->collector->for_each_detection([&](const Detection& detection) {
      const DetectedObject& object = objects[detection.object];
      const bool is_commit = object.kind == SourceKind::kCommit;
      if (object.target != target_ || (!is_commit && object.kind != SourceKind::kTag)) return;
      if (is_commit && !asked(object.id)) return;
      Spot spot = blob_spot(detection.secret, object.id);
      spot.kind = object.kind;
      if (is_commit) {
        spot.stay.commit = object.id;
        commits.push_back(std::move(spot));
      } else {
        name_refs(object.id, &spot.stay);
        state_->spots.push_back(std::move(spot));
      }
    });
    if (!status) return status;
    std::vector<ObjectId> ids;
    ids.reserve(commits.size());
    for (const Spot& spot : commits) ids.push_back(spot.stay.object);
    auto reaches = run_.provenance->reach(ids);
    for (std::size_t i = 0; i < commits.size(); ++i) {
      commits[i].stay.refs = std::move(reaches[i].refs);
      commits[i].stay.ref_count = reaches[i].ref_count;
      commits[i].stay.published = reaches[i].published;
      state_->spots.push_back(std::move(commits[i]));
    }
    return ok_status();
  }

  RunState* state_;
  std::uint32_t target_;
  TargetRun& run_;
  bool narrowed_ = false;
  bool refs_followed_ = false;
  std::unordered_map<ObjectId, std::vector<std::uint32_t>, ObjectIdHash> refs_at_;
  std::unordered_set<ObjectId, ObjectIdHash> asked_commits_;
  std::set<std::pair<std::uint32_t, std::string>> known_;
  std::set<std::pair<std::uint32_t, ObjectId>> placed_;
};

}  // namespace

Status place_objects(RunState* state, std::uint32_t target_number) {
  return Placer(state, target_number).place();
}

void read_commit_infos(RunState* state, std::uint32_t target_number) {
  TargetRun& run = *state->targets[target_number];
  for (const Spot& spot : state->spots) {
    if (spot.target != target_number) continue;
    const ObjectId& id = spot.kind == SourceKind::kTag ? spot.stay.object : spot.stay.commit;
    if (id.empty() || run.commits.count(id) != 0) continue;
    CommitInfo& info = run.commits[id];
    const auto view = run.session->read(id);
    if (!view) continue;
    if (view->type == ObjectType::kTag) {
      if (auto fields = parse_tag(view->bytes)) {
        info = {fields->tagger, fields->tagger.date};
      }
    } else if (auto fields = parse_commit(view->bytes)) {
      info = {fields->author, fields->committer_date};
    }
  }
}

}  // namespace dragnet
