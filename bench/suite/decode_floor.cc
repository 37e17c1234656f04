// The floor of any scan: unpacks every object of a repository's packs once and does nothing with
// it. `decode_floor GIT_DIRECTORY [THREADS]` prints one line of JSON: seconds from opening the
// packs on, CPU seconds, objects, and logical and stored bytes.
//
// This is the same walk that an audit does (pack/forest_walk.h), with a visitor that only counts.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/stopwatch.h"
#include "pack/delta_forest.h"
#include "pack/forest_walk.h"
#include "pack/pack_index.h"

namespace dragnet {
namespace {

struct Counts {
  std::atomic<std::uint64_t> objects{0};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> damaged{0};
};

class CountingVisitor : public NodeVisitor {
 public:
  std::shared_ptr<const NodeState> visit(const NodeView& view) override {
    ++objects;
    bytes += view.bytes.size();
    return nullptr;
  }
  void damaged(std::uint32_t, const Error&) override { ++bad; }
  bool stopped() const override { return false; }

  std::uint64_t objects = 0, bytes = 0, bad = 0;
};

void decode(const PackFile& pack, unsigned threads, Counts* counts) {
  const DeltaForest forest = DeltaForest::build(pack, threads);
  BufferAccount account(512 << 20);
  ForestWalk walk(&pack, &forest, forest.roots(), &account, ForestWalk::Options());
  const auto work = [&] {
    CountingVisitor visitor;
    walk.work(&visitor);
    counts->objects += visitor.objects;
    counts->bytes += visitor.bytes;
    counts->damaged += visitor.bad;
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 1; i < threads; ++i) workers.emplace_back(work);
  work();
}

int run(const std::string& git_dir, unsigned threads) {
  Counts counts;
  Stopwatch stopwatch;
  std::uint64_t stored = 0;
  for (const auto& entry : std::filesystem::directory_iterator(git_dir + "/objects/pack")) {
    if (entry.path().extension() != ".idx") continue;
    const auto pack = open_pack(entry.path().string());
    if (!pack) {
      std::fprintf(stderr, "%s: %s\n", entry.path().c_str(), pack.error().text().c_str());
      return 3;
    }
    stored += pack->bytes.size();
    decode(pack.value(), threads, &counts);
  }
  const double seconds = stopwatch.lap();
  struct rusage used {};
  getrusage(RUSAGE_SELF, &used);
  const auto cpu = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  std::printf("{\"seconds\":%.3f,\"cpu_seconds\":%.3f,\"objects\":%" PRIu64 ",\"damaged\":%" PRIu64
              ",\"logical_bytes\":%" PRIu64 ",\"stored_bytes\":%" PRIu64 ",\"threads\":%u}\n",
              seconds, cpu(used.ru_utime) + cpu(used.ru_stime), counts.objects.load(),
              counts.damaged.load(), counts.bytes.load(), stored, threads);
  return counts.damaged.load() == 0 ? 0 : 3;
}

}  // namespace
}  // namespace dragnet

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: decode_floor GIT_DIRECTORY [THREADS]\n", stderr);
    return 2;
  }
  const unsigned threads =
      argc == 3 ? static_cast<unsigned>(std::atoi(argv[2])) : std::thread::hardware_concurrency();
  return dragnet::run(argv[1], std::max(threads, 1U));
}
