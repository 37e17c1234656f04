// How the pipeline reads a repository's objects, whatever reads them.
//
// A reader lists everything once and then makes passes over it: all workers join in, and each
// object is shown to one of them. The reference reader (a session for each worker, libgit2's or our
// own) shows objects by themselves. The forest reader shows packed objects after their delta bases,
// with what the visitor kept of the base and the steps from there.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/delta_op.h"
#include "base/memory_budget.h"
#include "base/object_id.h"
#include "base/result.h"
#include "git/repository.h"
#include "pack/forest_walk.h"

namespace dragnet {

// An object in a reader's hand. Everything lives until the visitor returns.
struct ObjectView {
  // Not the object's place in the listing, but a further copy of it, shown because others are
  // deltas of it: whatever is found in it was found in the copy that is listed.
  static constexpr std::size_t kCopy = ~std::size_t{0};

  std::size_t index = kCopy;  // place in the table
  const ObjectTable* table = nullptr;
  ObjectType type = ObjectType::kBlob;
  std::uint64_t work = 0;  // its share of a run, as `ObjectHeader::size` counts it
  ByteView bytes;
  bool has_children = false;  // whether a state would be used
  // Where the object is a delta of one shown before: how it is made, and what was kept of that.
  std::span<const DeltaOp> ops;
  const NodeState* base_state = nullptr;

  bool is_delta() const { return base_state != nullptr; }
  // Not of a copy. It lies far from everything else: ask where it is needed.
  ObjectId id() const { return table->id(static_cast<std::uint32_t>(index)); }

  // An object that was read by itself.
  static ObjectView whole(const ObjectTable* table, std::uint32_t place, const ObjectHeader& listed,
                          ByteView content) {
    ObjectView view;
    view.index = place;
    view.table = table;
    view.type = listed.type;
    view.work = listed.size;
    view.bytes = content;
    return view;
  }
};

// Takes what a reader reads; one a worker.
class ObjectVisitor {
 public:
  virtual ~ObjectVisitor() = default;
  // Returns what is to be kept for the object's deltas, or nothing.
  virtual std::shared_ptr<const NodeState> object(const ObjectView& view) = 0;
  virtual void unreadable(std::size_t index, const ObjectHeader& header, const Error& error) = 0;
  // Whether to end early.
  virtual bool stopped() const = 0;
};

// One pass. Thread safe.
class ReadPass {
 public:
  virtual ~ReadPass() = default;
  // Called once by each worker (numbers below the reader's), all at about the same time; returns
  // when nothing is left for it.
  virtual void work(unsigned worker, ObjectVisitor* visitor) = 0;
};

// All that there is to read.
struct ListedObjects {
  std::shared_ptr<const ObjectTable> table;
  std::vector<Unreadable> unreadable;
};

class ObjectReader {
 public:
  virtual ~ObjectReader() = default;

  // Every object of the repository, the same for any number of threads.
  virtual Result<ListedObjects> list(unsigned threads) = 0;

  // What the passes may hold of objects and of what visitors keep, in bytes. Called once, between
  // `list` and the first pass; without it that is little.
  virtual void allow(std::uint64_t memory) = 0;

  // A pass over the objects of `table`, which outlives it, that are of a wanted type. `table` is
  // what `list` gave, or (for a session reader) any other.
  virtual std::unique_ptr<ReadPass> pass(const ObjectTable& table,
                                         const std::function<bool(ObjectType)>& wanted) = 0;
};

// Why an object is not shown that has a good copy after a damaged one.
inline constexpr const char* kWrongType = "one of its copies claims a wrong type";

// What a worker of any reader takes beside what it reserves or accounts for, at most.
inline constexpr std::uint64_t kReaderWorkerMemory = 18 << 20;

// Reads objects one by one, each worker through a session of its own. An object that takes more
// than `budget` can give is unreadable (kTooLarge); large ones wait for it.
struct SessionSource {
  // Memory that reading one object takes at most, however large it is.
  std::uint64_t most = ~std::uint64_t{0};
  std::function<Result<ObjectListing>(unsigned threads)> list;
  std::function<Result<std::unique_ptr<ObjectSession>>()> open;
};
std::unique_ptr<ObjectReader> make_session_reader(SessionSource source, unsigned workers,
                                                  MemoryBudget* budget);

// Through libgit2. `repository` must outlive the reader.
SessionSource libgit2_source(const Repository* repository);
// Without it. What is above `options.large` goes to temporary files.
SessionSource pack_source(const Repository* repository,
                          const PackSessionOptions& options = {.large = 1 << 20});

// Walks the delta forest of each pack; what is in none, or damaged in its pack, is read through a
// session. What is allowed is kept as long as no state is larger than its object. `repository` must
// outlive the reader, and the reader its tables.
std::unique_ptr<ObjectReader> make_forest_reader(const Repository* repository, unsigned workers,
                                                 MemoryBudget* budget);

}  // namespace dragnet
