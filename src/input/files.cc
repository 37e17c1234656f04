#include "input/files.h"

#include <algorithm>

#include "io/descriptor.h"
#include "io/file_system.h"

namespace dragnet {

std::vector<std::string> list_files(const std::string& folder,
                                    std::vector<Unreadable>* unreadable) {
  const FileSystem& disk = real_file_system();
  std::vector<std::string> files;
  // Depth first with a stack of our own: a tree of any depth is no danger.
  std::vector<std::string> pending = {""};
  while (!pending.empty()) {
    const std::string below = std::move(pending.back());
    pending.pop_back();
    const auto names = disk.list(join_path(folder, below));
    if (!names) {
      unreadable->push_back({join_path(folder, below), names.error().text()});
      continue;
    }
    for (const std::string& name : names.value()) {
      if (name == ".git") continue;
      const std::string path = below.empty() ? name : below + "/" + name;
      const auto info = disk.info(join_path(folder, path));
      if (!info) {
        unreadable->push_back({join_path(folder, path), info.error().text()});
      } else if (info->kind == FileKind::kDirectory) {
        pending.push_back(path);
      } else if (info->kind == FileKind::kRegular || info->kind == FileKind::kSymlink) {
        files.push_back(path);
      }
      // Sockets, devices and pipes hold nothing that lies there.
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<ByteSource> open_entry(const std::string& path) {
  const FileSystem& disk = real_file_system();
  const auto info = disk.info(path);
  if (!info) return info.error();
  if (info->kind != FileKind::kSymlink) return disk.open(path);
  auto text = disk.read_link(path);
  if (!text) return std::move(text).error();
  return ByteSource(std::move(text).value());
}

Result<ByteString> read_regular_file(const std::string& path, std::uint64_t limit) {
  const FileSystem& disk = real_file_system();
  const auto info = disk.info(path);
  if (!info) return info.error();
  if (info->kind == FileKind::kNone) return ByteString();
  if (info->kind != FileKind::kRegular) return unreadable_error("it is no regular file");
  return disk.read(path, limit);
}

Result<ByteSource> open_file(const std::string& path) { return real_file_system().open(path); }

std::shared_ptr<char> scratch_memory(std::size_t size) {
  auto made = ScratchMapping::make(size);
  if (!made) return nullptr;
  const auto mapping = std::make_shared<ScratchMapping>(std::move(made).value());
  return {mapping, mapping->data()};
}

Result<ByteSource> open_stdin() { return open_copy(kStandardInput, "standard input"); }

}  // namespace dragnet
