// The floor of any scan: unpacks every object of a repository's packs once and does nothing with
// it. `decode_floor GIT_DIRECTORY [THREADS]` prints one line of JSON: seconds from opening the
// packs on, CPU seconds, objects by type, and logical and stored bytes. Exit 2: there are no packs;
// 3: one of them cannot be read, or not wholly.
//
// This is the same walk that an audit does (pack/forest_walk.h), with a visitor that only counts.
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/stopwatch.h"
#include "pack/delta_forest.h"
#include "pack/forest_walk.h"
#include "pack/pack_index.h"

namespace dragnet {
namespace {

constexpr unsigned kMostThreads = 1024;

struct Counts {
  std::array<std::atomic<std::uint64_t>, 5> of_type{};  // by ObjectType
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> damaged{0};
};

class CountingVisitor : public NodeVisitor {
 public:
  explicit CountingVisitor(const DeltaForest* forest) : forest_(forest) {}

  std::shared_ptr<const NodeState> visit(const NodeView& view) override {
    ++of_type[static_cast<std::size_t>(forest_->type(view.node))];
    bytes += view.bytes.size();
    return nullptr;
  }
  void damaged(std::uint32_t, const Error&) override { ++bad; }
  bool stopped() const override { return false; }

  std::array<std::uint64_t, 5> of_type{};
  std::uint64_t bytes = 0, bad = 0;

 private:
  const DeltaForest* forest_;
};

void decode(const PackFile& pack, unsigned threads, Counts* counts) {
  const DeltaForest forest = DeltaForest::build(pack, threads);
  BufferAccount account(512 << 20);
  ForestWalk walk(&pack, &forest, forest.roots(), &account, ForestWalk::Options());
  const auto work = [&] {
    CountingVisitor visitor(&forest);
    walk.work(&visitor);
    for (std::size_t i = 0; i < visitor.of_type.size(); ++i) {
      counts->of_type[i] += visitor.of_type[i];
    }
    counts->bytes += visitor.bytes;
    counts->damaged += visitor.bad;
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 1; i < threads; ++i) workers.emplace_back(work);
  work();
}

// The index of every pack.
Result<std::vector<std::string>> indexes_of(const std::string& git_dir) {
  const std::string folder = git_dir + "/objects/pack";
  std::vector<std::string> found;
  std::error_code error;
  std::filesystem::directory_iterator at(folder, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    if (at->path().extension() == ".idx") found.push_back(at->path().string());
  }
  if (error) {
    return usage_error("cannot list '" + folder + "': " + error.message(),
                       "give the git directory of a repository");
  }
  if (found.empty()) return usage_error("no packs in '" + folder + "'", "run git gc first");
  return found;
}

int run(const std::string& git_dir, unsigned threads) {
  const auto indexes = indexes_of(git_dir);
  if (!indexes) {
    std::fprintf(stderr, "decode_floor: %s\n", indexes.error().text().c_str());
    return 2;
  }
  Counts counts;
  Stopwatch stopwatch;
  std::uint64_t stored = 0;
  for (const std::string& index : indexes.value()) {
    const auto pack = open_pack(index);
    if (!pack) {
      std::fprintf(stderr, "decode_floor: %s: %s\n", index.c_str(), pack.error().text().c_str());
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
  const auto of = [&](ObjectType type) {
    return counts.of_type[static_cast<std::size_t>(type)].load();
  };
  std::printf("{\"seconds\":%.3f,\"cpu_seconds\":%.3f,\"objects\":{\"blobs\":%" PRIu64
              ",\"commits\":%" PRIu64 ",\"trees\":%" PRIu64 ",\"tags\":%" PRIu64 "}",
              seconds, cpu(used.ru_utime) + cpu(used.ru_stime), of(ObjectType::kBlob),
              of(ObjectType::kCommit), of(ObjectType::kTree), of(ObjectType::kTag));
  std::printf(",\"damaged\":%" PRIu64 ",\"logical_bytes\":%" PRIu64 ",\"stored_bytes\":%" PRIu64
              ",\"threads\":%u}\n",
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
  unsigned threads = std::max(std::thread::hardware_concurrency(), 1U);
  if (argc == 3) {
    const std::string_view text = argv[2];
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), threads);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || threads < 1 ||
        threads > dragnet::kMostThreads) {
      std::fprintf(stderr, "decode_floor: '%s' is no number of threads, 1 to %u\n", argv[2],
                   dragnet::kMostThreads);
      return 2;
    }
  }
  return dragnet::run(argv[1], threads);
}
