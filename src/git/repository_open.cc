// Finding and opening a repository, and what its configuration says of it.
//
// The environment (GIT_DIR and its kin) is not read: a hook runs with it set, and what is scanned
// must be what was named.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/ascii.h"
#include "git/repository_files.h"
#include "git/repository_impl.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxSmallFile = 64 << 20;

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::string quoted(const std::string& path) { return "'" + one_line(path) + "'"; }

// What is wrong with a path before git comes into it.
Status check_path(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    return usage_error(quoted(path) + " does not exist", "check the path");
  }
  if (error) {
    return usage_error(quoted(path) + " cannot be reached: " + error.message(),
                       "check the permissions of the path and of the folders above it");
  }
  if (!fs::is_directory(status)) {
    return usage_error(quoted(path) + " is no folder, so it is no repository",
                       "name the folder that holds the repository");
  }
  const fs::directory_iterator probe(path, error);
  if (error) {
    return usage_error(quoted(path) + " cannot be read: " + error.message(),
                       "run as a user who may read it");
  }
  return ok_status();
}

// Opening a pipe or device that was put in a file's place would wait for ever.
Status check_special_files(const std::string& git_dir) {
  for (const char* name : {"HEAD", "config", "config.worktree", "commondir", "gitdir",
                           "packed-refs", "shallow", "index"}) {
    std::error_code error;
    const fs::file_status status = fs::status(git_dir + "/" + name, error);
    if (fs::exists(status) && !fs::is_regular_file(status)) {
      return usage_error(quoted(git_dir + "/" + name) + " is no regular file",
                         "this is no repository that git made");
    }
  }
  return ok_status();
}

// The git directory that `path` itself stands for: PATH/.git, what a .git file names, or PATH.
std::string git_dir_at(const std::string& path) {
  std::error_code error;
  const std::string inner = path + "/.git";
  if (fs::is_directory(inner, error)) return inner;
  std::string reason;
  const auto link = read_regular_file(inner, 1 << 16, &reason);
  if (!link || !link->starts_with("gitdir:")) return path;
  std::string target = link->substr(7);
  target.erase(0, target.find_first_not_of(" \t"));
  target.erase(target.find_last_not_of("\r\n") + 1);
  const fs::path named(target);
  return (named.is_absolute() ? named : fs::path(path) / named).string();
}

struct Settings {
  std::string object_format;
  std::string ref_storage;
  bool worktree_config = false;
  bool partial = false;
};

// A string of the configuration; empty where it is not set.
std::string setting(git_config* config, const char* name) {
  git_config_entry* entry = nullptr;
  if (git_config_get_entry(&entry, config, name) < 0) return {};
  std::string value = entry->value != nullptr ? entry->value : "";
  git_config_entry_free(entry);
  return value;
}

bool flag(git_config* config, const char* name) {
  int value = 0;
  return git_config_get_bool(&value, config, name) == 0 && value != 0;
}

Settings read_settings(git_config* config) {
  Settings settings;
  settings.object_format = setting(config, "extensions.objectformat");
  settings.ref_storage = setting(config, "extensions.refstorage");
  settings.worktree_config = flag(config, "extensions.worktreeconfig");
  settings.partial = !setting(config, "extensions.partialclone").empty();
  // git config counts any remote that promises objects.
  git_config_foreach_match(
      config, "^remote\\..*\\.(promisor|partialclonefilter)$",
      [](const git_config_entry* entry, void* found) {
        int on = 0;
        const bool is_filter = std::string_view(entry->name).ends_with("filter");
        if (is_filter || (git_config_parse_bool(&on, entry->value) == 0 && on != 0)) {
          *static_cast<bool*>(found) = true;
        }
        return 0;
      },
      &settings.partial);
  return settings;
}

Status check_formats(const std::string& path, const Settings& settings) {
  const std::string format = lowered(settings.object_format);
  if (!format.empty() && format != "sha1" && format != "sha256") {
    return usage_error(quoted(path) + " stores objects by " + one_line(settings.object_format) +
                           " ids, and only sha1 and sha256 are supported",
                       "scan a checkout of it with --files-only");
  }
  const std::string refs = lowered(settings.ref_storage);
  if (!refs.empty() && refs != "files") {
    return usage_error(quoted(path) + " stores refs in the format '" +
                           one_line(settings.ref_storage) + "', and only 'files' is supported",
                       "convert a copy with `git refs migrate --ref-format=files`");
  }
  return ok_status();
}

// Settings straight from a repository's configuration file, for when libgit2 refuses to open it.
Status check_formats_of_file(const std::string& path, const std::string& git_dir) {
  git_config* raw = nullptr;
  if (git_config_open_ondisk(&raw, (git_dir + "/config").c_str()) < 0) return ok_status();
  const ConfigHandle config(raw);
  return check_formats(path, read_settings(config.get()));
}

Error open_error(const std::string& path, int code, const std::string& message) {
  if (code == GIT_ENOTFOUND) {
    return usage_error(quoted(path) + " is not a git repository",
                       "name a repository, or scan the files with --files-only");
  }
  return usage_error("cannot open the repository " + quoted(path) + ": " + message,
                     "check it with `git -C PATH status`");
}

// libgit2 1.5 does not read config.worktree, which may say that this worktree is (not) bare.
bool read_bare(git_repository* repository, git_config* settings_of, const std::string& git_dir,
               const Settings& settings) {
  bool bare = git_repository_is_bare(repository) != 0;
  int configured = 0;
  // Where nothing is configured git goes by the folder's name, libgit2 takes the folder above for a
  // work tree.
  if (git_config_get_bool(&configured, settings_of, "core.bare") == GIT_ENOTFOUND &&
      git_repository_is_worktree(repository) == 0 && fs::path(git_dir).filename() != ".git") {
    bare = true;
  }
  if (!settings.worktree_config) return bare;
  git_config* raw = nullptr;
  if (git_config_open_ondisk(&raw, (git_dir + "/config.worktree").c_str()) < 0) return bare;
  const ConfigHandle config(raw);
  int value = 0;
  return git_config_get_bool(&value, config.get(), "core.bare") == 0 ? value != 0 : bare;
}

std::vector<ObjectId> read_shallow(const std::string& common_dir) {
  std::vector<ObjectId> ids;
  std::string reason;
  const auto text = read_regular_file(common_dir + "/shallow", kMaxSmallFile, &reason);
  if (!text) return ids;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    if (const auto id = ObjectId::from_hex(std::string_view(*text).substr(at, end - at))) {
      ids.push_back(*id);
    }
    at = end + 1;
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

Repository::Repository() : impl_(std::make_unique<Impl>()) {}
Repository::~Repository() = default;

Result<std::unique_ptr<Repository>> Repository::open(const std::string& path, bool discover) {
  Status status = start_libgit2();
  if (status.ok()) status = check_path(path);
  const std::string top = git_dir_at(without_slash(path));
  if (status.ok()) status = check_special_files(top);
  if (!status.ok()) return std::move(status).error();

  git_repository* raw = nullptr;
  const int code = git_repository_open_ext(&raw, path.c_str(),
                                           discover ? 0 : GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
  if (code < 0) {
    const std::string message = libgit2_message();
    status = check_formats_of_file(path, top);
    return status.ok() ? open_error(path, code, message) : std::move(status).error();
  }
  std::unique_ptr<Repository> repository(new Repository());
  Impl& impl = *repository->impl_;
  impl.handle.reset(raw);
  impl.git_dir = without_slash(git_repository_path(raw));
  impl.common_dir = without_slash(git_repository_commondir(raw));
  for (const std::string& folder : {impl.git_dir, impl.common_dir}) {
    status = check_special_files(folder);
    if (!status.ok()) return std::move(status).error();
  }
  git_config* config_raw = nullptr;
  if (git_repository_config_snapshot(&config_raw, raw) < 0) {
    return libgit2_error(ErrorKind::kUsage, "cannot read the configuration of " + quoted(path),
                         "check it with `git -C PATH config --list`");
  }
  const ConfigHandle config(config_raw);
  const Settings settings = read_settings(config.get());
  status = check_formats(path, settings);
  if (!status.ok()) return std::move(status).error();

  impl.id_size = lowered(settings.object_format) == "sha256" ? kSha256Size : kSha1Size;
  impl.partial = settings.partial;
  impl.bare = read_bare(raw, config.get(), impl.git_dir, settings);
  const char* work_tree = impl.bare ? nullptr : git_repository_workdir(raw);
  if (work_tree != nullptr) impl.work_tree = without_slash(work_tree) + "/";
  impl.bare = impl.work_tree.empty();
  impl.shallow = read_shallow(impl.common_dir);
  return repository;
}

Result<std::shared_ptr<ObjectStore>> Repository::Impl::objects() {
  const std::lock_guard lock(store_mutex_);
  if (!store_) {
    auto store = ObjectStore::open(common_dir + "/objects", id_size);
    Status status = use_object_store(handle.get(), store);
    if (!status.ok()) return std::move(status).error();
    store_ = std::move(store);
  }
  return store_;
}

std::vector<std::string> Repository::Impl::worktree_dirs() const {
  std::vector<std::string> dirs;
  std::error_code error;
  for (fs::directory_iterator at(common_dir + "/worktrees", error), end; !error && at != end;
       at.increment(error)) {
    std::error_code kind_error;
    if (at->is_directory(kind_error)) dirs.push_back(at->path().string());
  }
  std::sort(dirs.begin(), dirs.end());
  dirs.insert(dirs.begin(), common_dir);
  return dirs;
}

const std::string& Repository::git_dir() const { return impl_->git_dir; }
const std::string& Repository::common_dir() const { return impl_->common_dir; }
const std::string& Repository::work_tree() const { return impl_->work_tree; }
bool Repository::bare() const { return impl_->bare; }
std::size_t Repository::id_size() const { return impl_->id_size; }
bool Repository::partial() const { return impl_->partial; }
const std::vector<ObjectId>& Repository::shallow() const { return impl_->shallow; }

Result<Repository::StoredObjects> Repository::stored_objects(unsigned threads) const {
  auto store = impl_->objects();
  if (!store.ok()) return std::move(store).error();
  StoredObjects stored;
  for (const auto& pack : store.value()->packs()) stored.packs.push_back(&pack->file);
  stored.loose = store.value()->list_loose(threads);
  return stored;
}

Result<ObjectListing> Repository::list_objects(unsigned threads) const {
  auto store = impl_->objects();
  if (!store.ok()) return std::move(store).error();
  return store.value()->list(threads);
}

Result<std::unique_ptr<ObjectSession>> Repository::open_session(bool verify) const {
  if (impl_->id_size != kSha1Size) return open_pack_session({.verify = verify});
  auto store = impl_->objects();
  if (!store.ok()) return std::move(store).error();
  return store.value()->open_session(verify);
}

Result<std::unique_ptr<ObjectSession>> Repository::open_pack_session(
    const PackSessionOptions& options) const {
  auto store = impl_->objects();
  if (!store.ok()) return std::move(store).error();
  return store.value()->open_pack_session(options);
}

}  // namespace dragnet
