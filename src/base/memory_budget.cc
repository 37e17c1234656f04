#include "base/memory_budget.h"

namespace dragnet {

bool MemoryBudget::charge(std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  if (bytes > total_ - reserved_) return false;
  total_ -= bytes;
  return true;
}

void MemoryBudget::refund(std::uint64_t bytes) {
  {
    const std::scoped_lock lock(mutex_);
    total_ += bytes;
  }
  freed_.notify_all();
}

bool MemoryBudget::reserve(std::uint64_t bytes) {
  std::unique_lock lock(mutex_);
  freed_.wait(lock, [&] { return bytes > total_ || bytes <= total_ - reserved_; });
  if (bytes > total_) return false;
  reserved_ += bytes;
  return true;
}

void MemoryBudget::release(std::uint64_t bytes) {
  {
    const std::scoped_lock lock(mutex_);
    reserved_ -= bytes;
  }
  freed_.notify_all();
}

std::uint64_t MemoryBudget::available() const {
  const std::scoped_lock lock(mutex_);
  return total_;
}

}  // namespace dragnet
