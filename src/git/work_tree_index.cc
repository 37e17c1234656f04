#include "git/work_tree_index.h"

#include <git2/sys/repository.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "git/index_file.h"
#include "git/repository_files.h"
#include "io/file_system.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxIndex = std::uintmax_t{4} << 30;
// What is larger is not hashed, and counts as changed.
constexpr std::uintmax_t kMaxHashed = 256 << 20;

using DiffHandle = Libgit2Handle<git_diff, git_diff_free>;

Error index_error() {
  return libgit2_error(ErrorKind::kUnreadable, "cannot read the index",
                       "`git reset` makes a new one");
}

Error compare_error() {
  return libgit2_error(ErrorKind::kUnreadable, "cannot compare the work tree with the index",
                       "check it with `git status`");
}

class Libgit2Index final : public WorkTreeIndex {
 public:
  explicit Libgit2Index(git_repository* repository) : repository_(repository) {}

  Status read() {
    git_index* raw = nullptr;
    if (git_repository_index(&raw, repository_) < 0) return index_error();
    const IndexHandle index(raw);
    // The handle may have an older state of the file.
    if (git_index_read(raw, 0) < 0) return index_error();
    const std::size_t count = git_index_entrycount(raw);
    entries_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const git_index_entry* entry = git_index_get_byindex(raw, i);
      if (entry == nullptr) continue;
      const bool unwatched = (entry->flags & GIT_INDEX_ENTRY_VALID) != 0 ||
                             (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
      entries_.push_back({entry->path, from_git_oid(entry->id), entry->mode,
                          static_cast<unsigned>(git_index_entry_stage(entry)), unwatched});
    }
    return ok_status();
  }

  Result<std::vector<std::string>> differing() override {
    git_status_options options;
    git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
    options.show = GIT_STATUS_SHOW_WORKDIR_ONLY;
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
                    GIT_STATUS_OPT_EXCLUDE_SUBMODULES | GIT_STATUS_OPT_INCLUDE_UNREADABLE |
                    GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH;
    git_status_list* raw = nullptr;
    if (git_status_list_new(&raw, repository_, &options) < 0) return compare_error();
    const StatusListHandle list(raw);
    std::vector<std::string> paths;
    const std::size_t count = git_status_list_entrycount(raw);
    for (std::size_t i = 0; i < count; ++i) {
      const git_status_entry* entry = git_status_byindex(raw, i);
      if (entry == nullptr || entry->index_to_workdir == nullptr) continue;
      const git_diff_delta& delta = *entry->index_to_workdir;
      const char* path = delta.new_file.path != nullptr ? delta.new_file.path : delta.old_file.path;
      if (path != nullptr) paths.emplace_back(path);
    }
    return paths;
  }

 private:
  git_repository* repository_;
};

class PlainIndex final : public WorkTreeIndex {
 public:
  explicit PlainIndex(Repository::Impl* repository) : repository_(repository) {}

  Status read();
  Result<std::vector<std::string>> differing() override;

 private:
  Result<IndexHandle> copy_for_libgit2() const;
  bool same_bytes(const std::string& path, const ObjectId& id);

  Repository::Impl* repository_;
  std::vector<IndexFileEntry> files_;  // as entries_
  // Seconds since 1970 when the index was. A file that was written in the same second or after it
  // may have changed without looking different.
  std::int64_t written_ = 0;
};

Status PlainIndex::read() {
  const std::string path = repository_->git_dir + "/index";
  std::error_code error;
  if (!fs::exists(path, error) && !error) return ok_status();
  std::string reason;
  const auto bytes = read_regular_file(path, kMaxIndex, &reason);
  if (!bytes) return unreadable_error("cannot read the index: " + reason);
  auto parsed = parse_index_file(*bytes, repository_->id_size);
  if (!parsed.ok()) return std::move(parsed).error();
  files_ = std::move(parsed).value();
  const auto info = real_file_system().target_info(path);
  written_ = info.ok() ? info.value().modified / 1000000000 : 0;
  entries_.reserve(files_.size());
  for (const IndexFileEntry& file : files_) {
    entries_.push_back({file.path, file.id, file.mode, file.stage(), file.unwatched()});
  }
  return ok_status();
}

// The index with the first 20 bytes of each id, which no file's SHA-1 is.
Result<IndexHandle> PlainIndex::copy_for_libgit2() const {
  git_index* raw = nullptr;
  if (git_index_new(&raw) < 0) return index_error();
  IndexHandle index(raw);
  for (const IndexFileEntry& file : files_) {
    if (file.stage() != 0) continue;  // listed as changed anyway
    git_index_entry entry{};
    entry.ctime = {static_cast<std::int32_t>(file.changed[0]), file.changed[1]};
    entry.mtime = {static_cast<std::int32_t>(file.modified[0]), file.modified[1]};
    entry.dev = file.device;
    entry.ino = file.inode;
    entry.mode = file.mode;
    entry.uid = file.user;
    entry.gid = file.group;
    entry.file_size = file.size;
    entry.id = to_git_oid(file.id);
    entry.path = file.path.c_str();
    if (git_index_add(raw, &entry) < 0) return index_error();
  }
  return index;
}

bool PlainIndex::same_bytes(const std::string& path, const ObjectId& id) {
  std::error_code error;
  const std::string file = repository_->work_tree + path;
  std::optional<std::string> bytes;
  if (fs::is_symlink(file, error)) {
    bytes = fs::read_symlink(file, error).string();
    if (error) return false;
  } else {
    std::string reason;
    bytes = read_regular_file(file, kMaxHashed, &reason);
  }
  return bytes && GitHasher(id.size).object(ObjectType::kBlob, *bytes) == id;
}

Result<std::vector<std::string>> PlainIndex::differing() {
  auto copy = copy_for_libgit2();
  if (!copy.ok()) return std::move(copy).error();
  git_diff_options options;
  git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
  options.flags = GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS |
                  GIT_DIFF_IGNORE_SUBMODULES | GIT_DIFF_INCLUDE_UNREADABLE |
                  GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_INCLUDE_TYPECHANGE;
  git_diff* raw = nullptr;
  git_repository* handle = repository_->handle.get();
  if (git_repository_set_index(handle, copy.value().get()) < 0) return compare_error();
  if (git_diff_index_to_workdir(&raw, handle, copy.value().get(), &options) < 0) {
    return compare_error();
  }
  const DiffHandle diff(raw);
  std::unordered_map<std::string_view, ObjectId> ids;
  for (const IndexFileEntry& file : files_) {
    if (file.stage() == 0) ids.emplace(file.path, file.id);
  }
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < git_diff_num_deltas(raw); ++i) {
    const git_diff_delta& delta = *git_diff_get_delta(raw, i);
    const char* path = delta.new_file.path != nullptr ? delta.new_file.path : delta.old_file.path;
    if (path == nullptr) continue;
    const auto known = ids.find(path);
    const bool same = delta.status == GIT_DELTA_MODIFIED && known != ids.end() &&
                      delta.old_file.mode == delta.new_file.mode && same_bytes(path, known->second);
    if (!same) paths.emplace_back(path);
  }
  for (const IndexFileEntry& file : files_) {
    const bool racy = file.stage() == 0 && file.modified[0] >= written_;
    if (racy && !same_bytes(file.path, file.id)) paths.push_back(file.path);
  }
  return paths;
}

template <typename Index>
Result<std::unique_ptr<WorkTreeIndex>> read_index(std::unique_ptr<Index> index) {
  Status status = index->read();
  if (!status.ok()) return std::move(status).error();
  return std::unique_ptr<WorkTreeIndex>(std::move(index));
}

}  // namespace

Result<std::unique_ptr<WorkTreeIndex>> WorkTreeIndex::open(Repository::Impl* repository) {
  if (repository->id_size == kSha1Size) {
    return read_index(std::make_unique<Libgit2Index>(repository->handle.get()));
  }
  return read_index(std::make_unique<PlainIndex>(repository));
}

}  // namespace dragnet
