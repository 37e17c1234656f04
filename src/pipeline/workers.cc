#include "pipeline/workers.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>

namespace dragnet {

struct Workers::Impl {
  explicit Impl(unsigned count)
      : control(tbb::global_control::max_allowed_parallelism, count),
        arena(static_cast<int>(count)) {}

  tbb::global_control control;
  tbb::task_arena arena;
};

Workers::Workers(unsigned count) : count_(std::max(count, 1U)) {
  if (count_ > 1) impl_ = std::make_unique<Impl>(count_);
}

Workers::~Workers() = default;

void Workers::run(std::size_t n, const std::function<void(unsigned, std::size_t)>& work) {
  if (count_ == 1 || n <= 1) {
    for (std::size_t i = 0; i < n; ++i) work(0, i);
    return;
  }
  // A serial stage that only counts, and a parallel one. As many tokens as workers: what is in
  // flight is what the memory budget was told.
  // oneTBB orders the caller's writes before the pieces and the pieces before the return, by
  // atomics that ThreadSanitizer cannot see in its package; these two say the same where it can.
  std::atomic<bool> begun = false;
  std::atomic<std::size_t> done = 0;
  begun.store(true, std::memory_order_release);
  impl_->arena.execute([&] {
    std::size_t next = 0;
    const auto hand_out = [&](tbb::flow_control& control) {
      if (next == n) control.stop();
      return next++;
    };
    const auto carry_out = [&](std::size_t i) {
      static_cast<void>(begun.load(std::memory_order_acquire));
      work(static_cast<unsigned>(tbb::this_task_arena::current_thread_index()), i);
      done.fetch_add(1, std::memory_order_release);
    };
    tbb::parallel_pipeline(
        count_, tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order, hand_out) &
                    tbb::make_filter<std::size_t, void>(tbb::filter_mode::parallel, carry_out));
  });
  static_cast<void>(done.load(std::memory_order_acquire));
}

}  // namespace dragnet
