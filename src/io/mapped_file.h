// A file's bytes as memory that the kernel may drop and read again.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace dragnet {

// Read-only; threads may share it. Copies share one mapping. A file that somebody cuts off while it
// is mapped ends the process (SIGBUS), so this is for files that their owner replaces but never
// rewrites, such as git's packs.
class MappedFile {
 public:
  // Nothing is mapped, `bytes` is empty.
  MappedFile() = default;

  // Errors (kUnreadable) where `path` is no regular file (a pipe is not opened) or cannot be read.
  static Result<MappedFile> open(const std::string& path);

  ByteView bytes() const { return bytes_; }

 private:
  ByteView bytes_;
  std::shared_ptr<const void> mapping_;
};

}  // namespace dragnet
