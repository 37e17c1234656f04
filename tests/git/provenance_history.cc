#include "git/provenance_history.h"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "base/hash.h"
#include "git/random_pick.h"

namespace dragnet::test {

namespace {

constexpr std::uint32_t kNameSecret = 5;

// A folder as a value: entries by name.
struct Node {
  std::optional<std::pair<std::string, ObjectId>> leaf;  // mode, id
  std::map<std::string, Node> children;
};

class HistoryMaker {
 public:
  HistoryMaker(std::mt19937* random, const HistoryShape& shape) : random_(random), shape_(shape) {
    for (int i = 0; i < 9; ++i) blobs_.push_back(made_id("blob " + std::to_string(i)));
    for (int i = 0; i < 6; ++i) {  // the last three hold nothing
      std::vector<std::uint32_t>& secrets = out_.holders[blobs_[static_cast<std::size_t>(i)]];
      const int count = 1 + pick(random_, 3);
      for (int k = 0; k < count; ++k)
        secrets.push_back(static_cast<std::uint32_t>(pick(random_, 5)));
    }
    out_.holders[made_id("blob that no tree names")] = {3};
    if (!shape_.named) return;
    for (const auto& holder : out_.holders) {
      if (chance(random_, 50)) out_.named.blobs.insert(holder.first);
    }
    out_.named.may_count = [](ByteView name) { return name == "key" || name == "b-1"; };
  }

  MadeHistory make() {
    for (int i = 0; i < shape_.commits; ++i) make_commit(i);
    const int loose = pick(random_, 3);
    for (int i = 0; i < loose; ++i) add_folder(random_folder(2));
    lose_some();
    make_refs();
    return std::move(out_);
  }

 private:
  void make_commit(int number) {
    MadeCommit commit;
    Node state;
    int parents = 0;
    if (number > 0 && !chance(random_, 8)) {
      parents = chance(random_, 70) ? 1 : (chance(random_, 80) ? 2 : 3);
    }
    for (int k = 0; k < parents; ++k) {
      // Mostly recent ones, so that histories are long and not only wide.
      const auto count = static_cast<int>(states_.size());
      const int back =
          chance(random_, 70) ? pick(random_, std::min(count, 3)) : pick(random_, count);
      const auto& [id, parent_state] = states_[static_cast<std::size_t>(count - 1 - back)];
      commit.parents.push_back(id);
      state = k == 0 ? parent_state : merge(state, parent_state);
    }
    if (chance(random_, 3)) commit.parents.push_back(made_id("commit that is not here"));
    const int edits = pick(random_, shape_.edits + 1) + (number == 0 ? 4 : 0);
    for (int k = 0; k < edits; ++k) edit(&state);
    commit.tree = add_folder(state);
    commit.date = 1000 + number / 2 * 10 - (chance(random_, 10) ? 200 : 0);
    const ObjectId id = out_.add_commit(
        "commit " + std::to_string(number) + " " + std::to_string((*random_)()), commit);
    states_.emplace_back(id, state);
  }

  Node random_leaf() {
    static const char* const kModes[] = {"100644", "100644", "100755", "120000", "160000"};
    Node node;
    node.leaf = {kModes[pick(random_, 5)],
                 blobs_[static_cast<std::size_t>(pick(random_, static_cast<int>(blobs_.size())))]};
    return node;
  }
  std::string random_name() {
    static const char* const kNames[] = {"a", "b", "c.txt", "key", "b-1"};
    return kNames[pick(random_, 5)];
  }
  Node random_folder(int depth) {
    Node node;
    const int count = 1 + pick(random_, 3);
    for (int i = 0; i < count; ++i) {
      node.children[random_name()] =
          depth > 0 && chance(random_, 40) ? random_folder(depth - 1) : random_leaf();
    }
    return node;
  }

  // Goes down a few folders and changes, removes, moves or copies an entry there.
  void edit(Node* root) {
    Node* at = root;
    while (chance(random_, 55)) {
      std::vector<Node*> folders;
      for (auto& child : at->children) {
        if (!child.second.leaf) folders.push_back(&child.second);
      }
      if (folders.empty()) break;
      at = folders[static_cast<std::size_t>(pick(random_, static_cast<int>(folders.size())))];
    }
    const int what = pick(random_, 100);
    if (what < 50 || at->children.empty()) {
      at->children[random_name()] = chance(random_, 25) ? random_folder(1) : random_leaf();
    } else if (what < 75) {
      at->children.erase(random_child(at));
    } else {
      const auto from = random_child(at);
      const Node moved = from->second;
      if (what < 90) at->children.erase(from);
      (chance(random_, 50) ? at : root)->children[random_name()] = moved;
    }
  }
  std::map<std::string, Node>::iterator random_child(Node* node) {
    return std::next(node->children.begin(),
                     pick(random_, static_cast<int>(node->children.size())));
  }

  Node merge(const Node& a, const Node& b) {
    if (a.leaf || b.leaf) return chance(random_, 50) ? a : b;
    Node out;
    std::set<std::string> names;
    for (const auto& child : a.children) names.insert(child.first);
    for (const auto& child : b.children) names.insert(child.first);
    for (const std::string& name : names) {
      const auto in_a = a.children.find(name);
      const auto in_b = b.children.find(name);
      if (in_a != a.children.end() && in_b != b.children.end()) {
        out.children[name] = merge(in_a->second, in_b->second);
      } else if (chance(random_, 75)) {
        out.children[name] = in_a != a.children.end() ? in_a->second : in_b->second;
      }
    }
    return out;
  }

  ObjectId add_folder(const Node& node) {
    std::vector<MadeTree::Entry> entries;
    std::vector<std::pair<std::string, std::uint32_t>> hits;
    for (const auto& [name, child] : node.children) {
      if (!child.leaf && child.children.empty()) continue;  // git has no empty folders
      if (child.leaf) {
        entries.push_back({child.leaf->first, name, child.leaf->second});
      } else {
        entries.push_back({"40000", name, add_folder(child)});
      }
      // Some names always are a secret, another one in some trees only.
      if (shape_.names && name == "key") hits.emplace_back(name, kNameSecret);
      if (shape_.names && name == "b" && entries.back().id.bytes[0] % 4 == 0) {
        hits.emplace_back(name, 1U);
      }
    }
    return out_.add_tree(std::move(entries), std::move(hits));
  }

  // Takes away a tree or a commit here and there, and makes a commit shallow.
  void lose_some() {
    if (chance(random_, 15)) {
      out_.trees.erase(
          std::next(out_.trees.begin(), pick(random_, static_cast<int>(out_.trees.size()))));
    }
    if (chance(random_, 15)) {
      out_.commits.erase(
          std::next(out_.commits.begin(), pick(random_, static_cast<int>(out_.commits.size()))));
    }
    if (chance(random_, 20)) {
      out_.input.shallow.push_back(
          states_[static_cast<std::size_t>(pick(random_, static_cast<int>(states_.size())))].first);
    }
  }

  void make_refs() {
    const std::vector<std::string> names = {
        "HEAD",         "ORIG_HEAD",           "refs/heads/main", "refs/heads/topic",
        "refs/pull/1",  "refs/remotes/o/main", "refs/stash",      "refs/tags/blob",
        "refs/tags/v1",
    };
    for (const std::string& name : names) {
      if (chance(random_, 40)) continue;
      Ref ref;
      ref.name = name;
      // The last commits mostly, so that many things are reachable.
      const auto count = static_cast<int>(states_.size());
      const int back =
          chance(random_, 60) ? pick(random_, std::min(count, 4)) : pick(random_, count);
      ref.commit = states_[static_cast<std::size_t>(count - 1 - back)].first;
      if (name == "refs/tags/blob") ref.commit = ObjectId();
      ref.target = ref.commit;
      out_.input.refs.push_back(ref);
    }
    out_.input.default_branch = chance(random_, 85) ? "refs/heads/main" : "";
    out_.input.bare = chance(random_, 30);
    out_.input.has_remotes = chance(random_, 50);
    if (chance(random_, 30)) out_.input.max_refs = static_cast<std::uint32_t>(pick(random_, 4));
  }

  std::mt19937* random_;
  HistoryShape shape_;
  MadeHistory out_;
  std::vector<ObjectId> blobs_;
  std::vector<std::pair<ObjectId, Node>> states_;
};

}  // namespace

ObjectId made_id(const std::string& what) {
  const Sha256 hash = sha256(what);
  return ObjectId::from_raw(hash.data(), 20);
}

ObjectId MadeHistory::add_tree(std::vector<MadeTree::Entry> entries,
                               std::vector<std::pair<std::string, std::uint32_t>> name_hits) {
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.name + (a.mode == "40000" ? "/" : "") < b.name + (b.mode == "40000" ? "/" : "");
  });
  MadeTree tree;
  for (const MadeTree::Entry& entry : entries) {
    tree.bytes += entry.mode + " " + entry.name + '\0';
    tree.bytes.append(reinterpret_cast<const char*>(entry.id.bytes.data()), entry.id.size);
  }
  const ObjectId id = made_id("tree " + tree.bytes);
  tree.entries = std::move(entries);
  tree.name_hits = std::move(name_hits);
  trees.insert_or_assign(id, std::move(tree));
  return id;
}

ObjectId MadeHistory::add_commit(const std::string& name, MadeCommit commit) {
  const ObjectId id = made_id(name);
  commits.insert_or_assign(id, std::move(commit));
  return id;
}

MadeHistory random_history(std::mt19937* random, const HistoryShape& shape) {
  return HistoryMaker(random, shape).make();
}

std::string to_text(const Provenance::Outcome& outcome) {
  std::ostringstream out;
  for (const Stay& stay : outcome.stays) {
    out << "secret " << stay.secret << " " << stay.path << " in " << stay.commit.hex().substr(0, 8)
        << (stay.name_hit ? " name of " : " blob ") << stay.object.hex().substr(0, 8)
        << (stay.at_tip ? " tip" : "")
        << (stay.published ? (*stay.published ? " published" : " private") : "") << " removed "
        << stay.removed_in.hex().substr(0, 8) << " refs " << stay.ref_count << ":";
    for (const std::uint32_t ref : stay.refs) out << " " << ref;
    out << "\n";
  }
  for (const auto& [secret, blob] : outcome.unplaced) {
    out << "unplaced " << secret << " " << blob.hex().substr(0, 8) << "\n";
  }
  out << "cut " << outcome.stays_cut << " complete " << outcome.removals_complete << "\n";
  return out.str();
}

std::string to_text(const std::vector<Provenance::Reach>& reach) {
  std::ostringstream out;
  for (const Provenance::Reach& one : reach) {
    out << one.ref_count << (one.published ? (*one.published ? " published" : " private") : "");
    for (const std::uint32_t ref : one.refs) out << " " << ref;
    out << "\n";
  }
  return out.str();
}

}  // namespace dragnet::test
