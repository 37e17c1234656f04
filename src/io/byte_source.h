// Something whose bytes are wanted as one view, however many they are: a file, a pipe, the text of
// a symlink.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"
#include "io/descriptor.h"
#include "io/scratch_mapping.h"

namespace dragnet {

// Owns bytes, in memory or in a temporary file. Movable.
class FileBytes {
 public:
  FileBytes() = default;
  explicit FileBytes(ByteString bytes) : memory_(std::move(bytes)) {}
  explicit FileBytes(ScratchMapping mapping) : mapping_(std::move(mapping)) {}

  // Until the object is moved or gone.
  ByteView bytes() const {
    return mapping_.data() != nullptr ? ByteView(mapping_.data(), mapping_.size()) : memory_;
  }
  bool in_memory() const { return mapping_.data() == nullptr; }

 private:
  ByteString memory_;
  ScratchMapping mapping_;
};

// To be read once, by one thread.
class ByteSource {
 public:
  // `what` names it in errors.
  ByteSource(Descriptor file, const std::string& what);
  explicit ByteSource(ByteString bytes) : known_(std::move(bytes)) {}

  // Bytes, where that is known before reading. It may come otherwise.
  std::optional<std::uint64_t> size() const;

  // All of it, as it is while it is read: a private copy, because a mapped file that somebody cuts
  // off ends the process. What is more than `in_memory` bytes goes to a temporary file
  // (io/scratch_mapping.h). Errors: kTooLarge where that has no room, and for a device with more
  // than `in_memory` bytes, which may have no end; kUnreadable.
  Result<FileBytes> read(std::uint64_t in_memory);

 private:
  ByteString known_;
  std::optional<Descriptor> file_;
  std::optional<DescriptorReader> reader_;
};

// What is open already; the descriptor stays open.
Result<ByteSource> open_copy(int descriptor, const std::string& what);

}  // namespace dragnet
