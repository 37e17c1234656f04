#include "pipeline/object_pass.h"

#include <algorithm>
#include <functional>
#include <span>

#include "base/hash.h"
#include "base/stopwatch.h"
#include "pipeline/id_set.h"

namespace dragnet {

namespace {

// A piece of work: neighbours in the listing, at most so many bytes and objects.
constexpr std::uint64_t kPieceBytes = 8 << 20;
constexpr std::size_t kPieceObjects = 2048;

using Piece = std::vector<std::uint32_t>;

// Remembers hashes of what was dealt with, forgetting what falls on the same place: trees repeat
// nearly all of their entries from version to version.
class RecentHashes {
 public:
  // True where `hash` was the last one put at its place.
  bool seen(std::uint64_t hash) const { return slots_[hash & kMask] == hash; }
  void put(std::uint64_t hash) { slots_[hash & kMask] = hash; }

 private:
  static constexpr std::uint64_t kMask = (1 << 15) - 1;
  std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(kMask + 1);
};

SourceKind kind_of(ObjectType type) {
  switch (type) {
    case ObjectType::kCommit:
      return SourceKind::kCommit;
    case ObjectType::kTag:
      return SourceKind::kTag;
    case ObjectType::kTree:
      return SourceKind::kTree;
    case ObjectType::kBlob:
      break;
  }
  return SourceKind::kBlob;
}

// What both passes know.
struct Shared {
  RunState* state;
  TargetRun* run;
  std::uint32_t target;
  IdSet present;
  std::vector<ObjectId> shallow;
  std::mutex holders_mutex;
  std::vector<std::uint8_t> done;  // per object of the listing, where coverage is kept
  bool connected;                  // whether every object should be here (the whole history)

  void missing(const ObjectId& id, const char* named_by, const ObjectId& by, ByteView name) {
    add_missing(id, named_by, by.hex(), std::string(name));
  }

  // Refs that lead nowhere. What ORIG_HEAD and its like name, git does not keep.
  void check_refs() {
    for (const Ref& ref : run->refs) {
      const bool kept = ref.name.starts_with("refs/") || ref.name == "HEAD";
      if (!kept || present.contains(ref.target.bytes.data())) continue;
      add_missing(ref.target, "ref", ref.name, "");
    }
  }

 private:
  void add_missing(const ObjectId& id, const char* named_by, const std::string& by,
                   std::string name) {
    const char* why = run->target.repository->partial() ? "not here (partial clone)" : "missing";
    std::string reason = std::string(why) + ", named by " + named_by + " " + by;
    state->incomplete.add({id.hex(), std::move(name), std::move(reason)});
  }
};

class PassVisitor : public ObjectVisitor {
 public:
  PassVisitor(Shared* shared, unsigned worker)
      : shared_(shared), scanner_(&shared->state->scanners[worker]) {}

  void unreadable(std::size_t, const ObjectHeader& header, const Error& error) override {
    shared_->state->incomplete.add({header.id.hex(), "", error.message});
    advance(header);
  }

 protected:
  void advance(const ObjectHeader& header) {
    shared_->state->progress->done_bytes.fetch_add(header.size, std::memory_order_relaxed);
  }

  // Counts an object that was asked for and read.
  void count(std::size_t index, const ObjectHeader& header, std::uint64_t bytes) {
    advance(header);
    if (index >= shared_->run->selected) return;
    RunCounters& counters = shared_->state->counters;
    counters.logical_bytes.fetch_add(bytes, std::memory_order_relaxed);
    counters.decoded_bytes.fetch_add(bytes, std::memory_order_relaxed);
    auto& counter = header.type == ObjectType::kBlob     ? counters.blobs
                    : header.type == ObjectType::kCommit ? counters.commits
                    : header.type == ObjectType::kTree   ? counters.trees
                                                         : counters.tags;
    counter.fetch_add(1, std::memory_order_relaxed);
    if (!shared_->done.empty()) shared_->done[index] = 1;
  }

  std::vector<std::uint32_t> collect(const ObjectHeader& header, ByteView bytes,
                                     std::uint64_t offset, const std::vector<Match>& matches) {
    const DetectedObject object{shared_->target, kind_of(header.type), header.id, ""};
    return shared_->state->collector->add(object, bytes, offset, matches);
  }

  Shared* shared_;
  Scanner* scanner_;
};

class ContentVisitor : public PassVisitor {
 public:
  using PassVisitor::PassVisitor;

  void object(std::size_t index, const ObjectHeader& header, ByteView bytes) override {
    count(index, header, bytes.size());
    const bool context = index >= shared_->run->selected;
    // Of commits that were not asked for only their place in the graph counts.
    const std::vector<Match>& matches =
        context && header.type != ObjectType::kBlob ? none_ : scanner_->scan(bytes);
    if (!matches.empty()) {
      auto secrets = collect(header, bytes, 0, matches);
      if (header.type == ObjectType::kBlob) {
        const std::scoped_lock lock(shared_->holders_mutex);
        shared_->run->holders.emplace(header.id, std::move(secrets));
      }
    }
    if (header.type == ObjectType::kCommit) commit(header, bytes);
    if (header.type == ObjectType::kTag) tag(header, bytes);
  }

 private:
  void commit(const ObjectHeader& header, ByteView bytes) {
    const auto fields = parse_commit(bytes);
    if (!fields) {
      shared_->state->incomplete.add({header.id.hex(), "", fields.error().message});
      return;
    }
    shared_->run->provenance->add_commit(header.id, fields.value());
    if (!shared_->connected) return;
    if (!present(fields->tree)) shared_->missing(fields->tree, "commit", header.id, "");
    const auto& shallow = shared_->shallow;
    if (std::binary_search(shallow.begin(), shallow.end(), header.id)) return;
    for (const ObjectId& parent : fields->parents) {
      if (!present(parent)) shared_->missing(parent, "commit", header.id, "");
    }
  }

  void tag(const ObjectHeader& header, ByteView bytes) {
    const auto fields = parse_tag(bytes);
    if (!fields) {
      shared_->state->incomplete.add({header.id.hex(), "", fields.error().message});
    } else if (shared_->connected && !present(fields->target)) {
      shared_->missing(fields->target, "tag", header.id, "");
    }
  }

  bool present(const ObjectId& id) const { return shared_->present.contains(id.bytes.data()); }

  const std::vector<Match> none_{};
};

class TreeVisitor : public PassVisitor {
 public:
  TreeVisitor(Shared* shared, unsigned worker, RecentHashes* entries, RecentHashes* names,
              Provenance::Feeder* feeder)
      : PassVisitor(shared, worker), entries_(entries), names_(names), feeder_(feeder) {}

  void object(std::size_t index, const ObjectHeader& header, ByteView bytes) override {
    count(index, header, bytes.size());
    fresh_.clear();
    fresh_names_.clear();
    shared_->run->provenance->parser().parse(bytes, header.id.size, &state_, &parsed_);
    for (const FreshEntry& entry : parsed_) {
      const std::size_t end = entry.name_offset + entry.name_size + 1 + header.id.size;
      const std::uint64_t hash = checksum64(bytes.substr(entry.offset, end - entry.offset));
      if (!entries_->seen(hash)) consider(header, bytes, entry, hash);
    }
    if (state_.damaged()) {
      shared_->state->incomplete.add({header.id.hex(), "", "tree is damaged"});
    }
    hits_.clear();
    if (!fresh_names_.empty()) scan_names(header);
    state_.add_name_hits(hits_);
    feeder_->add_tree(header.id, bytes, state_);
  }

 private:
  struct Fresh {
    std::uint64_t entry_hash;
    std::uint64_t name_hash;
    FreshEntry entry;
    bool hit = false;
  };

  // An entry that was not met lately: is its object there, is there a secret in its name?
  void consider(const ObjectHeader& header, ByteView bytes, const FreshEntry& entry,
                std::uint64_t hash) {
    const char* raw_id = entry.raw_id(bytes);
    const ByteView name = entry.name(bytes);
    if (shared_->connected && !entry.is_submodule() && !shared_->present.contains(raw_id)) {
      shared_->missing(ObjectId::from_raw(raw_id, header.id.size), "tree", header.id, name);
    }
    const std::uint64_t name_hash = checksum64(name);
    if (names_->seen(name_hash)) {
      entries_->put(hash);
      return;
    }
    fresh_.push_back({hash, name_hash, entry});
    fresh_names_.push_back(name);
  }

  // Names without a secret are remembered; those with one have to be told to provenance in every
  // tree that has them, so they never are.
  void scan_names(const ObjectHeader& header) {
    scanner_->scan_each(fresh_names_, [&](std::size_t i, const std::vector<Match>& matches) {
      fresh_[i].hit = true;
      for (const std::uint32_t secret :
           collect(header, fresh_names_[i], fresh_[i].entry.name_offset, matches)) {
        hits_.push_back({fresh_[i].entry, secret});
      }
    });
    for (const Fresh& fresh : fresh_) {
      if (fresh.hit) continue;
      entries_->put(fresh.entry_hash);
      names_->put(fresh.name_hash);
    }
  }

  RecentHashes* entries_;
  RecentHashes* names_;
  std::vector<Fresh> fresh_;
  std::vector<ByteView> fresh_names_;
  std::vector<NameHit> hits_;
  Provenance::Feeder* feeder_;
  TreeState state_;
  std::vector<FreshEntry> parsed_;
};

std::vector<Piece> pieces_of(const ObjectListing& listing,
                             const std::function<bool(ObjectType)>& of) {
  std::vector<Piece> pieces;
  std::uint64_t bytes = 0;
  for (std::uint32_t i = 0; i < listing.objects.size(); ++i) {
    const ObjectHeader& object = listing.objects[i];
    if (!of(object.type)) continue;
    if (pieces.empty() || bytes > kPieceBytes || pieces.back().size() >= kPieceObjects) {
      pieces.emplace_back();
      bytes = 0;
    }
    pieces.back().push_back(i);
    bytes += object.size;
  }
  return pieces;
}

void keep_coverage(const Shared& shared) {
  TargetRun& run = *shared.run;
  for (std::size_t i = 0; i < run.selected; ++i) {
    const ObjectHeader& object = run.listing.objects[i];
    run.coverage.push_back({object.id.hex(), "", std::string(to_string(object.type)),
                            shared.done[i] != 0 ? "scanned" : "unreadable", run.label});
  }
}

}  // namespace

Status scan_objects(RunState* state, std::uint32_t target_number) {
  TargetRun& run = *state->targets[target_number];
  const bool whole = run.selected == run.listing.objects.size() && state->options.range.empty() &&
                     !state->options.since && !state->options.staged;
  Shared shared{
      state, &run, target_number, IdSet(run.listing.objects), run.target.repository->shallow(),
      {},    {},   whole};
  if (state->options.coverage) shared.done.assign(run.listing.objects.size(), 0);
  if (whole) shared.check_refs();
  std::uint64_t total = 0;
  for (const ObjectHeader& object : run.listing.objects) total += object.size;
  state->progress->total_bytes.fetch_add(total);

  const auto pass = [&](const std::vector<Piece>& pieces,
                        const std::function<void(unsigned, const Piece&)>& work) {
    state->workers.run(pieces.size(), [&](unsigned worker, std::size_t i) {
      if (!state->stopped()) work(worker, pieces[i]);
    });
  };
  state->progress->stage = AuditProgress::Stage::kScanning;
  const auto read_contents = [&](const std::function<bool(ObjectType)>& of) {
    pass(pieces_of(run.listing, of), [&](unsigned worker, const Piece& piece) {
      ContentVisitor visitor(&shared, worker);
      run.reader->read(worker, run.listing.objects, piece, &state->budget, &visitor);
    });
  };
  // Blobs first: provenance is made for those that hold a secret, and takes commits and trees.
  read_contents([](ObjectType type) { return type == ObjectType::kBlob; });
  run.provenance = std::make_unique<Provenance>(&run.holders, run.provenance_memory);
  read_contents(
      [](ObjectType type) { return type == ObjectType::kCommit || type == ObjectType::kTag; });
  state->progress->stage = AuditProgress::Stage::kTrees;
  Stopwatch stopwatch;
  std::vector<RecentHashes> entries(state->workers.count());
  std::vector<RecentHashes> names(state->workers.count());
  std::vector<Provenance::Feeder*> feeders;
  for (unsigned i = 0; i < state->workers.count(); ++i) {
    feeders.push_back(run.provenance->make_feeder());
  }
  pass(pieces_of(run.listing, [](ObjectType type) { return type == ObjectType::kTree; }),
       [&](unsigned worker, const Piece& piece) {
         TreeVisitor visitor(&shared, worker, &entries[worker], &names[worker], feeders[worker]);
         run.reader->read(worker, run.listing.objects, piece, &state->budget, &visitor);
       });
  state->tree_seconds += stopwatch.lap();
  if (state->stopped()) return unreadable_error("interrupted");
  if (state->options.coverage) keep_coverage(shared);
  return ok_status();
}

}  // namespace dragnet
