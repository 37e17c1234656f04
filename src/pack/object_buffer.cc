#include "pack/object_buffer.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace dragnet {

namespace {

constexpr std::size_t kSmallest = 64;

struct SizeClass {
  std::size_t number;
  std::size_t capacity;
};

// The smallest class that holds `size` bytes.
SizeClass class_of(std::size_t size) {
  size = std::max(size, kSmallest);
  const auto top = static_cast<std::size_t>(std::bit_width(size - 1)) - 1;  // 2^top < size
  const std::size_t quarter = std::size_t{1} << (top - 2);
  const std::size_t quarters = (size + quarter - 1) / quarter;  // 5 to 8 of them
  return {4 * (top - 5) + quarters - 5, quarters * quarter};
}

}  // namespace

void ObjectBuffer::reset() {
  if (heap_) account_->remove(capacity_);
  heap_.reset();
}

void ObjectBuffer::swap(ObjectBuffer& other) noexcept {
  std::swap(account_, other.account_);
  std::swap(heap_, other.heap_);
  std::swap(mapping_, other.mapping_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
}

BufferPool::~BufferPool() { clear(); }

Result<ObjectBuffer> BufferPool::take(std::size_t size) {
  ObjectBuffer buffer;
  buffer.size_ = size;
  if (size > large_) {
    auto mapping = ScratchMapping::make(size);
    if (!mapping) return std::move(mapping).error();
    buffer.mapping_ = std::move(mapping).value();
    return buffer;
  }
  const SizeClass fitting = class_of(size);
  auto& kept = kept_[fitting.number];
  buffer.account_ = account_;
  buffer.capacity_ = fitting.capacity;
  if (!kept.empty()) {
    buffer.heap_ = std::move(kept.back());
    kept.pop_back();
    return buffer;
  }
  if (account_->over()) clear();
  buffer.heap_ = std::unique_ptr<char[]>(new char[fitting.capacity]);
  account_->add(fitting.capacity);
  return buffer;
}

void BufferPool::give(ObjectBuffer buffer) {
  if (!buffer.heap_ || account_->over()) return;
  kept_[class_of(buffer.capacity_).number].push_back(std::move(buffer.heap_));
}

void BufferPool::clear() {
  for (std::size_t number = 0; number < kClasses; ++number) {
    const std::size_t capacity = (number % 4 + 5) << (number / 4 + 3);
    account_->remove(capacity * kept_[number].size());
    kept_[number].clear();
  }
}

}  // namespace dragnet
