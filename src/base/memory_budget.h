// Memory as a promise: one shared account of bytes that the stages draw from before they allocate.
//
// A stage that is about to hold a large buffer reserves its size and waits until others have given
// back enough. What waits holds nothing, so the wait always ends as long as no thread reserves
// twice; a reservation larger than the whole budget is refused and the object is reported as too
// large. Small fixed costs (the pattern database, tables that grow with the number of objects) are
// taken out once with `charge`.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace dragnet {

class MemoryBudget {
 public:
  // `bytes` is the whole account.
  explicit MemoryBudget(std::uint64_t bytes) : total_(bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Takes `bytes` for good. False, and nothing taken, where they are not there. Thread safe.
  [[nodiscard]] bool charge(std::uint64_t bytes);

  // Gives back some of what was charged. Thread safe.
  void refund(std::uint64_t bytes);

  // Waits until `bytes` are free and takes them. False at once where the account never had as much.
  // Thread safe; a thread may hold one reservation at a time.
  [[nodiscard]] bool reserve(std::uint64_t bytes);
  void release(std::uint64_t bytes);

  // What one reservation could get if all others were given back.
  std::uint64_t available() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::uint64_t total_;         // what `charge` has left
  std::uint64_t reserved_ = 0;  // out at the moment
};

// A reservation that gives itself back. Movable, not copyable.
class MemoryReservation {
 public:
  MemoryReservation() = default;
  MemoryReservation(MemoryBudget* budget, std::uint64_t bytes)
      : budget_(budget->reserve(bytes) ? budget : nullptr), bytes_(bytes) {}
  ~MemoryReservation() { reset(); }
  MemoryReservation(MemoryReservation&& other) noexcept
      : budget_(other.budget_), bytes_(other.bytes_) {
    other.budget_ = nullptr;
  }
  MemoryReservation& operator=(MemoryReservation&& other) noexcept {
    if (this != &other) {
      reset();
      budget_ = other.budget_;
      bytes_ = other.bytes_;
      other.budget_ = nullptr;
    }
    return *this;
  }

  // False where the budget could never hold it.
  bool granted() const { return budget_ != nullptr; }
  void reset() {
    if (budget_ != nullptr) budget_->release(bytes_);
    budget_ = nullptr;
  }

 private:
  MemoryBudget* budget_ = nullptr;
  std::uint64_t bytes_ = 0;
};

}  // namespace dragnet
