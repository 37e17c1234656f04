#include "pack/forest_walk.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "pack/delta.h"

namespace dragnet {

namespace {

constexpr std::size_t kRootBatch = 32;
constexpr std::chrono::milliseconds kLookUp(50);  // how often a waiting worker asks for `stopped`

}  // namespace

// One worker's hands: the open bases from the root of its subtree downwards, and its buffers.
class ForestWalk::Worker {
 public:
  Worker(ForestWalk* walk, NodeVisitor* visitor)
      : walk_(walk),
        forest_(*walk->forest_),
        visitor_(visitor),
        headers_(*walk->pack_),
        pool_(walk->account_, walk->options_.large) {}
  ~Worker() { close_all(); }

  void run_root(std::uint32_t root);
  void run_frame(Frame frame);

 private:
  void drain();
  void step();
  void show(std::uint32_t node, Bytes bytes, const Bytes& base, const State& base_state);
  // The object's bytes, given its base's (null for a root). Fills `ops_` for a delta.
  Result<Bytes> unpack(std::uint32_t node, const Bytes& base);
  Result<Bytes> unpack_delta(const PackEntry& entry, const Bytes& base);
  // What was dropped, made again from the nearest base that is there.
  Result<Bytes> remake(std::uint32_t node);
  void fail(std::uint32_t node, const Error& error);
  void open(Frame frame);
  void close();
  void close_all();
  void let_go(Bytes&& bytes);
  void drop_bytes();
  void share();

  ForestWalk* walk_;
  const DeltaForest& forest_;
  NodeVisitor* visitor_;
  PackHeaders headers_;
  Inflater inflater_;
  BufferPool pool_;
  std::vector<Frame> stack_;
  std::vector<DeltaOp> ops_;
  std::vector<std::uint32_t> chain_;
};

void ForestWalk::Worker::run_root(std::uint32_t root) {
  auto bytes = unpack(root, nullptr);
  if (!bytes) {
    fail(root, bytes.error());
    return;
  }
  ops_.clear();
  show(root, std::move(bytes).value(), nullptr, nullptr);
  drain();
}

void ForestWalk::Worker::run_frame(Frame frame) {
  open(std::move(frame));
  drain();
}

void ForestWalk::Worker::drain() {
  while (!stack_.empty() && !visitor_->stopped()) {
    if (stack_.back().next == stack_.back().end) {
      close();  // its children were given away
      continue;
    }
    step();
    if (walk_->hungry()) share();
  }
  close_all();
}

// The next child of the lowest open base.
void ForestWalk::Worker::step() {
  Frame& top = stack_.back();
  if (!top.bytes) {
    auto made = remake(top.node);
    if (!made) {
      for (; top.next < top.end; ++top.next)
        fail(forest_.children(top.node)[top.next], made.error());
      close();
      return;
    }
    top.bytes = std::move(made).value();
  }
  const std::uint32_t child = forest_.children(top.node)[top.next++];
  Bytes base = top.bytes;
  const State state = top.state;
  // After its last child nothing needs the base any more.
  if (top.next == top.end) close();
  auto bytes = unpack(child, base);
  if (!bytes) {
    fail(child, bytes.error());
  } else {
    show(child, std::move(bytes).value(), base, state);
  }
  let_go(std::move(base));
}

void ForestWalk::Worker::show(std::uint32_t node, Bytes bytes, const Bytes& base,
                              const State& base_state) {
  const auto children = forest_.children(node);
  NodeView view;
  view.node = node;
  view.bytes = bytes->buffer.bytes();
  view.has_children = !children.empty();
  if (base) {
    view.ops = ops_;
    view.base = base->buffer.bytes();
    view.base_state = base_state.get();
  }
  State state = visitor_->visit(view);
  if (children.empty()) {
    let_go(std::move(bytes));
    return;
  }
  Frame frame;
  frame.node = node;
  frame.end = static_cast<std::uint32_t>(children.size());
  frame.bytes = std::move(bytes);
  frame.state = std::move(state);
  open(std::move(frame));
}

Result<ForestWalk::Bytes> ForestWalk::Worker::unpack(std::uint32_t node, const Bytes& base) {
  const PackFile& pack = *walk_->pack_;
  const char* reason = "";
  const auto entry = headers_.entry(forest_.offset(node), &reason);
  if (!entry) return unreadable_error(reason);
  if (entry->stored_size > walk_->options_.largest) {
    return Error{ErrorKind::kTooLarge, std::to_string(entry->stored_size) + " bytes are too large",
                 ""};
  }
  if (walk_->options_.check_crc) {
    const std::uint64_t from = forest_.offset(node);
    const ByteView stored = pack.bytes.substr(from, forest_.end(node) - from);
    if (pack_crc32(stored) != forest_.crc(node)) {
      return unreadable_error("its bytes in the pack are not those that the index was made for");
    }
  }
  if (entry->delta) return unpack_delta(*entry, base);
  auto buffer = pool_.take(entry->stored_size);
  if (!buffer) return std::move(buffer).error();
  if (!inflater_.inflate(pack.bytes.substr(entry->data_offset), buffer->data(), buffer->size())) {
    pool_.give(std::move(buffer).value());
    return unreadable_error("its deflated bytes are damaged");
  }
  return std::make_shared<Object>(Object{std::move(buffer).value()});
}

Result<ForestWalk::Bytes> ForestWalk::Worker::unpack_delta(const PackEntry& entry,
                                                           const Bytes& base) {
  auto delta = pool_.take(entry.stored_size);
  if (!delta) return std::move(delta).error();
  const auto finish = [&](Result<Bytes> result) {
    pool_.give(std::move(delta).value());
    return result;
  };
  const ByteView deflated = walk_->pack_->bytes.substr(entry.data_offset);
  ByteView instructions(delta->data(), delta->size());
  if (!inflater_.inflate(deflated, delta->data(), delta->size())) {
    return finish(unreadable_error("its deflated bytes are damaged"));
  }
  const auto sizes = take_delta_sizes(&instructions);
  if (!sizes || sizes->base != base->buffer.size()) {
    return finish(unreadable_error("its delta does not fit its base"));
  }
  if (sizes->result > walk_->options_.largest) {
    return finish(
        Error{ErrorKind::kTooLarge, std::to_string(sizes->result) + " bytes are too large", ""});
  }
  auto buffer = pool_.take(sizes->result);
  if (!buffer) return finish(std::move(buffer).error());
  if (!apply_delta(base->buffer.bytes(), instructions, buffer->data(), buffer->size(), &ops_)) {
    pool_.give(std::move(buffer).value());
    return finish(unreadable_error("its delta is damaged"));
  }
  return finish(std::make_shared<Object>(Object{std::move(buffer).value()}));
}

Result<ForestWalk::Bytes> ForestWalk::Worker::remake(std::uint32_t node) {
  Bytes bytes;
  chain_.clear();
  for (std::uint32_t at = node; at != DeltaForest::kNone && !bytes; at = forest_.base(at)) {
    const auto open = std::find_if(stack_.rbegin(), stack_.rend(),
                                   [at](const Frame& frame) { return frame.node == at; });
    if (open != stack_.rend() && open->bytes) {
      bytes = open->bytes;
    } else {
      chain_.push_back(at);
    }
  }
  while (!chain_.empty()) {
    auto made = unpack(chain_.back(), bytes);
    chain_.pop_back();
    let_go(std::move(bytes));
    if (!made) return made;
    bytes = std::move(made).value();
  }
  return bytes;
}

void ForestWalk::Worker::fail(std::uint32_t node, const Error& error) {
  visitor_->damaged(node, error);
  const Error below{error.kind, to_string(NodeHealth::kBadBase), error.hint};
  std::vector<std::uint32_t> pending(forest_.children(node).begin(), forest_.children(node).end());
  while (!pending.empty()) {
    const std::uint32_t at = pending.back();
    pending.pop_back();
    visitor_->damaged(at, below);
    const auto children = forest_.children(at);
    pending.insert(pending.end(), children.begin(), children.end());
  }
}

void ForestWalk::Worker::open(Frame frame) {
  frame.state_memory = frame.state ? frame.state->memory() : 0;
  walk_->account_->add(frame.state_memory);
  stack_.push_back(std::move(frame));
  if (walk_->account_->over()) drop_bytes();
}

void ForestWalk::Worker::close() {
  Frame frame = std::move(stack_.back());
  stack_.pop_back();
  walk_->account_->remove(frame.state_memory);
  let_go(std::move(frame.bytes));
}

void ForestWalk::Worker::close_all() {
  while (!stack_.empty()) close();
}

void ForestWalk::Worker::let_go(Bytes&& bytes) {
  if (bytes && !bytes->shared && bytes.use_count() == 1) pool_.give(std::move(bytes->buffer));
  bytes.reset();
}

// The highest base is needed last.
void ForestWalk::Worker::drop_bytes() {
  pool_.clear();
  for (std::size_t i = 0; i + 1 < stack_.size() && walk_->account_->over(); ++i) {
    stack_[i].bytes.reset();
  }
}

// Half of the children that the highest open base has left, the heavier half.
void ForestWalk::Worker::share() {
  for (Frame& frame : stack_) {
    const std::uint32_t left = frame.end - frame.next;
    // The lowest one's last child is what this worker does next itself.
    const std::uint32_t given = &frame == &stack_.back() ? left / 2 : (left + 1) / 2;
    if (given == 0) continue;
    // Who holds it already may be looking at it.
    if (frame.bytes && !frame.bytes->shared) frame.bytes->shared = true;
    Frame half = frame;
    half.next = frame.end - given;
    half.state_memory = 0;
    frame.end = half.next;
    walk_->hand_over(std::move(half));
    break;
  }
}

ForestWalk::ForestWalk(const PackFile* pack, const DeltaForest* forest,
                       std::vector<std::uint32_t> roots, BufferAccount* account,
                       const Options& options)
    : pack_(pack),
      forest_(forest),
      roots_(std::move(roots)),
      account_(account),
      options_(options) {}

void ForestWalk::work(NodeVisitor* visitor) {
  Worker worker(this, visitor);
  {
    const std::scoped_lock lock(mutex_);
    ++busy_;
  }
  std::span<const std::uint32_t> roots;
  while (!visitor->stopped() && take_roots(&roots)) {
    for (const std::uint32_t root : roots) {
      if (visitor->stopped()) break;
      worker.run_root(root);
    }
  }
  while (auto frame = wait_for_frame(*visitor)) worker.run_frame(std::move(*frame));
}

bool ForestWalk::take_roots(std::span<const std::uint32_t>* roots) {
  const std::size_t from = next_root_.fetch_add(kRootBatch, std::memory_order_relaxed);
  if (from >= roots_.size()) return false;
  *roots = std::span(roots_).subspan(from, std::min(kRootBatch, roots_.size() - from));
  return true;
}

// Returns nothing when no worker can have anything to hand over any more.
std::optional<ForestWalk::Frame> ForestWalk::wait_for_frame(const NodeVisitor& visitor) {
  std::unique_lock lock(mutex_);
  --busy_;
  waiting_.fetch_add(1, std::memory_order_relaxed);
  while (offered_.empty() && busy_ > 0 && !visitor.stopped()) changed_.wait_for(lock, kLookUp);
  if (offered_.empty() || visitor.stopped()) {
    changed_.notify_all();
    return std::nullopt;
  }
  Frame frame = std::move(offered_.front());
  offered_.pop_front();
  ++busy_;
  return frame;
}

void ForestWalk::hand_over(Frame frame) {
  {
    const std::scoped_lock lock(mutex_);
    offered_.push_back(std::move(frame));
  }
  waiting_.fetch_sub(1, std::memory_order_relaxed);
  changed_.notify_one();
}

}  // namespace dragnet
