#include "input/target.h"

#include <filesystem>
#include <utility>

#include "io/file_system.h"

namespace dragnet {

namespace {

namespace fs = std::filesystem;

// Whether git would take `folder` for a git directory (setup.c: HEAD, objects and refs; a linked
// worktree's has a commondir instead of the latter two).
bool is_git_directory(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder / "HEAD", error))) return false;
  return (fs::exists(folder / "objects", error) && fs::exists(folder / "refs", error)) ||
         fs::exists(folder / "commondir", error);
}

// The folder to open as a repository for something in `folder`; empty where there is none above it.
std::string repository_above(const std::string& folder) {
  std::error_code error;
  fs::path at = fs::canonical(folder, error);
  if (error) return "";
  for (;; at = at.parent_path()) {
    const fs::path dot_git = at / ".git";
    if (fs::is_regular_file(dot_git, error) || is_git_directory(dot_git)) return at.string();
    if (is_git_directory(at)) return at.string();
    if (at == at.root_path()) return "";
  }
}

}  // namespace

Result<Target> open_target(const std::string& name, bool files_only) {
  Target target;
  target.name = name;
  if (name == "-") {
    target.kind = TargetKind::kStdin;
    return target;
  }
  target.path = name;
  const auto info = real_file_system().target_info(name);
  if (!info) return usage_error(info.error().message, "check the permissions");
  switch (info->kind) {
    case FileKind::kNone:
      return usage_error("'" + name + "' does not exist", "check the path");
    case FileKind::kDirectory:
      break;
    case FileKind::kRegular:
    case FileKind::kOther:
    case FileKind::kSymlink:
      target.kind = TargetKind::kFile;
      return target;
  }
  target.kind = TargetKind::kDirectory;
  if (files_only) return target;
  const std::string found = repository_above(name);
  if (found.empty()) return target;
  auto repository = Repository::open(found, /*discover=*/false);
  if (!repository) return std::move(repository).error();
  target.kind = TargetKind::kRepository;
  target.repository = std::move(repository).value();
  return target;
}

bool same_target(const Target& a, const Target& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == TargetKind::kRepository) {
    return a.repository->git_dir() == b.repository->git_dir();
  }
  if (a.path == b.path) return true;
  std::error_code error;
  const fs::path left = fs::canonical(a.path, error);
  if (error) return false;
  const fs::path right = fs::canonical(b.path, error);
  return !error && left == right;
}

}  // namespace dragnet
