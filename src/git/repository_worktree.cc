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

namespace dragnet {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kTypeBits = 0170000;
constexpr std::uint32_t kSubmoduleMode = 0160000;
constexpr std::size_t kMaxTreeDepth = 4096;

Result<IndexHandle> open_index(git_repository* repository) {
  git_index* raw = nullptr;
  if (git_repository_index(&raw, repository) < 0) {
    return libgit2_error(ErrorKind::kUnreadable, "cannot read the index",
                         "`git reset` makes a new one");
  }
  IndexHandle index(raw);
  // The handle may have an older state of the file.
  if (git_index_read(index.get(), 0) < 0) {
    return libgit2_error(ErrorKind::kUnreadable, "cannot read the index",
                         "`git reset` makes a new one");
  }
  return index;
}

template <typename Visit>
void for_each_blob(git_index* index, Visit visit) {
  const std::size_t count = git_index_entrycount(index);
  for (std::size_t i = 0; i < count; ++i) {
    const git_index_entry* entry = git_index_get_byindex(index, i);
    if (entry != nullptr && (entry->mode & kTypeBits) != kSubmoduleMode) visit(*entry);
  }
}

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
  auto index = open_index(impl_->handle.get());
  if (!index.ok()) return std::move(index).error();
  for_each_blob(index.value().get(), [&](const git_index_entry& entry) {
    entries.push_back({entry.path, from_git_oid(entry.id)});
  });
  return entries;
}

Result<std::vector<std::string>> Repository::changed_files(
    std::vector<std::string>* skipped) const {
  std::set<std::string> paths;
  if (bare()) return std::vector<std::string>();
  auto store = impl_->objects();
  if (!store.ok()) return std::move(store).error();
  auto index = open_index(impl_->handle.get());
  if (!index.ok()) return std::move(index).error();

  git_status_options options;
  git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
  options.show = GIT_STATUS_SHOW_WORKDIR_ONLY;
  options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
                  GIT_STATUS_OPT_EXCLUDE_SUBMODULES | GIT_STATUS_OPT_INCLUDE_UNREADABLE |
                  GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH;
  git_status_list* raw = nullptr;
  if (git_status_list_new(&raw, impl_->handle.get(), &options) < 0) {
    return libgit2_error(ErrorKind::kUnreadable, "cannot compare the work tree with the index",
                         "check it with `git status`");
  }
  const StatusListHandle list(raw);
  const std::size_t count = git_status_list_entrycount(list.get());
  for (std::size_t i = 0; i < count; ++i) {
    const git_status_entry* entry = git_status_byindex(list.get(), i);
    if (entry == nullptr || entry->index_to_workdir == nullptr) continue;
    const git_diff_delta& delta = *entry->index_to_workdir;
    const char* path = delta.new_file.path != nullptr ? delta.new_file.path : delta.old_file.path;
    if (path == nullptr) continue;
    const std::string name(path);
    if (name.ends_with('/')) {
      add_nested(impl_->work_tree, name, &paths);
    } else if (is_file(impl_->work_tree + name)) {
      paths.insert(name);
    }
  }

  std::set<std::string> submodules;
  const std::size_t entries = git_index_entrycount(index.value().get());
  for (std::size_t i = 0; i < entries; ++i) {
    const git_index_entry* entry = git_index_get_byindex(index.value().get(), i);
    if (entry == nullptr) continue;
    const bool unwatched = (entry->flags & GIT_INDEX_ENTRY_VALID) != 0 ||
                           (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
    const bool conflict = git_index_entry_stage(entry) > 0;
    if ((entry->mode & kTypeBits) == kSubmoduleMode) {
      submodules.insert(entry->path);
    } else if ((unwatched || conflict) && is_file(impl_->work_tree + entry->path)) {
      paths.insert(entry->path);
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
  auto index = open_index(impl_->handle.get());
  if (!index.ok()) return std::move(index).error();

  std::optional<TreeLookup> head_tree;  // nothing where HEAD is unborn
  git_oid head{};
  const int error = git_reference_name_to_id(&head, impl_->handle.get(), "HEAD");
  if (error == 0) {
    const auto view = session.value()->read(from_git_oid(head));
    const auto commit = view.ok() ? parse_commit(view.value().bytes) : view.error();
    if (!commit.ok()) {
      return unreadable_error("cannot read the commit of HEAD: " + commit.error().message);
    }
    head_tree.emplace(session.value().get(), commit.value().tree);
  } else if (error != GIT_ENOTFOUND) {
    return libgit2_error(ErrorKind::kUnreadable, "cannot resolve HEAD");
  }
  for_each_blob(index.value().get(), [&](const git_index_entry& entry) {
    const auto in_head = head_tree ? head_tree->find(entry.path) : std::nullopt;
    const ObjectId id = from_git_oid(entry.id);
    if (in_head != id) staged.push_back({entry.path, id});
  });
  return staged;
}

}  // namespace dragnet
