// Trees: are the objects there that their entries name, do secrets stand in the names, and which
// entries lead to the blobs that hold some.
//
// An entry is looked at where it is fresh: where it came with a tree that is no delta, or with what
// a delta inserts (git/tree_delta.h). The reference way looks at all entries of all trees; nearly
// all of them repeat, so those met lately are remembered.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "pipeline/pass_visitor.h"

namespace dragnet {

// Remembers hashes of what was dealt with, forgetting what falls on the same place. They are made
// with the process's seed, so that nobody can make two names, or two entries, of one hash.
class RecentHashes {
 public:
  // True where `hash` was the last one put at its place.
  bool seen(std::uint64_t hash) const { return slots_[hash & kMask] == hash; }
  void put(std::uint64_t hash) { slots_[hash & kMask] = hash; }

 private:
  static constexpr std::uint64_t kMask = (1 << 15) - 1;
  std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(kMask + 1);
};

class TreeVisitor : public PassVisitor {
 public:
  TreeVisitor(PassContext* context, unsigned worker, Provenance::Feeder* feeder)
      : PassVisitor(context, worker), feeder_(feeder) {}

  std::shared_ptr<const NodeState> object(const ObjectView& view) override;

 private:
  struct NewName {
    std::uint64_t entry_hash;
    std::uint64_t name_hash;
    FreshEntry entry;
    bool hit = false;
  };

  void consider_fresh(const ObjectView& view);
  void consider(const ObjectView& view, const FreshEntry& entry, std::uint64_t hash);
  bool is_here(const FreshEntry& entry, const char* raw_id) const;
  void scan_new_names(const ObjectView& view);
  void collect_inherited_names(const ObjectView& view, const TreeState& state);

  Provenance::Feeder* feeder_;
  RecentHashes entries_;
  RecentHashes names_;
  // Of the tree in hand.
  TreeState scratch_;
  std::vector<FreshEntry> fresh_;
  std::vector<std::pair<std::uint64_t, const FreshEntry*>> unseen_;  // by their hashes
  std::vector<NewName> new_names_;
  std::vector<ByteView> texts_;
  std::vector<NameHit> hits_;
};

}  // namespace dragnet
