#include "cli/progress.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "io/descriptor.h"
#include "io/process.h"

namespace dragnet {

namespace {

constexpr auto kTick = std::chrono::milliseconds(10);
constexpr int kTicksPerDraw = 15;
constexpr int kBarWidth = 28;
// A run that ends sooner needs no bar.
constexpr double kQuietSeconds = 0.5;

const char* stage_name(AuditProgress::Stage stage) {
  switch (stage) {
    case AuditProgress::Stage::kListing:
      return "listing objects";
    case AuditProgress::Stage::kScanning:
      return "scanning";
    case AuditProgress::Stage::kTrees:
      return "reading trees";
    case AuditProgress::Stage::kPlacing:
      return "tracing commits";
    case AuditProgress::Stage::kReporting:
      return "writing report";
  }
  return "";
}

std::string time_left(double seconds) {
  char out[32];
  const int whole = static_cast<int>(std::clamp(seconds, 0.0, 359999.0));
  if (whole >= 60) {
    std::snprintf(out, sizeof out, "%dm%02ds left", whole / 60, whole % 60);
  } else {
    std::snprintf(out, sizeof out, "%ds left", whole);
  }
  return out;
}

}  // namespace

ProgressWatch::ProgressWatch(AuditProgress* progress, bool draw, bool sample)
    : progress_(progress), draw_(draw), sample_(sample), thread_([this] { run(); }) {}

ProgressWatch::~ProgressWatch() { finish(); }

void ProgressWatch::finish() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    done_ = true;
  }
  ended_.notify_one();  // a short run does not wait for the next tick
  thread_.join();
  if (drawn_) (void)write_descriptor(kStandardError, "standard error", "\r\x1b[K");
}

void ProgressWatch::run() {
  const auto start = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  for (int tick = 0; !done_; ++tick) {
    if (interrupted()) progress_->stop = true;
    if (sample_) peak_ = std::max<std::uint64_t>(peak_, anonymous_memory());
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    if (draw_ && tick % kTicksPerDraw == 0 && passed.count() > kQuietSeconds) draw(passed.count());
    ended_.wait_for(lock, kTick, [this] { return done_; });
  }
}

void ProgressWatch::draw(double seconds) {
  const std::uint64_t done = progress_->done_bytes;
  const std::uint64_t total = progress_->total_bytes;
  std::string line = "\r";
  line += stage_name(progress_->stage);
  if (total > 0) {
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    const int filled = static_cast<int>(share * kBarWidth);
    const double rate = static_cast<double>(done) / seconds;
    char numbers[96];
    std::snprintf(numbers, sizeof numbers, "] %3.0f%%  %.2f of %.2f GB  %.0f MB/s  ", share * 100,
                  static_cast<double>(done) * 1e-9, static_cast<double>(total) * 1e-9, rate * 1e-6);
    line += " [" + std::string(static_cast<std::size_t>(filled), '#') +
            std::string(static_cast<std::size_t>(kBarWidth - filled), ' ') + numbers;
    if (rate > 0) line += time_left(static_cast<double>(total - std::min(done, total)) / rate);
  }
  line += "\x1b[K";
  (void)write_descriptor(kStandardError, "standard error", line);
  drawn_ = true;
}

}  // namespace dragnet
