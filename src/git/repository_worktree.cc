// The index and the work tree: what is staged, changed or not yet known to git.
//
// libgit2 compares files and reads ignore rules; it runs no filter program and no hook. Where its
// view hides a file that may differ (flags that tell git not to look), the file counts as changed.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "git/object_parse.h"
#include "git/repository_impl.h"
#include "git/work_tree_index.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxTreeDepth = 4096;

// A file or symbolic link; its text may be scanned.
bool is_file(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  return fs::is_regular_file(status) || fs::is_symlink(status);
}

// The files of a repository that lies in the work tree without being a submodule, without what git
// keeps in ".git".
void add_nested(const std::string& work_tree, const std::string& folder,
                std::set<std::string>* paths) {
  std::vector<std::string> pending = {folder};
  while (!pending.empty()) {
    const std::string below = std::move(pending.back());
    pending.pop_back();
    std::error_code error;
    for (fs::directory_iterator at(work_tree + below, error), end; !error && at != end;
         at.increment(error)) {
      const std::string name = at->path().filename().string();
      if (name == ".git") continue;
      std::error_code kind_error;
      if (at->is_directory(kind_error) && !at->is_symlink(kind_error)) {
        pending.push_back(below + name + "/");
      } else if (is_file(work_tree + below + name)) {
        paths->insert(below + name);
      }
    }
  }
}

// Looks paths up in a commit's tree. Only trees on the way to a path are read, and those of the
// last path are kept, so that sorted paths read each tree once and a tree made to unfold into
// millions of paths costs nothing.
class TreeLookup {
 public:
  TreeLookup(ObjectSession* session, const ObjectId& root) : session_(session) {
    levels_.push_back({"", read(root)});
  }

  // The object at a path, if it is no tree. What cannot be read has no paths, so that whatever is
  // compared with it counts as changed.
  std::optional<ObjectId> find(std::string_view path) {
    while (!path.starts_with(levels_.back().prefix)) levels_.pop_back();
    while (true) {
      const std::string_view rest = path.substr(levels_.back().prefix.size());
      const std::size_t slash = rest.find('/');
      const auto& entries = levels_.back().entries;
      const auto at = entries.find(std::string(rest.substr(0, slash)));
      if (at == entries.end()) return std::nullopt;
      const bool last = slash == std::string_view::npos;
      if (last != !at->second.is_tree) return std::nullopt;
      if (last) return at->second.id;
      if (levels_.size() >= kMaxTreeDepth) return std::nullopt;
      std::string prefix(path.substr(0, levels_.back().prefix.size() + slash + 1));
      levels_.push_back({std::move(prefix), read(at->second.id)});
    }
  }

 private:
  struct Entry {
    ObjectId id;
    bool is_tree;
  };
  using Entries = std::unordered_map<std::string, Entry>;
  struct Level {
    std::string prefix;  // with a trailing slash
    Entries entries;
  };

  Entries read(const ObjectId& tree) {
    Entries entries;
    const auto view = session_->read(tree);
    if (!view.ok() || view.value().type != ObjectType::kTree) return entries;
    TreeReader reader(view.value().bytes, tree.size);
    TreeEntry entry;
    while (reader.next(&entry)) {
      const ObjectId id = ObjectId::from_raw(entry.raw_id.data(), entry.raw_id.size());
      entries.insert_or_assign(std::string(entry.name), Entry{id, entry.is_tree()});
    }
    return entries;
  }

  ObjectSession* session_;
  std::vector<Level> levels_;  // the first is the root and stays
};

}  // namespace

Result<std::vector<IndexEntry>> Repository::index_entries() const {
  std::vector<IndexEntry> entries;
  if (bare()) return entries;
  const auto index = WorkTreeIndex::open(impl_.get());
  if (!index.ok()) return index.error();
  for (const WorkTreeIndex::Entry& entry : index.value()->entries()) {
    if (!entry.is_submodule()) entries.push_back({entry.path, entry.id});
  }
  return entries;
}

Result<std::vector<std::string>> Repository::changed_files(
    std::vector<std::string>* skipped) const {
  std::set<std::string> paths;
  if (bare()) return std::vector<std::string>();
  auto store = impl_->objects();
  if (!store.ok()) return std::move(store).error();
  const auto index = WorkTreeIndex::open(impl_.get());
  if (!index.ok()) return index.error();
  const auto differing = index.value()->differing();
  if (!differing.ok()) return differing.error();
  for (const std::string& name : differing.value()) {
    if (name.ends_with('/')) {
      add_nested(impl_->work_tree, name, &paths);
    } else if (is_file(impl_->work_tree + name)) {
      paths.insert(name);
    }
  }
  std::set<std::string> submodules;
  for (const WorkTreeIndex::Entry& entry : index.value()->entries()) {
    if (entry.is_submodule()) {
      submodules.insert(entry.path);
    } else if ((entry.unwatched || entry.stage > 0) && is_file(impl_->work_tree + entry.path)) {
      paths.insert(entry.path);
    }
  }
  skipped->insert(skipped->end(), submodules.begin(), submodules.end());
  return std::vector<std::string>(paths.begin(), paths.end());
}

Result<std::vector<IndexEntry>> Repository::staged_entries() const {
  std::vector<IndexEntry> staged;
  if (bare()) return staged;
  auto session = open_session();
  if (!session.ok()) return std::move(session).error();
  const auto index = WorkTreeIndex::open(impl_.get());
  if (!index.ok()) return index.error();

  std::optional<TreeLookup> head_tree;  // nothing where HEAD is unborn
  const auto head = impl_->head();
  if (!head.ok()) return unreadable_error("cannot resolve HEAD: " + head.error().message);
  if (head.value()) {
    const auto view = session.value()->read(*head.value());
    const auto commit = view.ok() ? parse_commit(view.value().bytes) : view.error();
    if (!commit.ok()) {
      return unreadable_error("cannot read the commit of HEAD: " + commit.error().message);
    }
    head_tree.emplace(session.value().get(), commit.value().tree);
  }
  for (const WorkTreeIndex::Entry& entry : index.value()->entries()) {
    if (entry.is_submodule()) continue;
    const auto in_head = head_tree ? head_tree->find(entry.path) : std::nullopt;
    if (in_head != entry.id) staged.push_back({entry.path, entry.id});
  }
  return staged;
}

}  // namespace dragnet
