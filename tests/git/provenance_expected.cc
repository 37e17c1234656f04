// The definitions of git/provenance.h, word by word, at whatever cost.
#include <algorithm>
#include <tuple>

#include "git/provenance_history.h"

namespace dragnet::test {

namespace {

using Key = std::pair<std::uint32_t, std::string>;  // secret, path
using Witness = std::pair<bool, ObjectId>;          // by name, object: the smallest is shown
using Presence = std::map<Key, Witness>;

class Definition {
 public:
  explicit Definition(const MadeHistory& history) : history_(history) {
    for (const auto& [id, commit] : history_.commits) expand(commit.tree, "", &present_[id], {});
  }

  Provenance::Outcome outcome() {
    find_removals();
    find_introduced();
    find_dangling();
    find_unplaced();
    std::sort(out_.stays.begin(), out_.stays.end(), [](const Stay& a, const Stay& b) {
      return std::tie(a.secret, a.path, a.commit) < std::tie(b.secret, b.path, b.commit);
    });
    return out_;
  }

  Provenance::Reach reach(const ObjectId& commit) const {
    Provenance::Reach out;
    bool published = false;
    for (std::uint32_t i = 0; i < history_.input.refs.size(); ++i) {
      const Ref& ref = history_.input.refs[i];
      if (!history_of(ref.commit).contains(commit)) continue;
      ++out.ref_count;
      if (out.refs.size() < history_.input.max_refs) out.refs.push_back(i);
      const std::string prefix = history_.input.bare ? "refs/" : "refs/remotes/";
      if (ref.name.starts_with(prefix)) published = true;
    }
    if (history_.input.bare || history_.input.has_remotes) out.published = published;
    return out;
  }

 private:
  // Where `on`: the blobs, and secrets of names, to look at.
  struct Filter {
    bool on = false;
    std::set<ObjectId> blobs;
    std::set<std::uint32_t> name_secrets;
  };

  void expand(const ObjectId& tree, const std::string& prefix, Presence* out,
              const Filter& filter) const {
    const auto found = history_.trees.find(tree);
    if (found == history_.trees.end()) return;
    const auto add = [&](std::uint32_t secret, const std::string& name, const Witness& witness) {
      const auto [place, added] = out->try_emplace({secret, prefix + name}, witness);
      if (!added) place->second = std::min(place->second, witness);
    };
    for (const auto& [name, secret] : found->second.name_hits) {
      if (!filter.on || filter.name_secrets.contains(secret)) add(secret, name, {true, tree});
    }
    for (const MadeTree::Entry& entry : found->second.entries) {
      if (entry.mode == "40000") {
        expand(entry.id, prefix + entry.name + "/", out, filter);
      } else if (entry.mode != "160000" && history_.holds(entry.id, entry.name)) {
        if (filter.on && !filter.blobs.contains(entry.id)) continue;
        for (const std::uint32_t secret : history_.holders.at(entry.id)) {
          add(secret, entry.name, {false, entry.id});
        }
      }
    }
  }

  std::vector<ObjectId> parents_of(const ObjectId& commit) const {
    const std::vector<ObjectId>& shallow = history_.input.shallow;
    std::vector<ObjectId> out;
    if (std::find(shallow.begin(), shallow.end(), commit) != shallow.end()) return out;
    for (const ObjectId& parent : history_.commits.at(commit).parents) {
      if (history_.commits.contains(parent)) out.push_back(parent);
    }
    return out;
  }

  const std::set<ObjectId>& history_of(const ObjectId& tip) const {
    std::set<ObjectId>& out = histories_[tip];
    if (!out.empty() || !history_.commits.contains(tip)) return out;
    std::vector<ObjectId> open{tip};
    while (!open.empty()) {
      const ObjectId commit = open.back();
      open.pop_back();
      if (!out.insert(commit).second) continue;
      for (const ObjectId& parent : parents_of(commit)) open.push_back(parent);
    }
    return out;
  }

  bool at_tip(const Key& key) const {
    for (const Ref& ref : history_.input.refs) {
      const bool tip = ref.name == "HEAD" || ref.name.starts_with("refs/heads/") ||
                       ref.name.starts_with("refs/remotes/");
      if (tip && present_.contains(ref.commit) && present_.at(ref.commit).contains(key))
        return true;
    }
    return false;
  }

  void find_removals() {
    ObjectId tip;
    for (const Ref& ref : history_.input.refs) {
      if (ref.name == history_.input.default_branch) tip = ref.commit;
    }
    std::map<Key, std::pair<std::int64_t, ObjectId>> last;
    for (const ObjectId& commit : history_of(tip)) {
      for (const ObjectId& parent : parents_of(commit)) {
        for (const auto& [key, witness] : present_.at(parent)) {
          if (present_.at(commit).contains(key) || present_.at(tip).contains(key)) continue;
          const std::pair here{history_.commits.at(commit).date, commit};
          const auto [place, added] = last.try_emplace(key, here);
          if (!added) place->second = std::max(place->second, here);
        }
      }
    }
    for (const auto& [key, when] : last) removals_[key] = when.second;
  }

  void add_stay(const Key& key, const Witness& witness, const ObjectId& commit) {
    Stay stay;
    stay.secret = key.first;
    stay.path = key.second;
    stay.commit = commit;
    stay.name_hit = witness.first;
    stay.object = witness.second;
    const Provenance::Reach reached = reach(commit);
    stay.refs = reached.refs;
    stay.ref_count = reached.ref_count;
    stay.published = reached.published;
    if (!commit.empty()) {
      stay.at_tip = at_tip(key);
      stay.removed_in = removals_[key];
    }
    out_.stays.push_back(stay);
  }

  void find_introduced() {
    for (const auto& [commit, present] : present_) {
      for (const auto& [key, witness] : present) {
        bool at_a_parent = false;
        for (const ObjectId& parent : parents_of(commit)) {
          at_a_parent = at_a_parent || present_.at(parent).contains(key);
        }
        if (!at_a_parent) add_stay(key, witness, commit);
      }
    }
  }

  // All that a commit's tree leads to.
  void mark(const ObjectId& tree, Filter* seen) const {
    const auto found = history_.trees.find(tree);
    if (found == history_.trees.end()) return;
    for (const auto& hit : found->second.name_hits) seen->name_secrets.insert(hit.second);
    for (const MadeTree::Entry& entry : found->second.entries) {
      if (entry.mode == "40000") mark(entry.id, seen);
      if (entry.mode != "40000" && entry.mode != "160000" && history_.holds(entry.id, entry.name)) {
        seen->blobs.insert(entry.id);
      }
    }
  }

  void find_dangling() {
    Filter committed;
    std::set<ObjectId> below;  // trees that are not topmost
    for (const auto& entry : history_.commits) {
      mark(entry.second.tree, &committed);
      below.insert(entry.second.tree);
    }
    Filter filter{true, {}, {}};
    for (const auto& holder : history_.holders) {
      if (!committed.blobs.contains(holder.first)) filter.blobs.insert(holder.first);
    }
    for (const auto& entry : history_.trees) {
      for (const MadeTree::Entry& child : entry.second.entries) {
        if (child.mode == "40000") below.insert(child.id);
      }
      for (const auto& hit : entry.second.name_hits) {
        if (!committed.name_secrets.contains(hit.second)) filter.name_secrets.insert(hit.second);
      }
    }
    Presence present;
    for (const auto& entry : history_.trees) {
      if (!below.contains(entry.first)) expand(entry.first, "", &present, filter);
    }
    // Of names, any tree of that path will do by the definition; the trees come by id, and the
    // first top tree is the one that counts.
    std::map<Key, Witness> first;
    for (const auto& entry : history_.trees) {
      if (below.contains(entry.first)) continue;
      Presence here;
      expand(entry.first, "", &here, filter);
      for (const auto& [key, witness] : here) first.try_emplace(key, witness);
    }
    for (const auto& [key, witness] : present) {
      add_stay(key, witness.first ? first.at(key) : witness, ObjectId());
    }
  }

  void find_unplaced() {
    std::set<ObjectId> named;
    for (const auto& entry : history_.trees) {
      for (const MadeTree::Entry& child : entry.second.entries) {
        if (child.mode != "40000" && child.mode != "160000") named.insert(child.id);
      }
    }
    std::set<std::uint32_t> placed;
    for (const Stay& stay : out_.stays) placed.insert(stay.secret);
    std::set<std::pair<std::uint32_t, ObjectId>> unplaced;
    for (const auto& [blob, secrets] : history_.holders) {
      if (history_.named.blobs.contains(blob)) continue;
      for (const std::uint32_t secret : secrets) {
        if (!named.contains(blob) || !placed.contains(secret)) unplaced.insert({secret, blob});
      }
    }
    for (const auto& [secret, blob] : unplaced) out_.unplaced.push_back({secret, blob});
  }

  const MadeHistory& history_;
  std::map<ObjectId, Presence> present_;  // by commit
  mutable std::map<ObjectId, std::set<ObjectId>> histories_;
  std::map<Key, ObjectId> removals_;
  Provenance::Outcome out_;
};

}  // namespace

Provenance::Outcome expected_outcome(const MadeHistory& history,
                                     std::vector<Provenance::Reach>* reach) {
  Definition definition(history);
  if (reach != nullptr) {
    reach->assign(1, definition.reach(made_id("unknown commit")));
    for (const auto& entry : history.commits) reach->push_back(definition.reach(entry.first));
  }
  return definition.outcome();
}

}  // namespace dragnet::test
