#include "git/random_delta.h"

#include <algorithm>

namespace dragnet::test {

namespace {

// Joins a step to the last where both are of one kind and go on, mostly.
void add(std::mt19937* random, std::vector<DeltaOp>* ops, const DeltaOp& op) {
  if (!ops->empty() && (*random)() % 8 != 0) {
    DeltaOp& last = ops->back();
    const bool goes_on =
        last.inserts() ? op.inserts() : !op.inserts() && last.base_end() == op.base;
    if (goes_on) {
      last.size += op.size;
      return;
    }
  }
  ops->push_back(op);
}

}  // namespace

std::vector<DeltaOp> random_delta(std::mt19937* random, ByteView base, ByteView target) {
  std::vector<DeltaOp> ops;
  const std::size_t most = std::size_t{1} << (*random)() % 12;  // bytes that a step has at most
  const auto insert_percent = (*random)() % 3 == 0 ? (*random)() % 60 : 2U;
  std::size_t from = 0;  // where the last copy ended
  for (std::size_t at = 0; at < target.size();) {
    DeltaOp op;
    op.target = at;
    op.size = 1 + (*random)() % 12;
    const std::size_t probe = std::min<std::size_t>(1 + (*random)() % 30, target.size() - at);
    std::size_t found = ByteView::npos;
    if ((*random)() % 100 >= insert_percent && !base.empty()) {
      // Where the last one ended, anywhere, or from the front.
      const std::size_t start = (*random)() % 4 != 0 ? from : (*random)() % base.size();
      found = base.find(target.substr(at, probe), std::min(start, base.size()));
      if (found == ByteView::npos) found = base.find(target.substr(at, probe));
    }
    if (found != ByteView::npos) {
      std::size_t size = probe;
      while (size < most && at + size < target.size() && found + size < base.size() &&
             target[at + size] == base[found + size]) {
        ++size;
      }
      op.base = found;
      op.size = size;
      from = found + size;
    }
    op.size = std::min<std::uint64_t>(op.size, target.size() - at);
    add(random, &ops, op);
    at += op.size;
  }
  return ops;
}

ByteString apply_delta(ByteView base, ByteView target, const std::vector<DeltaOp>& ops) {
  ByteString made;
  for (const DeltaOp& op : ops) {
    if (op.target != made.size()) return {};
    made += op.inserts() ? target.substr(op.target, op.size) : base.substr(op.base, op.size);
  }
  return made;
}

}  // namespace dragnet::test
