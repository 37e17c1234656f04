// Memory that objects are unpacked to.
//
// Millions of buffers come and go: each worker keeps those that were given back, by size class,
// neither zeroed nor given to the system. What is above a size is a mapped temporary file instead
// (io/scratch_mapping.h), so that no object is too large for the memory promised.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "io/scratch_mapping.h"

namespace dragnet {

// What the buffers of all workers take together. Thread safe.
class BufferAccount {
 public:
  // `limit` in bytes is a wish: a pool over it keeps nothing that is given back, and who holds
  // buffers that can be made again should drop them.
  explicit BufferAccount(std::uint64_t limit) : limit_(limit) {}

  void add(std::uint64_t bytes) { used_.fetch_add(bytes, std::memory_order_relaxed); }
  void remove(std::uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  bool over() const { return used_.load(std::memory_order_relaxed) > limit_; }
  std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> used_ = 0;
  std::uint64_t limit_;
};

// Owns its bytes. Movable.
class ObjectBuffer {
 public:
  ObjectBuffer() = default;
  ~ObjectBuffer() { reset(); }
  ObjectBuffer(ObjectBuffer&& other) noexcept { swap(other); }
  ObjectBuffer& operator=(ObjectBuffer&& other) noexcept {
    swap(other);
    return *this;
  }

  char* data() { return heap_ ? heap_.get() : mapping_.data(); }
  ByteView bytes() const { return {heap_ ? heap_.get() : mapping_.data(), size_}; }
  std::size_t size() const { return size_; }

 private:
  friend class BufferPool;
  void reset();
  void swap(ObjectBuffer& other) noexcept;

  BufferAccount* account_ = nullptr;
  std::unique_ptr<char[]> heap_;
  ScratchMapping mapping_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;  // of heap_
};

// One worker's buffers. Not thread safe, but a buffer may go back to another pool than it came
// from.
class BufferPool {
 public:
  // What is larger than `large` bytes goes to a file. `account` must outlive the pool and its
  // buffers.
  BufferPool(BufferAccount* account, std::size_t large)
      : account_(account), large_(std::min(large, kLargest)) {}
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  // A buffer of `size` bytes, whatever they hold. Errors (kTooLarge) where a file cannot be made.
  Result<ObjectBuffer> take(std::size_t size);
  void give(ObjectBuffer buffer);
  // Gives what is kept back to the system.
  void clear();

 private:
  // Four classes to each power of two: at most a quarter is wasted.
  static constexpr std::size_t kClasses = 128;
  static constexpr std::size_t kLargest = std::size_t{1} << 32;

  BufferAccount* account_;
  std::size_t large_;
  std::array<std::vector<std::unique_ptr<char[]>>, kClasses> kept_;
};

}  // namespace dragnet
