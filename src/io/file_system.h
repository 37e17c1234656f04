// The disk behind a seam: what the rest reads and writes of files, as an interface with one real
// implementation, so that tests can make a disk fail at the place they choose.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "io/byte_source.h"

namespace dragnet {

enum class FileKind : std::uint8_t { kNone, kRegular, kDirectory, kSymlink, kOther };

struct FileInfo {
  FileKind kind = FileKind::kNone;  // kNone: nothing there; symlinks are not followed
  std::uint64_t size = 0;
  std::uint32_t owner = 0;    // user id
  std::uint32_t mode = 0;     // permission bits
  std::int64_t modified = 0;  // nanoseconds since 1970
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // What is at `path` itself; an error where that cannot be told (no permission on a folder).
  virtual Result<FileInfo> info(const std::string& path) const = 0;
  // The same after following symlinks.
  virtual Result<FileInfo> target_info(const std::string& path) const = 0;

  // The whole file. kTooLarge where it holds more than `limit` bytes; also reads what has no size
  // (pipes), up to `limit`.
  virtual Result<ByteString> read(const std::string& path, std::uint64_t limit) const = 0;

  // The same file, to be read whole however large it is.
  virtual Result<ByteSource> open(const std::string& path) const = 0;

  // The path that a symlink holds.
  virtual Result<ByteString> read_link(const std::string& path) const = 0;

  // Replaces the file at once: a reader sees the old or the new bytes, whole. Missing folders are
  // made with mode 0700, the file gets `mode`.
  virtual Status write_atomic(const std::string& path, ByteView bytes,
                              std::uint32_t mode) const = 0;

  // Removes a file; no error where there is none.
  virtual Status remove(const std::string& path) const = 0;

  // Names in a folder, without "." and "..", sorted by bytes.
  virtual Result<std::vector<std::string>> list(const std::string& path) const = 0;
};

// The machine's own file system. Thread safe.
const FileSystem& real_file_system();

// "a/b" from "a" or "a/" and "b".
std::string join_path(const std::string& folder, const std::string& name);

}  // namespace dragnet
