// The commits of `--range` and `--since`.
//
// The walk is our own: libgit2's fails at a shallow boundary, and git's stops early by dates, which
// whoever writes a commit chooses. What is reachable from the left side is followed to the end
// instead. Where there is a commit-graph it tells the parents there; otherwise that costs the
// reading of those commits (1 s for the 80,000 of git's own).
#include "git/selection.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <queue>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "git/commit_graph.h"
#include "git/object_parse.h"
#include "git/repository_impl.h"
#include "git/revision.h"
#include "git/tree_compare.h"

namespace dragnet {
namespace {

// Tags of tags are followed this deep.
constexpr int kMaxTagDepth = 64;

struct Commit {
  ObjectId tree;
  std::vector<ObjectId> parents;  // none at a shallow boundary
  std::int64_t date = 0;
};
using Commits = std::unordered_map<ObjectId, Commit, ObjectIdHash>;
using IdSet = std::unordered_set<ObjectId, ObjectIdHash>;

// Reads commits as the repository's history has them.
class CommitReader {
 public:
  CommitReader(const Repository& repository, ObjectSession* session)
      : shallow_(repository.shallow()), session_(session) {}

  Result<Commit> read(const ObjectId& id) {
    const auto view = session_->read(id);
    if (!view.ok()) return view.error();
    if (view.value().type != ObjectType::kCommit) {
      return unreadable_error("a commit is expected, and this is a " +
                              std::string(to_string(view.value().type)));
    }
    auto fields = parse_commit(view.value().bytes);
    if (!fields.ok()) return std::move(fields).error();
    Commit commit;
    commit.tree = fields.value().tree;
    commit.date = fields.value().committer_date;
    if (!std::binary_search(shallow_.begin(), shallow_.end(), id)) {
      commit.parents = std::move(fields.value().parents);
    }
    return commit;
  }

 private:
  const std::vector<ObjectId>& shallow_;
  ObjectSession* session_;
};

// git's own rules: where parents are not what the commits say, the graph is not read.
bool may_use_graph(const Repository& repository) {
  if (!repository.shallow().empty()) return false;
  std::error_code error;
  if (std::filesystem::exists(repository.common_dir() + "/info/grafts", error) || error) {
    return false;
  }
  git_repository* const handle = repository.impl().handle.get();
  git_config* raw_config = nullptr;
  if (git_repository_config_snapshot(&raw_config, handle) < 0) return false;
  const ConfigHandle config(raw_config);
  int wanted = 1;
  if (git_config_get_bool(&wanted, config.get(), "core.commitgraph") == 0 && wanted == 0) {
    return false;
  }
  git_reference_iterator* replaced = nullptr;
  if (git_reference_iterator_glob_new(&replaced, handle, "refs/replace/*") < 0) return false;
  const char* name = nullptr;
  const bool none = git_reference_next_name(&name, replaced) == GIT_ITEROVER;
  git_reference_iterator_free(replaced);
  return none;
}

CommitGraphFile open_graph(const Repository& repository, std::size_t id_size) {
  if (!may_use_graph(repository)) return {};
  const auto store = repository.impl().objects();
  if (!store.ok()) return {};
  return CommitGraphFile::open(store.value()->folders(), id_size);
}

// The commits that were met.
class Met {
 public:
  explicit Met(const CommitGraphFile* graph) : graph_(graph), in_graph_(graph->size()) {}

  // False where it was met before.
  bool add(const ObjectId& id) {
    const std::uint32_t commit = graph_->find(id);
    return commit == CommitGraphFile::kNone ? ids_.insert(id).second : add(commit);
  }

  // Adds `start` and all that it reaches. What is missing there is not asked for.
  void add_history(CommitReader* reader, const ObjectId& start) {
    std::vector<ObjectId> pending{start};
    while (!pending.empty()) {
      const ObjectId id = pending.back();
      pending.pop_back();
      const std::uint32_t commit = graph_->find(id);
      if (commit != CommitGraphFile::kNone) {
        add_history(commit);
        continue;
      }
      if (!ids_.insert(id).second) continue;
      const auto read = reader->read(id);
      if (!read.ok()) continue;
      pending.insert(pending.end(), read.value().parents.begin(), read.value().parents.end());
    }
  }

 private:
  bool add(std::uint32_t commit) {
    if (in_graph_[commit]) return false;
    in_graph_[commit] = true;
    return true;
  }

  // Parents of what is in the graph are in it.
  void add_history(std::uint32_t start) {
    std::vector<std::uint32_t> pending;
    if (add(start)) pending.push_back(start);
    std::vector<std::uint32_t> parents;
    while (!pending.empty()) {
      parents.clear();
      graph_->add_parents(pending.back(), &parents);
      pending.pop_back();
      for (const std::uint32_t parent : parents) {
        if (add(parent)) pending.push_back(parent);
      }
    }
  }

  const CommitGraphFile* graph_;
  std::vector<bool> in_graph_;
  IdSet ids_;
};

// Calls visit(id, commit) for each commit that `start` reaches and that is not in `met`, to which
// they are added. These are scanned, so they are read whatever a graph says of them.
template <typename Visit>
void walk(CommitReader* reader, const ObjectId& start, Met* met,
          std::vector<Unreadable>* unreadable, Visit visit) {
  std::vector<ObjectId> pending;
  if (met->add(start)) pending.push_back(start);
  while (!pending.empty()) {
    const ObjectId id = pending.back();
    pending.pop_back();
    auto commit = reader->read(id);
    if (!commit.ok()) {
      unreadable->push_back({id.hex(), commit.error().message});
      continue;
    }
    for (const ObjectId& parent : commit.value().parents) {
      if (met->add(parent)) pending.push_back(parent);
    }
    visit(id, std::move(commit.value()));
  }
}

// Children before parents; among those that may come next the youngest, then the smallest id.
std::vector<ObjectId> order_commits(const Commits& commits) {
  std::unordered_map<ObjectId, std::size_t, ObjectIdHash> children;
  for (const auto& [id, commit] : commits) {
    for (const ObjectId& parent : commit.parents) {
      if (commits.contains(parent)) ++children[parent];
    }
  }
  using Next = std::pair<std::int64_t, ObjectId>;
  const auto later = [](const Next& a, const Next& b) {
    return a.first != b.first ? a.first < b.first : a.second > b.second;
  };
  std::priority_queue<Next, std::vector<Next>, decltype(later)> ready(later);
  for (const auto& [id, commit] : commits) {
    if (!children.contains(id)) ready.push({commit.date, id});
  }
  std::vector<ObjectId> order;
  order.reserve(commits.size());
  while (!ready.empty()) {
    const ObjectId id = ready.top().second;
    ready.pop();
    order.push_back(id);
    for (const ObjectId& parent : commits.at(id).parents) {
      const auto at = children.find(parent);
      if (at != children.end() && --at->second == 0) {
        ready.push({commits.at(parent).date, parent});
      }
    }
  }
  return order;
}

// Tags that refs name and that lead to something selected.
void add_tags(const Repository& repository, ObjectSession* session, TreeCompare* compare,
              Selection* selection) {
  std::vector<Unreadable> ignored;  // the refs stage lists them
  const auto refs = repository.refs(&ignored);
  if (!refs.ok()) {
    selection->unreadable.push_back({"refs", refs.error().message});
    return;
  }
  IdSet seen;
  for (const Ref& ref : refs.value()) {
    if (ref.target == ref.commit || !seen.insert(ref.target).second) continue;
    std::vector<ObjectId> chain;
    ObjectId id = ref.target;
    for (int depth = 0; depth < kMaxTagDepth; ++depth) {
      const auto view = session->read(id);
      if (!view.ok() || view.value().type != ObjectType::kTag) break;
      const auto tag = parse_tag(view.value().bytes);
      if (!tag.ok()) break;
      chain.push_back(id);
      id = tag.value().target;
    }
    if (!compare->has(id)) continue;
    for (const ObjectId& tag : chain) compare->add_object(tag, ObjectType::kTag);
  }
}

// Fills a selection that has its commits' data from `commits`.
void collect_objects(const Repository& repository, ObjectSession* session, CommitReader* reader,
                     const Commits& commits, Selection* selection) {
  selection->commits = order_commits(commits);
  TreeCompare compare(session, selection);
  std::unordered_map<ObjectId, ObjectId, ObjectIdHash> outside;  // tree of an unselected parent
  for (const ObjectId& id : selection->commits) {
    const Commit& commit = commits.at(id);
    std::vector<ObjectId> parent_trees;
    for (const ObjectId& parent : commit.parents) {
      const auto inside = commits.find(parent);
      if (inside != commits.end()) {
        parent_trees.push_back(inside->second.tree);
        continue;
      }
      const auto [at, fresh] = outside.try_emplace(parent);
      if (fresh) {
        const auto read = reader->read(parent);
        if (read.ok()) {
          at->second = read.value().tree;
        } else {
          selection->unreadable.push_back({parent.hex(), read.error().message});
        }
      }
      if (!at->second.empty()) parent_trees.push_back(at->second);
    }
    compare.add_object(id, ObjectType::kCommit);
    compare.add(commit.tree, std::move(parent_trees));
  }
  add_tags(repository, session, &compare, selection);
  compare.finish();
  // The walk and the comparison may have met the same missing commit.
  auto& unreadable = selection->unreadable;
  std::sort(unreadable.begin(), unreadable.end(),
            [](const Unreadable& a, const Unreadable& b) { return a.what < b.what; });
  unreadable.erase(
      std::unique(unreadable.begin(), unreadable.end(),
                  [](const Unreadable& a, const Unreadable& b) { return a.what == b.what; }),
      unreadable.end());
}

// The commit that a person's words mean.
Result<ObjectId> find_commit(const Repository& repository, const std::string& text) {
  Repository::Impl& impl = repository.impl();
  const auto store = impl.objects();
  if (!store.ok()) return store.error();
  if (repository.id_size() != kSha1Size) return find_revision(repository, text);
  const std::string quoted = "'" + one_line(text) + "'";
  git_object* raw = nullptr;
  if (git_revparse_single(&raw, impl.handle.get(), text.c_str()) < 0) {
    return libgit2_error(ErrorKind::kUsage, quoted + " of --range is no commit of this repository",
                         "name a branch, a tag or a commit id");
  }
  const ObjectHandle object(raw);
  git_object* peeled = nullptr;
  if (git_object_peel(&peeled, object.get(), GIT_OBJECT_COMMIT) < 0) {
    return usage_error(quoted + " of --range is a " +
                           git_object_type2string(git_object_type(object.get())) + ", no commit",
                       "name a branch, a tag or a commit id");
  }
  const ObjectHandle commit(peeled);
  return from_git_oid(*git_object_id(commit.get()));
}

struct Ends {
  ObjectId from;
  ObjectId to;
};

Result<Ends> find_ends(const Repository& repository, const std::string& range) {
  const std::size_t dots = range.find("..");
  if (range.empty() || range.find("...") != std::string::npos) {
    return usage_error("--range '" + one_line(range) + "' is no range", "write A..B");
  }
  std::string from = range.substr(0, dots);
  std::string to = dots == std::string::npos ? "" : range.substr(dots + 2);
  if (from.empty()) from = "HEAD";
  if (to.empty()) to = "HEAD";
  const auto from_id = find_commit(repository, from);
  if (!from_id.ok()) return from_id.error();
  const auto to_id = find_commit(repository, to);
  if (!to_id.ok()) return to_id.error();
  return Ends{from_id.value(), to_id.value()};
}

}  // namespace

Result<Selection> select_range(const Repository& repository, const std::string& range) {
  const auto ends = find_ends(repository, range);
  if (!ends.ok()) return ends.error();
  auto session = repository.open_session();
  if (!session.ok()) return std::move(session).error();
  CommitReader reader(repository, session.value().get());
  Selection selection;
  const CommitGraphFile graph = open_graph(repository, ends.value().from.size);
  Met met(&graph);
  met.add_history(&reader, ends.value().from);
  Commits commits;
  walk(&reader, ends.value().to, &met, &selection.unreadable,
       [&](const ObjectId& id, Commit commit) { commits.emplace(id, std::move(commit)); });
  collect_objects(repository, session.value().get(), &reader, commits, &selection);
  return selection;
}

Result<Selection> select_since(const Repository& repository, std::int64_t seconds) {
  auto listing = repository.list_objects();
  if (!listing.ok()) return std::move(listing).error();
  auto session = repository.open_session();
  if (!session.ok()) return std::move(session).error();
  CommitReader reader(repository, session.value().get());
  Selection selection;
  selection.unreadable = std::move(listing.value().unreadable);
  Commits commits;
  for (const ObjectHeader& object : listing.value().objects) {
    if (object.type != ObjectType::kCommit) continue;
    auto commit = reader.read(object.id);
    if (!commit.ok()) {
      selection.unreadable.push_back({object.id.hex(), commit.error().message});
    } else if (commit.value().date >= seconds) {
      commits.emplace(object.id, std::move(commit.value()));
    }
  }
  collect_objects(repository, session.value().get(), &reader, commits, &selection);
  return selection;
}

}  // namespace dragnet
