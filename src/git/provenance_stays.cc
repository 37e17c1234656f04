#include "git/provenance_stays.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace dragnet::provenance {

namespace {

// Takes sightings down as stays until a limit is reached.
class Collector : public WalkVisitor {
 public:
  explicit Collector(FoundStays* out) : out_(out) {}

  // Of the next walk: a commit, or kNone, and its tree.
  void start(std::uint32_t commit, std::uint32_t tree) {
    commit_ = commit;
    tree_ = tree;
    seen_in_walk_ = 0;
  }

  std::uint32_t enter(std::uint32_t folder, std::uint32_t name) override {
    return out_->paths.intern(folder, name);
  }
  void visit(const Sighting& sighting) override {
    ++seen_;
    ++seen_in_walk_;
    const std::uint32_t length = out_->paths.length_of(sighting.folder, sighting.name);
    if (length > kMaxPath || path_bytes_ + length > kMaxPathBytes) {
      ++out_->cut;
      return;
    }
    path_bytes_ += length;
    out_->stays.push_back({sighting.secret, out_->paths.intern(sighting.folder, sighting.name),
                           commit_, sighting.holder, tree_});
  }
  bool exhausted() const override {
    return seen_ >= kMaxStays || seen_in_walk_ >= kMaxStaysPerWalk;
  }
  void skipped(std::uint64_t count) override {
    out_->cut += std::min(count, ~std::uint64_t{0} - out_->cut);
  }

 private:
  FoundStays* out_;
  std::uint32_t commit_ = kNone;
  std::uint32_t tree_ = kNone;
  std::uint64_t seen_ = 0;
  std::uint64_t seen_in_walk_ = 0;
  std::uint64_t path_bytes_ = 0;
};

// What some commit's tree has, by holder, and for names by secret.
struct Committed {
  std::vector<bool> holders;
  std::vector<bool> name_secrets;

  bool has(std::uint32_t holder, std::uint32_t secret) const {
    if (holder != kNone) return holders[holder];
    return secret < name_secrets.size() && name_secrets[secret];
  }
};

// Visits every node of every view that a commit's tree leads to, once.
Committed find_committed(const History& history) {
  Committed out;
  out.holders.resize(history.holders->size());
  const ViewStore& store = history.interest->store;
  std::vector<bool> seen(store.size());
  std::vector<ViewStore::View> open;
  const auto reach = [&](ViewStore::View view) {
    if (view == 0 || seen[view]) return;
    seen[view] = true;
    open.push_back(view);
  };
  for (std::uint32_t commit = 0; commit < history.commits->size(); ++commit) {
    reach(history.view(commit));
  }
  while (!open.empty()) {
    const ViewStore::View view = open.back();
    open.pop_back();
    reach(store.left(view));
    reach(store.right(view));
    const ViewKey key = store.key(view);
    const std::uint32_t target = key_target(key);
    if (key_kind(key) == EdgeKind::kTree) {
      reach(target);
    } else if (key_kind(key) == EdgeKind::kBlob) {
      out.holders[target] = true;
    } else {
      if (target >= out.name_secrets.size()) out.name_secrets.resize(target + 1);
      out.name_secrets[target] = true;
    }
  }
  return out;
}

// Sees only what no commit's tree has.
class DanglingCollector : public Collector {
 public:
  DanglingCollector(FoundStays* out, const Committed* committed)
      : Collector(out), committed_(committed) {}
  bool wants(std::uint32_t holder, std::uint32_t secret) const override {
    return !committed_->has(holder, secret);
  }

 private:
  const Committed* committed_;
};

void find_introductions(const History& history, Walk* walk, FoundStays* out) {
  const CommitGraph& commits = *history.commits;
  std::vector<std::uint32_t> changed;
  for (std::uint32_t commit = 0; commit < commits.size(); ++commit) {
    const ViewStore::View view = history.view(commit);
    if (view == 0) continue;
    const std::span<const std::uint32_t> parents = commits.parents(commit);
    const bool same = std::any_of(parents.begin(), parents.end(), [&](std::uint32_t parent) {
      return history.view(parent) == view;
    });
    if (!same) changed.push_back(commit);
  }
  std::sort(changed.begin(), changed.end(),
            [&](std::uint32_t a, std::uint32_t b) { return commits.earlier(a, b); });
  Collector collector(out);
  std::vector<ViewStore::View> others;
  for (const std::uint32_t commit : changed) {
    others.clear();
    for (const std::uint32_t parent : commits.parents(commit)) {
      others.push_back(history.view(parent));
    }
    collector.start(commit, commits.tree(commit));
    walk->run(history.view(commit), others, &collector);
  }
}

void find_dangling(const History& history, Walk* walk, FoundStays* out) {
  const Interest& interest = *history.interest;
  std::vector<bool> is_root(interest.views.size());
  for (std::uint32_t commit = 0; commit < history.commits->size(); ++commit) {
    const std::uint32_t tree = history.commits->tree(commit);
    if (tree < is_root.size()) is_root[tree] = true;
  }
  std::vector<std::uint32_t> top;
  for (std::uint32_t tree = 0; tree < interest.views.size(); ++tree) {
    if (interest.views[tree] == 0 || interest.has_parent[tree] || is_root[tree]) continue;
    top.push_back(tree);
  }
  if (top.empty()) return;
  std::sort(top.begin(), top.end(), [&](std::uint32_t a, std::uint32_t b) {
    return history.trees->raw(a) < history.trees->raw(b);
  });
  const Committed committed = find_committed(history);
  DanglingCollector collector(out, &committed);
  std::vector<bool> walked(interest.store.size());
  for (const std::uint32_t tree : top) {
    const ViewStore::View view = interest.views[tree];
    if (walked[view]) continue;
    walked[view] = true;
    collector.start(kNone, tree);
    walk->run(view, {}, &collector);
  }
}

}  // namespace

FoundStays find_stays(const History& history) {
  FoundStays out(&history.interest->names);
  Walk walk(&history.interest->store, history.holders);
  find_introductions(history, &walk, &out);
  find_dangling(history, &walk, &out);
  // Of several that differ only in what has the secret, a blob goes before a name and the smaller
  // id before the larger: holders are numbered in the order of their ids. Top trees come that way.
  std::stable_sort(out.stays.begin(), out.stays.end(), [](const FoundStay& a, const FoundStay& b) {
    return std::tie(a.secret, a.path, a.commit, a.holder) <
           std::tie(b.secret, b.path, b.commit, b.holder);
  });
  out.stays.erase(std::unique(out.stays.begin(), out.stays.end(),
                              [](const FoundStay& a, const FoundStay& b) {
                                return std::tie(a.secret, a.path, a.commit) ==
                                       std::tie(b.secret, b.path, b.commit);
                              }),
                  out.stays.end());
  return out;
}

}  // namespace dragnet::provenance
