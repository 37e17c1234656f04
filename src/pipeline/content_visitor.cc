#include "pipeline/content_visitor.h"

#include <algorithm>
#include <utility>

namespace dragnet {

namespace {

// Commits that are handed in together.
constexpr std::size_t kCommitsAtOnce = 64;

// What is kept of a blob for its deltas.
struct ContentState : NodeState {
  explicit ContentState(const ScanState& kept) : scan(kept) {}
  std::size_t memory() const override { return scan.memory(); }

  const ScanState scan;
};

}  // namespace

std::shared_ptr<const NodeState> ContentVisitor::object(const ObjectView& view) {
  count(view);
  const ObjectType type = view.type;
  const bool listed = view.index != ObjectView::kCopy;
  // Of commits that were not asked for only their place in the graph counts.
  const bool context = listed && view.index >= context_->run->selected;
  if (!context || type == ObjectType::kBlob) {
    const std::vector<Match>& matches = scan(view);
    if (listed && scanner_->decoding_cut()) {
      context_->state->incomplete.add({view.id().hex(), "", kDecodingCut});
    }
    if (listed && !matches.empty()) {
      auto secrets = collect(view, view.bytes, 0, matches);
      if (type == ObjectType::kBlob) add_holder(view.id(), std::move(secrets), matches);
    }
  }
  if (listed && type == ObjectType::kCommit) commit(view);
  if (listed && type == ObjectType::kTag) tag(view);
  if (!keeps_state(view) || !kept_.usable) return nullptr;
  return std::make_shared<ContentState>(kept_);
}

void ContentVisitor::add_holder(const ObjectId& blob, std::vector<std::uint32_t> secrets,
                                const std::vector<Match>& matches) {
  const auto& rules = context_->state->pack->rules();
  const bool named = std::all_of(matches.begin(), matches.end(),
                                 [&](const Match& match) { return rules[match.rule].tells_name; });
  const std::scoped_lock lock(context_->holders_mutex);
  context_->run->holders.emplace(blob, std::move(secrets));
  if (!named) return;
  context_->run->named.blobs.insert(blob);
  for (const Match& match : matches) context_->naming_rules.insert(match.rule);
}

const std::vector<Match>& ContentVisitor::scan(const ObjectView& view) {
  ScanState* keep = keeps_state(view) ? &kept_ : nullptr;
  if (!by_delta(view)) return scanner_->scan(view.bytes, keep);
  const auto& base = static_cast<const ContentState&>(*view.base_state);
  return scanner_->scan_delta(view.bytes, view.ops, base.scan, keep);
}

// What tells whether the objects are there that a commit names is not in any cache: it is begun to
// be read here, and asked for when some more commits have been met.
void ContentVisitor::commit(const ObjectView& view) {
  auto links = parse_commit_links(view.bytes);
  if (!links) {
    context_->state->incomplete.add({view.id().hex(), "", links.error().message});
    return;
  }
  const ObjectPlaces& places = context_->run->places;
  places.prefetch(links->tree.bytes.data());
  for (const ObjectId& parent : links->parents) places.prefetch(parent.bytes.data());
  commits_.push_back({view.id(), std::move(links).value()});
  if (commits_.size() >= kCommitsAtOnce) hand_in_commits();
}

void ContentVisitor::hand_in_commits() {
  if (commits_.empty()) return;
  context_->run->provenance->add_commits(commits_);
  if (context_->connected) {
    for (const Provenance::NewCommit& commit : commits_) check_named(commit);
  }
  commits_.clear();
}

void ContentVisitor::check_named(const Provenance::NewCommit& commit) const {
  const auto check = [&](const ObjectId& named) {
    if (!context_->run->places.contains(named.bytes.data())) {
      context_->missing(named, "commit " + commit.id.hex(), "");
    }
  };
  check(commit.links.tree);
  const auto& shallow = context_->shallow;
  if (std::binary_search(shallow.begin(), shallow.end(), commit.id)) return;
  for (const ObjectId& parent : commit.links.parents) check(parent);
}

void ContentVisitor::tag(const ObjectView& view) {
  const auto fields = parse_tag(view.bytes);
  if (!fields) {
    context_->state->incomplete.add({view.id().hex(), "", fields.error().message});
  } else if (context_->connected && !context_->run->places.contains(fields->target.bytes.data())) {
    context_->missing(fields->target, "tag " + view.id().hex(), "");
  }
}

}  // namespace dragnet
