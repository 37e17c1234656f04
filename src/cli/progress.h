// The progress bar: one line on a terminal's stderr, with rate and time left. Also samples memory,
// which nobody else has the time for.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "pipeline/audit.h"

namespace dragnet {

// Watches `progress` from a thread of its own until it is destroyed.
class ProgressWatch {
 public:
  // Draws only with `draw`; samples memory only with `sample`. Passes an interrupt on to the audit.
  ProgressWatch(AuditProgress* progress, bool draw, bool sample);
  ~ProgressWatch();

  // Ends the thread and wipes the line. Called by the destructor too.
  void finish();
  // Peak of resident anonymous and shared memory seen so far, bytes.
  std::uint64_t peak_memory() const { return peak_; }

 private:
  void run();
  void draw(double seconds);

  AuditProgress* progress_;
  bool draw_;
  bool sample_;
  bool drawn_ = false;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;  // under `mutex_`
  std::atomic<std::uint64_t> peak_ = 0;
  std::thread thread_;
};

}  // namespace dragnet
