#include "io/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include "io/atomic_file.h"
#include "io/descriptor.h"

namespace dragnet {

namespace {

Error failure(const char* doing, const std::string& path, int code) {
  return unreadable_error(std::string(doing) + " '" + path + "': " + std::strerror(code));
}

FileInfo info_of(const struct stat& status) {
  FileInfo info;
  info.kind = S_ISREG(status.st_mode)   ? FileKind::kRegular
              : S_ISDIR(status.st_mode) ? FileKind::kDirectory
              : S_ISLNK(status.st_mode) ? FileKind::kSymlink
                                        : FileKind::kOther;
  info.size = static_cast<std::uint64_t>(status.st_size);
  info.owner = status.st_uid;
  info.mode = status.st_mode & 07777;
  info.modified = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  return info;
}

Result<FileInfo> info_from(int code, const struct stat& status, const std::string& path) {
  if (code == 0) return info_of(status);
  if (errno == ENOENT || errno == ENOTDIR) return FileInfo{};
  return failure("cannot look at", path, errno);
}

// Without waiting for a writer where it is a pipe, and never the terminal.
Descriptor open_to_read(const std::string& path) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

class RealFileSystem : public FileSystem {
 public:
  Result<FileInfo> info(const std::string& path) const override {
    struct stat status {};
    return info_from(::lstat(path.c_str(), &status), status, path);
  }

  Result<FileInfo> target_info(const std::string& path) const override {
    struct stat status {};
    return info_from(::stat(path.c_str(), &status), status, path);
  }

  Result<ByteString> read(const std::string& path, std::uint64_t limit) const override {
    const Descriptor file = open_to_read(path);
    if (!file.valid()) return failure("cannot open", path, errno);
    return read_descriptor(file.get(), "'" + path + "'", limit);
  }

  Result<ByteSource> open(const std::string& path) const override {
    Descriptor file = open_to_read(path);
    if (!file.valid()) return failure("cannot open", path, errno);
    return ByteSource(std::move(file), "'" + path + "'");
  }

  Result<ByteString> read_link(const std::string& path) const override {
    ByteString target(PATH_MAX, '\0');
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    if (size < 0) return failure("cannot read link", path, errno);
    target.resize(static_cast<std::size_t>(size));
    return target;
  }

  Status write_atomic(const std::string& path, ByteView bytes, std::uint32_t mode) const override {
    auto file = AtomicFile::create(path, mode);
    if (!file) return std::move(file).error();
    if (auto status = file->write(bytes); !status) return status;
    return file->commit();
  }

  Status remove(const std::string& path) const override {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return ok_status();
    return failure("cannot remove", path, errno);
  }

  Result<std::vector<std::string>> list(const std::string& path) const override {
    DIR* folder = ::opendir(path.c_str());
    if (folder == nullptr) return failure("cannot list", path, errno);
    std::vector<std::string> names;
    int code = 0;
    while (true) {
      errno = 0;
      const dirent* entry = ::readdir(folder);
      if (entry == nullptr) {
        code = errno;
        break;
      }
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    ::closedir(folder);
    if (code != 0) return failure("cannot list", path, code);
    std::sort(names.begin(), names.end());
    return names;
  }
};

}  // namespace

const FileSystem& real_file_system() {
  static const RealFileSystem instance;
  return instance;
}

std::string join_path(const std::string& folder, const std::string& name) {
  if (folder.empty() || folder.back() == '/') return folder + name;
  return folder + "/" + name;
}

}  // namespace dragnet
