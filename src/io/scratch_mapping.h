// Memory for what is too large to promise: a file without a name, mapped, so that the kernel may
// write it out. It counts neither as RssAnon nor, on a disk, as RssShmem.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"
#include "io/descriptor.h"

namespace dragnet {

// Owns its bytes. Movable. One thread at a time may write.
class ScratchMapping {
 public:
  ScratchMapping() = default;
  // The disk's blocks are taken at once, so that writing cannot fail later. The file lies in
  // $TMPDIR, or else in /var/tmp or /tmp: /var/tmp first, because /tmp is often memory. Errors
  // (kTooLarge) where less than twice the size is free.
  static Result<ScratchMapping> make(std::size_t size);
  ~ScratchMapping();
  ScratchMapping(ScratchMapping&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}
  ScratchMapping& operator=(ScratchMapping&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  char* data() { return data_; }
  const char* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  friend class ScratchWriter;

  char* data_ = nullptr;
  std::size_t size_ = 0;
};

// Fills a mapping whose size is not known before. One thread.
class ScratchWriter {
 public:
  // In the first of the folders where `expected` bytes fit as `ScratchMapping::make` has it.
  static Result<ScratchWriter> open(std::size_t expected);

  // kTooLarge where less would be left free than the file holds.
  Status append(ByteView bytes);
  std::size_t size() const { return size_; }

  // What was appended. The writer is done with.
  Result<ScratchMapping> map();

 private:
  ScratchWriter(Descriptor file, std::string folder)
      : file_(std::move(file)), folder_(std::move(folder)) {}

  Descriptor file_;
  std::string folder_;
  std::size_t size_ = 0;
};

}  // namespace dragnet
