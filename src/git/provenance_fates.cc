// What became of a secret at a path: still at a tip, or removed, and where.
#include <algorithm>
#include <string_view>
#include <tuple>

#include "git/provenance_stays.h"

namespace dragnet::provenance {

namespace {

bool fate_less(const PathFate& a, const PathFate& b) {
  return std::tie(a.secret, a.path) < std::tie(b.secret, b.path);
}

// The fate of this secret and path, or null.
const PathFate* find_fate(const std::vector<PathFate>& fates, std::uint32_t secret,
                          std::uint32_t path) {
  PathFate wanted;
  wanted.secret = secret;
  wanted.path = path;
  const auto place = std::lower_bound(fates.begin(), fates.end(), wanted, fate_less);
  if (place == fates.end() || fate_less(wanted, *place)) return nullptr;
  return &*place;
}

std::vector<PathFate> list_fates(const FoundStays& found) {
  std::vector<PathFate> fates;
  for (const FoundStay& stay : found.stays) {
    if (stay.commit == kNone) continue;
    if (!fates.empty() && fates.back().secret == stay.secret && fates.back().path == stay.path) {
      continue;
    }
    PathFate& fate = fates.emplace_back();
    fate.secret = stay.secret;
    fate.path = stay.path;
  }
  return fates;
}

// Which of the fates' secrets are present below one of `roots`, by fate. All roots go down a path
// together, because they mostly share the folders on it.
std::vector<bool> find_present(const History& history, const PathTable& paths,
                               const std::vector<PathFate>& fates,
                               std::vector<ViewStore::View> roots) {
  const ViewStore& store = history.interest->store;
  const Walk walk(&store, history.holders);
  const auto make_set = [](std::vector<ViewStore::View>* views) {
    std::sort(views->begin(), views->end());
    views->erase(std::unique(views->begin(), views->end()), views->end());
  };
  std::vector<bool> needed(paths.size());
  for (const PathFate& fate : fates) needed[paths.folder(fate.path)] = true;
  for (std::uint32_t path = paths.size(); path-- > 1;) {
    if (needed[path]) needed[paths.folder(path)] = true;
  }
  std::vector<std::vector<ViewStore::View>> views(paths.size());
  make_set(&roots);
  views[0] = std::move(roots);
  for (std::uint32_t path = 1; path < paths.size(); ++path) {
    if (!needed[path]) continue;
    const std::uint32_t name = paths.name(path);
    for (const ViewStore::View folder : views[paths.folder(path)]) {
      store.for_each(folder, make_key(name, EdgeKind::kTree, 0), make_key(name, EdgeKind::kName, 0),
                     [&](ViewKey key) { views[path].push_back(key_target(key)); });
    }
    make_set(&views[path]);
  }
  std::vector<bool> present(fates.size());
  for (std::size_t i = 0; i < fates.size(); ++i) {
    const std::uint32_t path = fates[i].path;
    present[i] = walk.present(views[paths.folder(path)], paths.name(path), fates[i].secret);
  }
  return present;
}

// Finds the last removal of each fate by going through the commits from the last to the first and
// only down paths where some fate is still open.
class RemovalFinder : public WalkVisitor {
 public:
  RemovalFinder(const History& history, const PathTable& paths, PathFates* out)
      : history_(history), paths_(paths), out_(out), open_(paths.size()) {}

  // `closed`, by fate: those that were not removed.
  void run(std::uint32_t tip, const std::vector<bool>& closed);

  std::uint32_t enter(std::uint32_t folder, std::uint32_t name) override {
    ++steps_;
    const std::uint32_t path = paths_.find(folder, name);
    return path == kNone || open_[path] == 0 || spent() ? kSkip : path;
  }
  void visit(const Sighting& sighting) override;

 private:
  bool spent() const { return steps_ > kMaxRemovalSteps; }
  void count_open(std::uint32_t path, std::uint32_t change) {
    for (std::uint32_t at = path; at != 0; at = paths_.folder(at)) open_[at] += change;
    open_[0] += change;
  }

  const History& history_;
  const PathTable& paths_;
  PathFates* out_;
  std::vector<std::uint32_t> open_;  // by path: fates at it or below that have no removal yet
  std::vector<bool> closed_;
  std::uint32_t commit_ = kNone;
  std::uint64_t steps_ = 0;
};

void RemovalFinder::run(std::uint32_t tip, const std::vector<bool>& closed) {
  closed_ = closed;
  for (std::size_t i = 0; i < closed.size(); ++i) {
    if (!closed[i]) count_open(out_->fates[i].path, 1);
  }
  const CommitGraph& commits = *history_.commits;
  const std::vector<bool> in_history = commits.history(tip);
  std::vector<std::uint32_t> changed;
  for (std::uint32_t commit = 0; commit < commits.size(); ++commit) {
    if (!in_history[commit]) continue;
    const std::span<const std::uint32_t> parents = commits.parents(commit);
    const ViewStore::View view = history_.view(commit);
    const bool differs = std::any_of(parents.begin(), parents.end(), [&](std::uint32_t parent) {
      return history_.view(parent) != 0 && history_.view(parent) != view;
    });
    if (differs) changed.push_back(commit);
  }
  std::sort(changed.begin(), changed.end(),
            [&](std::uint32_t a, std::uint32_t b) { return commits.earlier(b, a); });
  Walk walk(&history_.interest->store, history_.holders);
  for (const std::uint32_t commit : changed) {
    if (open_[0] == 0) break;
    if (spent()) {
      out_->complete = false;
      break;
    }
    commit_ = commit;
    const ViewStore::View view = history_.view(commit);
    for (const std::uint32_t parent : commits.parents(commit)) {
      walk.run(history_.view(parent), {&view, 1}, this);
    }
  }
}

void RemovalFinder::visit(const Sighting& sighting) {
  ++steps_;
  const std::uint32_t path = paths_.find(sighting.folder, sighting.name);
  if (path == kNone) return;
  const PathFate* fate = find_fate(out_->fates, sighting.secret, path);
  if (fate == nullptr) return;
  const auto index = static_cast<std::size_t>(fate - out_->fates.data());
  if (closed_[index]) return;
  closed_[index] = true;
  out_->fates[index].removed_in = commit_;
  count_open(path, std::uint32_t(-1));
}

bool is_tip(const Ref& ref) {
  const std::string_view name = ref.name;
  return name == "HEAD" || name.starts_with("refs/heads/") || name.starts_with("refs/remotes/");
}

}  // namespace

const PathFate& PathFates::of(const FoundStay& stay) const {
  static const PathFate kDangling;
  const PathFate* fate = stay.commit == kNone ? nullptr : find_fate(fates, stay.secret, stay.path);
  return fate == nullptr ? kDangling : *fate;
}

PathFates find_fates(const History& history, const FoundStays& found,
                     const ProvenanceInput& input) {
  PathFates out;
  out.fates = list_fates(found);
  std::vector<ViewStore::View> tips;
  std::uint32_t default_tip = kNone;
  for (const Ref& ref : input.refs) {
    const std::uint32_t commit = history.commits->find(ref.commit);
    if (commit == kNone) continue;
    if (is_tip(ref)) tips.push_back(history.view(commit));
    if (!input.default_branch.empty() && ref.name == input.default_branch) default_tip = commit;
  }
  const std::vector<bool> at_tip = find_present(history, found.paths, out.fates, std::move(tips));
  for (std::size_t i = 0; i < out.fates.size(); ++i) out.fates[i].at_tip = at_tip[i];
  if (default_tip != kNone) {
    const std::vector<bool> kept =
        find_present(history, found.paths, out.fates, {history.view(default_tip)});
    RemovalFinder(history, found.paths, &out).run(default_tip, kept);
  }
  return out;
}

}  // namespace dragnet::provenance
