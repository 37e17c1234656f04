// The reference reader: whole objects, one after the other, a session for each worker.

#include <algorithm>
#include <atomic>
#include <utility>

#include "input/object_reader.h"

namespace dragnet {

namespace {

// Objects up to this size are covered by what a worker was given from the start.
constexpr std::uint64_t kSmallObject = 1 << 20;
// libgit2's cache of delta bases (16 MiB a pack and session), and a small object in flight.
constexpr std::uint64_t kWorkerMemory = (16 << 20) + 2 * kSmallObject;
static_assert(kWorkerMemory <= kReaderWorkerMemory);
static_assert(PackSessionOptions().cache_bytes + 4 * kSmallObject <= kReaderWorkerMemory);
// A piece of work: neighbours in the listing, at most so many bytes and objects.
constexpr std::uint64_t kPieceBytes = 8 << 20;
constexpr std::size_t kPieceObjects = 2048;

class SessionReader : public ObjectReader {
 public:
  SessionReader(SessionSource source, unsigned workers, MemoryBudget* budget)
      : source_(std::move(source)), budget_(budget), sessions_(workers) {}

  Result<ListedObjects> list(unsigned threads) override {
    auto listing = source_.list(threads);
    if (!listing) return std::move(listing).error();
    return ListedObjects{std::make_shared<ListedTable>(std::move(listing->objects)),
                         std::move(listing->unreadable)};
  }
  // Each worker has what it needs, and asks the budget for more.
  void allow(std::uint64_t) override {}
  std::unique_ptr<ReadPass> pass(const ObjectTable& table,
                                 const std::function<bool(ObjectType)>& wanted) override;
  void read(unsigned worker, const ObjectTable& table, std::span<const std::uint32_t> indices,
            ObjectVisitor* visitor);

 private:
  Result<ObjectSession*> session(unsigned worker);

  SessionSource source_;
  MemoryBudget* budget_;
  std::vector<std::unique_ptr<ObjectSession>> sessions_;
};

class SessionPass : public ReadPass {
 public:
  SessionPass(SessionReader* reader, const ObjectTable& table,
              const std::function<bool(ObjectType)>& wanted)
      : reader_(reader), table_(table) {
    std::uint64_t bytes = kPieceBytes;
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      const ObjectHeader object = table.header(i);
      if (!wanted(object.type)) continue;
      if (bytes >= kPieceBytes || indices_.size() - pieces_.back() >= kPieceObjects) {
        pieces_.push_back(indices_.size());
        bytes = 0;
      }
      indices_.push_back(i);
      bytes += object.size;
    }
    pieces_.push_back(indices_.size());
  }

  void work(unsigned worker, ObjectVisitor* visitor) override {
    for (std::size_t i = next_++; i + 1 < pieces_.size() && !visitor->stopped(); i = next_++) {
      const auto piece = std::span(indices_).subspan(pieces_[i], pieces_[i + 1] - pieces_[i]);
      reader_->read(worker, table_, piece, visitor);
    }
  }

 private:
  SessionReader* reader_;
  const ObjectTable& table_;
  std::vector<std::uint32_t> indices_;
  std::vector<std::size_t> pieces_;  // where each starts in `indices_`, and the end
  std::atomic<std::size_t> next_ = 0;
};

std::unique_ptr<ReadPass> SessionReader::pass(const ObjectTable& table,
                                              const std::function<bool(ObjectType)>& wanted) {
  return std::make_unique<SessionPass>(this, table, wanted);
}

Result<ObjectSession*> SessionReader::session(unsigned worker) {
  if (!sessions_[worker]) {
    auto opened = source_.open();
    if (!opened) return opened.error();
    sessions_[worker] = std::move(opened).value();
  }
  return sessions_[worker].get();
}

void SessionReader::read(unsigned worker, const ObjectTable& table,
                         std::span<const std::uint32_t> indices, ObjectVisitor* visitor) {
  const auto opened = session(worker);
  for (const std::uint32_t index : indices) {
    const ObjectHeader header = table.header(index);
    if (!opened) {
      visitor->unreadable(index, header, opened.error());
      continue;
    }
    MemoryReservation reservation;
    const std::uint64_t cost = std::min(header.read_cost, source_.most);
    if (cost > kSmallObject) {
      reservation = MemoryReservation(budget_, cost);
      if (!reservation.granted()) {
        visitor->unreadable(index, header,
                            Error{ErrorKind::kTooLarge,
                                  std::to_string(header.size) + " bytes are too large for --memory",
                                  "raise --memory"});
        continue;
      }
    }
    const auto read = opened.value()->read(header.id);
    if (!read) {
      visitor->unreadable(index, header, read.error());
      continue;
    }
    if (read->type != header.type) {
      // What was listed is a damaged copy's type, and the pass of the right one may be over.
      visitor->unreadable(index, header, unreadable_error(kWrongType));
      continue;
    }
    visitor->object(ObjectView::whole(&table, index, header, read->bytes));
  }
}

}  // namespace

SessionSource libgit2_source(const Repository* repository) {
  return {~std::uint64_t{0},
          [repository](unsigned threads) { return repository->list_objects(threads); },
          [repository] { return repository->open_session(); }};
}

SessionSource pack_source(const Repository* repository, const PackSessionOptions& options) {
  // A loose base and its copy, delta and result. Where all of these are small no more is asked for.
  const std::uint64_t most =
      options.large <= kSmallObject ? 0 : 4 * std::min(options.large, ~std::uint64_t{0} / 4);
  return {most, [repository](unsigned threads) { return repository->list_objects(threads); },
          [repository, options] { return repository->open_pack_session(options); }};
}

std::unique_ptr<ObjectReader> make_session_reader(SessionSource source, unsigned workers,
                                                  MemoryBudget* budget) {
  return std::make_unique<SessionReader>(std::move(source), workers, budget);
}

}  // namespace dragnet
