#include "pipeline/memory_plan.h"

#include <algorithm>

#include "input/object_reader.h"

namespace dragnet {

namespace {

// The process before anything of ours: libraries, their tables, the allocator's slack.
constexpr std::uint64_t kProcessMemory = 24 << 20;
// A worker's scratch space, chunk copies, RE2 automata and what it remembers: of secrets, and of
// texts that it saw lately (2.4 MB, match/recent_texts.h).
constexpr std::uint64_t kScannerMemory = 9 << 20;
constexpr unsigned kMostWorkers = 256;
constexpr std::uint64_t kForestShare = 4;        // 1/4
constexpr std::uint64_t kLeastForestShare = 32;  // 1/32

// What is left for objects.
std::uint64_t left(std::uint64_t memory, std::uint64_t pack, unsigned workers) {
  const std::uint64_t taken =
      fixed_memory(memory, pack, workers) + (workers + 1) * kReaderWorkerMemory;
  return memory > taken ? memory - taken : 0;
}

}  // namespace

std::uint64_t fixed_memory(std::uint64_t memory, std::uint64_t pack, unsigned workers) {
  return kProcessMemory + pack + workers * kScannerMemory + memory / kDetectionShare +
         memory / kProvenanceShare + memory / kFindingShare;
}

// Bases that do not fit are made again (pack/forest_walk.h), so less is slower and no worse. What
// is read one by one meanwhile needs a sixteenth of it, and gets what is not given.
std::uint64_t forest_memory(std::uint64_t memory, std::uint64_t left) {
  const std::uint64_t given = std::min(memory / kForestShare, left / 4 * 3);
  return given < memory / kLeastForestShare ? 0 : given;
}

unsigned affordable_workers(std::uint64_t memory, std::uint64_t pack) {
  const std::uint64_t wanted = left(memory, pack, 1) / 4 * 3;
  unsigned workers = 1;
  while (workers < kMostWorkers && wanted > 0 && left(memory, pack, workers + 1) >= wanted) {
    ++workers;
  }
  return workers;
}

}  // namespace dragnet
