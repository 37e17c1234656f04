// How the pipeline reads a repository's objects, whatever reads them.
//
// A reader lists everything once and is then asked for pieces of work, each of which one worker
// carries out on its own: it calls the visitor for every object of the piece. The reference reader
// (libgit2) cuts the listing into runs of neighbours in pack order; a faster one may cut
// differently.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/memory_budget.h"
#include "base/object_id.h"
#include "base/result.h"
#include "git/repository.h"

namespace dragnet {

// Takes what a reader reads. Several threads call at once, each with objects of its own.
class ObjectVisitor {
 public:
  virtual ~ObjectVisitor() = default;
  // `index` is the object's place in the listing. The bytes live until the call returns.
  virtual void object(std::size_t index, const ObjectHeader& header, ByteView bytes) = 0;
  virtual void unreadable(std::size_t index, const ObjectHeader& header, const Error& error) = 0;
};

class ObjectReader {
 public:
  virtual ~ObjectReader() = default;

  // Every object of the repository, the same for any number of threads.
  virtual Result<ObjectListing> list(unsigned threads) = 0;

  // Visits the objects `indices` of `objects` (in that order, each once) on this thread. Large
  // objects wait for `budget`; one that can never fit is reported as unreadable (kTooLarge).
  // `worker` numbers the calling worker, 0 up to the number of workers; two calls at once have two
  // numbers.
  virtual void read(unsigned worker, const std::vector<ObjectHeader>& objects,
                    const std::vector<std::uint32_t>& indices, MemoryBudget* budget,
                    ObjectVisitor* visitor) = 0;
};

// What a worker of any reader takes beside what it reserves, at most.
inline constexpr std::uint64_t kReaderWorkerMemory = 18 << 20;

// Reads through libgit2. `repository` must outlive the reader.
std::unique_ptr<ObjectReader> make_libgit2_reader(const Repository* repository, unsigned workers);

}  // namespace dragnet
