// What a version of a folder costs: 400 entries, 40 of them subtrees, one changed from version to
// version. Parsed whole, by its delta, and with provenance. Per tree.

#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "git/provenance.h"

namespace dragnet {

namespace {

constexpr std::size_t kEntries = 400;
constexpr std::size_t kVersions = 1000;

struct Version {
  ObjectId id;
  ByteString bytes;
  std::vector<DeltaOp> ops;  // from the version before; none for the first
};

ObjectId random_id(std::mt19937_64* random) {
  std::uint64_t words[3];
  for (std::uint64_t& word : words) word = (*random)();
  return ObjectId::from_raw(words, 20);
}

// As git writes it: the changed id is inserted, what stands around it is copied.
std::vector<Version> make_history() {
  std::mt19937_64 random(1);
  ByteString bytes;
  std::vector<std::size_t> ids;
  ids.reserve(kEntries);
  for (std::size_t i = 0; i < kEntries; ++i) {
    bytes += (i % 10 == 0 ? "40000 folder-" : "100644 a-file-") + std::to_string(1000 + i) + '\0';
    ids.push_back(bytes.size());
    const ObjectId id = random_id(&random);
    bytes.append(reinterpret_cast<const char*>(id.bytes.data()), id.size);
  }
  std::vector<Version> versions;
  versions.reserve(kVersions);
  versions.push_back({random_id(&random), bytes, {}});
  while (versions.size() < kVersions) {
    const std::size_t at = ids[random() % kEntries];
    const ObjectId id = random_id(&random);
    bytes.replace(at, id.size, reinterpret_cast<const char*>(id.bytes.data()), id.size);
    std::vector<DeltaOp> ops{{0, at, 0}, {at, id.size, DeltaOp::kInsert}};
    const std::size_t after = at + id.size;
    if (after < bytes.size()) ops.push_back({after, bytes.size() - after, after});
    versions.push_back({random_id(&random), bytes, std::move(ops)});
  }
  return versions;
}

enum class How { kWhole, kDelta, kDeltaAndProvenance };

void trees(benchmark::State& state, How how) {
  const std::vector<Version> versions = make_history();
  const SecretHolders holders{{ObjectId::from_raw(versions[0].bytes.data() + 20, 20), {0}}};
  std::size_t fresh_entries = 0;
  for (auto _ : state) {
    Provenance provenance(&holders);
    Provenance::Feeder* feeder = provenance.make_feeder();
    const TreeParser& parser = provenance.parser();
    TreeState now;
    TreeState before;
    std::vector<FreshEntry> fresh;
    fresh_entries = 0;
    for (const Version& version : versions) {
      if (how == How::kWhole || version.ops.empty()) {
        parser.parse(version.bytes, 20, &now, &fresh);
      } else {
        parser.parse_delta(version.bytes, 20, before, version.ops, &now, &fresh);
      }
      if (how == How::kDeltaAndProvenance) feeder->add_tree(version.id, version.bytes, now);
      fresh_entries += fresh.size();
      std::swap(now, before);
    }
    if (before.entries() != kEntries || before.damaged()) state.SkipWithError("wrong entries");
  }
  const std::size_t expected = how == How::kWhole ? kVersions * kEntries : kVersions - 1 + kEntries;
  if (fresh_entries != expected) state.SkipWithError("wrong number of fresh entries");
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kVersions));
}
BENCHMARK_CAPTURE(trees, whole, How::kWhole)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(trees, delta, How::kDelta)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(trees, delta_and_provenance, How::kDeltaAndProvenance)
    ->Unit(benchmark::kMicrosecond);

}  // namespace

}  // namespace dragnet
