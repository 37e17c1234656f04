// The worker threads: how many, and how work is handed to them.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace dragnet {

// A fixed number of workers, the caller among them. With one, everything runs on the calling thread
// and oneTBB is not started.
class Workers {
 public:
  explicit Workers(unsigned count);
  ~Workers();

  unsigned count() const { return count_; }

  // Calls `work(worker, i)` for every i below `n`; pieces are handed out in order, one at a time,
  // so that early pieces finish early. `worker` is below `count()` and no two calls at once share
  // it. Returns when all are done.
  void run(std::size_t n, const std::function<void(unsigned worker, std::size_t i)>& work);

  // Calls `work(worker)` for as many workers as there are, all at about the same time, for work
  // that they share out among themselves. A worker may be called again after it has returned.
  void run_all(const std::function<void(unsigned worker)>& work) {
    run(count_, [&](unsigned worker, std::size_t) { work(worker); });
  }

 private:
  struct Impl;
  unsigned count_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dragnet
