#include "pipeline/pass_visitor.h"

namespace dragnet {

namespace {

constexpr unsigned kHandInEvery = 256;

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

}  // namespace

void PassVisitor::unreadable(std::size_t, const ObjectHeader& header, const Error& error) {
  context_->state->incomplete.add({header.id.hex(), "", error.message});
  counts_.work += header.size;
}

void PassVisitor::count(const ObjectView& view) {
  if (view.index == ObjectView::kCopy) return;
  counts_.work += view.work;
  if (view.index < context_->run->selected) {
    ++counts_.of_type[static_cast<std::size_t>(view.type)];
    counts_.bytes += view.bytes.size();
    if (!context_->done.empty()) context_->done[view.index] = 1;
  }
  if (++counts_.objects >= kHandInEvery) hand_in_counts();
}

void PassVisitor::hand_in_counts() {
  RunCounters& counters = context_->state->counters;
  const auto of = [this](ObjectType type) {
    return counts_.of_type[static_cast<std::size_t>(type)];
  };
  counters.blobs += of(ObjectType::kBlob);
  counters.commits += of(ObjectType::kCommit);
  counters.trees += of(ObjectType::kTree);
  counters.tags += of(ObjectType::kTag);
  counters.logical_bytes += counts_.bytes;
  counters.decoded_bytes += counts_.bytes;
  context_->state->progress->done_bytes += counts_.work;
  counts_ = Counts();
}

std::vector<std::uint32_t> PassVisitor::collect(const ObjectView& view, ByteView bytes,
                                                std::uint64_t offset,
                                                const std::vector<Match>& matches) {
  const DetectedObject object{context_->target, kind_of(view.type), view.id(), ""};
  return context_->state->collector->add(object, bytes, offset, matches, memo_);
}

}  // namespace dragnet
