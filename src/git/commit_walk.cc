#include "git/commit_walk.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "git/commit_graph.h"
#include "git/object_parse.h"
#include "git/repository_impl.h"

namespace dragnet {
namespace {

using IdSet = std::unordered_set<ObjectId, ObjectIdHash>;

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

}  // namespace

Result<HistoryCommit> CommitReader::read(const ObjectId& id) {
  const auto view = session_->read(id);
  if (!view.ok()) return view.error();
  if (view.value().type != ObjectType::kCommit) {
    return unreadable_error("a commit is expected, and this is a " +
                            std::string(to_string(view.value().type)));
  }
  auto fields = parse_commit(view.value().bytes);
  if (!fields.ok()) return std::move(fields).error();
  HistoryCommit commit;
  commit.tree = fields.value().tree;
  commit.date = fields.value().committer_date;
  if (!std::binary_search(shallow_.begin(), shallow_.end(), id)) {
    commit.parents = std::move(fields.value().parents);
  }
  return commit;
}

HistoryCommits commits_between(const Repository& repository, CommitReader* reader,
                               const ObjectId& from, const ObjectId& to,
                               std::vector<Unreadable>* unreadable) {
  const CommitGraphFile graph = open_graph(repository, from.size);
  Met met(&graph);
  met.add_history(reader, from);
  HistoryCommits commits;
  std::vector<ObjectId> pending;
  if (met.add(to)) pending.push_back(to);
  while (!pending.empty()) {
    const ObjectId id = pending.back();
    pending.pop_back();
    auto commit = reader->read(id);
    if (!commit.ok()) {
      unreadable->push_back({id.hex(), commit.error().message});
      continue;
    }
    for (const ObjectId& parent : commit.value().parents) {
      if (met.add(parent)) pending.push_back(parent);
    }
    commits.emplace(id, std::move(commit.value()));
  }
  return commits;
}

}  // namespace dragnet
