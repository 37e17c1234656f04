// The reference reader: whole objects through libgit2, one session a worker.

#include <utility>

#include "input/object_reader.h"

namespace dragnet {

namespace {

// Objects up to this size are covered by what a worker was given from the start.
constexpr std::uint64_t kSmallObject = 1 << 20;
// libgit2's cache of delta bases (16 MiB a pack and session), and a small object in flight.
constexpr std::uint64_t kWorkerMemory = (16 << 20) + 2 * kSmallObject;
static_assert(kWorkerMemory <= kReaderWorkerMemory);

class Libgit2Reader : public ObjectReader {
 public:
  Libgit2Reader(const Repository* repository, unsigned workers)
      : repository_(repository), sessions_(workers) {}

  Result<ObjectListing> list(unsigned threads) override;
  void read(unsigned worker, const std::vector<ObjectHeader>& objects,
            const std::vector<std::uint32_t>& indices, MemoryBudget* budget,
            ObjectVisitor* visitor) override;

 private:
  Result<ObjectSession*> session(unsigned worker);

  const Repository* repository_;
  std::vector<std::unique_ptr<ObjectSession>> sessions_;
};

Result<ObjectSession*> Libgit2Reader::session(unsigned worker) {
  if (!sessions_[worker]) {
    auto opened = repository_->open_session();
    if (!opened) return opened.error();
    sessions_[worker] = std::move(opened).value();
  }
  return sessions_[worker].get();
}

Result<ObjectListing> Libgit2Reader::list(unsigned threads) {
  return repository_->list_objects(threads);
}

void Libgit2Reader::read(unsigned worker, const std::vector<ObjectHeader>& objects,
                         const std::vector<std::uint32_t>& indices, MemoryBudget* budget,
                         ObjectVisitor* visitor) {
  const auto opened = session(worker);
  for (const std::uint32_t index : indices) {
    const ObjectHeader& header = objects[index];
    if (!opened) {
      visitor->unreadable(index, header, opened.error());
      continue;
    }
    MemoryReservation reservation;
    if (header.read_cost > kSmallObject) {
      reservation = MemoryReservation(budget, header.read_cost);
      if (!reservation.granted()) {
        visitor->unreadable(index, header,
                            Error{ErrorKind::kTooLarge,
                                  std::to_string(header.size) + " bytes are too large for --memory",
                                  "raise --memory"});
        continue;
      }
    }
    const auto view = opened.value()->read(header.id);
    if (view) {
      visitor->object(index, header, view->bytes);
    } else {
      visitor->unreadable(index, header, view.error());
    }
  }
}

}  // namespace

std::unique_ptr<ObjectReader> make_libgit2_reader(const Repository* repository, unsigned workers) {
  return std::make_unique<Libgit2Reader>(repository, workers);
}

}  // namespace dragnet
