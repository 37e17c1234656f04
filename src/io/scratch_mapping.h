// Memory for what is too large to promise: a file without a name, mapped, so that the kernel may
// write it out. It counts neither as RssAnon nor, on a disk, as RssShmem.
#pragma once

#include <cstddef>
#include <utility>

#include "base/result.h"

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
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace dragnet
