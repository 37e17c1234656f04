// What the stages of one audit share.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/memory_budget.h"
#include "findings/ignore_file.h"
#include "input/object_reader.h"
#include "input/provenance.h"
#include "input/target.h"
#include "match/scanner.h"
#include "pipeline/audit.h"
#include "pipeline/collector.h"
#include "pipeline/memory_plan.h"
#include "pipeline/workers.h"

namespace dragnet {

// What was asked for and not scanned; several threads add. Of what is said twice about one object
// or path the lesser reason stays, so that the list does not depend on who came first.
class IncompleteList {
 public:
  void add(IncompleteItem item) {
    const auto key = std::pair(item.object, item.object.empty() ? item.path : std::string());
    const std::scoped_lock lock(mutex_);
    const auto [entry, fresh] = items_.try_emplace(key, item);
    IncompleteItem& kept = entry->second;
    if (!fresh && std::tie(item.reason, item.path) < std::tie(kept.reason, kept.path)) {
      kept = std::move(item);
    }
  }

  // By object, then path.
  std::vector<IncompleteItem> items() const {
    std::vector<IncompleteItem> out;
    for (const auto& [key, item] : items_) out.push_back(item);
    return out;
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, IncompleteItem> items_;
};

// One place of a secret, whatever kind of thing it stands in. For kinds other than blob and tree
// only some of `stay`'s fields mean anything.
struct Spot {
  std::uint32_t target = 0;
  SourceKind kind = SourceKind::kBlob;
  bool has_path = false;
  Stay stay;
};

// Author and date of a commit or tag that a report names.
struct CommitInfo {
  Signature author;
  std::int64_t date = 0;  // committer's
};

// One target while it is audited, and what the report needs of it afterwards.
struct TargetRun {
  Target target;
  std::string folder;  // put before the paths of plain files, with its slash
  std::string label;   // what reports call it: the remote's URL or the path as given
  std::vector<Ref> refs;
  std::string default_branch;
  std::size_t id_size = 20;  // bytes of the repository's object ids
  std::unique_ptr<ObjectReader> reader;
  std::shared_ptr<const ObjectTable> objects;
  ObjectPlaces places;            // of `objects`, from the time when blobs are done
  std::vector<IndexEntry> index;  // what it names counts as a place; empty where not asked for
  std::size_t selected = 0;       // objects before this place in the table were asked for
  SecretHolders holders;
  NamedHolders named;                      // of them those that only rules of names found
  std::uint64_t provenance_memory = 0;     // bytes that its edges may take
  std::unique_ptr<Provenance> provenance;  // from the time when `holders` is complete
  std::unique_ptr<ObjectSession> session;  // for the report's few reads
  std::unordered_map<ObjectId, CommitInfo, ObjectIdHash> commits;
  std::vector<CoverageLine> coverage;
  IgnoreFile ignored;        // by its owners; empty where there is none
  std::string ignored_from;  // "the work tree's .gitleaksignore"
  std::uint64_t places_ignored = 0;
};

struct RunCounters {
  std::atomic<std::uint64_t> blobs = 0, commits = 0, trees = 0, tags = 0, files = 0;
  std::atomic<std::uint64_t> logical_bytes = 0, decoded_bytes = 0;
};

// Why an object is incomplete of which `Scanner::decoding_cut` says so.
inline constexpr const char* kDecodingCut = "what is encoded in it is too large to be decoded";

struct RunState {
  RunState(std::shared_ptr<const RulePack> rules, IdentityKey identity_key, AuditOptions asked)
      : pack(std::move(rules)),
        key(std::move(identity_key)),
        options(std::move(asked)),
        worker_limit(affordable_workers(options.memory, pack->memory())),
        workers(std::min(options.threads, worker_limit)),
        budget(options.memory) {}

  std::shared_ptr<const RulePack> pack;
  IdentityKey key;
  AuditOptions options;
  unsigned worker_limit;  // what memory is set aside for, however many there are
  Workers workers;
  MemoryBudget budget;
  std::unique_ptr<Collector> collector;
  std::vector<Scanner> scanners;  // one a worker
  std::vector<SecretMemo> memos;  // likewise
  std::vector<std::unique_ptr<TargetRun>> targets;
  std::vector<Spot> spots;  // sorted by secret once everything is placed
  RunCounters counters;
  IncompleteList incomplete;
  AuditProgress* progress = nullptr;
  double list_seconds = 0;
  double tree_seconds = 0;

  bool stopped() const { return progress->stop.load(std::memory_order_relaxed); }
};

}  // namespace dragnet
