// A file that appears whole or not at all.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "io/descriptor.h"

namespace dragnet {

// Writes beside `path` and takes its place on `commit`; what is not committed leaves nothing
// behind. Missing folders above it are made with mode 0700. Movable; one thread at a time.
class AtomicFile {
 public:
  static Result<AtomicFile> create(const std::string& path, std::uint32_t mode);
  // The same for a path that a person named. Links are followed. What is no file (a device, a pipe)
  // and what standard output is already are written to directly, and stay what they are.
  static Result<AtomicFile> create_named(const std::string& path, std::uint32_t mode);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;

  Status write(ByteView bytes);
  Status commit();

 private:
  AtomicFile(std::string path, std::string temporary, Descriptor file)
      : path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {}

  std::string path_;
  std::string temporary_;  // empty once committed or moved from, and where written directly
  Descriptor file_;
};

}  // namespace dragnet
