// Unpacks every object of a pack once, each after its delta base, and shows it to a visitor
// together with that base and with what the visitor kept of it.
//
// Each worker goes down one subtree at a time, depth first. A base is held while it has children
// that are not unpacked, and the heaviest child comes last, when the base is no longer needed: so
// what is held grows with the logarithm of a tree's size. Where even that is too much for the
// account, the bytes of bases that are needed last are dropped and made again when it is their
// turn. A worker that finds nothing to do asks the others, and one of them hands over half of the
// children of its highest open base, with the base: so one huge tree is spread over all workers.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/delta_op.h"
#include "base/result.h"
#include "pack/delta_forest.h"
#include "pack/inflate.h"
#include "pack/object_buffer.h"
#include "pack/pack_headers.h"

namespace dragnet {

// What a visitor keeps of an object for the objects that are deltas of it. Several threads may read
// it at once.
class NodeState {
 public:
  virtual ~NodeState() = default;
  // Bytes that it takes, about.
  virtual std::size_t memory() const = 0;
};

// An object in the walker's hand. Everything lives until `visit` returns.
struct NodeView {
  std::uint32_t node = 0;  // of the forest
  ByteView bytes;
  bool has_children = false;  // whether a state would be used
  // Of a delta whose base was visited in this walk; otherwise no steps and no state.
  std::span<const DeltaOp> ops;
  ByteView base;
  const NodeState* base_state = nullptr;  // may be null where the visitor kept none
};

// One a worker.
class NodeVisitor {
 public:
  virtual ~NodeVisitor() = default;
  // Returns what to keep for the node's children, or nothing.
  virtual std::shared_ptr<const NodeState> visit(const NodeView& view) = 0;
  // A node that could not be unpacked: called for it and for all of its descendants.
  virtual void damaged(std::uint32_t node, const Error& error) = 0;
  // Whether to end the walk early.
  virtual bool stopped() const = 0;
};

// The walk over the trees of one pack below some of its roots. `work` is called once by each worker
// at about the same time and returns when there is nothing left to do for it. Thread safe.
class ForestWalk {
 public:
  struct Options {
    bool check_crc = false;               // of each entry, where the index has CRCs
    std::size_t large = 16 << 20;         // bytes from which objects go to files
    std::uint64_t largest = 16ULL << 30;  // bytes from which objects are refused
  };
  // Pack and forest must outlive the walk, and the account everything that was unpacked.
  ForestWalk(const PackFile* pack, const DeltaForest* forest, std::vector<std::uint32_t> roots,
             BufferAccount* account, const Options& options);

  void work(NodeVisitor* visitor);

 private:
  struct Object {
    ObjectBuffer buffer;
    // Whether another worker was given it. Then it is freed by who lets go of it last, and does not
    // go to a pool: that nobody else holds it is no proof that nobody's reading is still to end.
    bool shared = false;
  };
  using Bytes = std::shared_ptr<Object>;
  using State = std::shared_ptr<const NodeState>;
  // Children [next, end) of a node are still to be done.
  struct Frame {
    std::uint32_t node = 0;
    std::uint32_t next = 0;
    std::uint32_t end = 0;
    Bytes bytes;  // null where dropped
    State state;
    std::size_t state_memory = 0;
  };
  class Worker;

  // Takes a batch of roots, or what another worker handed over; false at the end.
  bool take_roots(std::span<const std::uint32_t>* roots);
  std::optional<Frame> wait_for_frame(const NodeVisitor& visitor);
  bool hungry() const { return waiting_.load(std::memory_order_relaxed) > 0; }
  void hand_over(Frame frame);

  const PackFile* pack_;
  const DeltaForest* forest_;
  std::vector<std::uint32_t> roots_;
  BufferAccount* account_;
  Options options_;
  std::atomic<std::size_t> next_root_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Frame> offered_;
  std::uint32_t busy_ = 0;                 // workers that may still hand something over
  std::atomic<std::int32_t> waiting_ = 0;  // workers less what is offered to them
};

}  // namespace dragnet
