// A pack as a forest: every delta hangs below its base.
//
// Built from the entries' headers alone, without inflating anything: 849,014 entries of git's own
// repository in well under 0.1 s. Nodes are numbered in pack order.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "base/object_id.h"
#include "pack/pack_headers.h"
#include "pack/pack_index.h"

namespace dragnet {

enum class NodeHealth : std::uint8_t {
  kGood,
  kBadEntry,   // its offset, header or sizes are damaged
  kBadBase,    // its base is not healthy
  kEndless,    // its chain of deltas leads back to itself
  kTooDeep,    // its chain is longer than kMaxDeltaChain
  kElsewhere,  // its base is not in this pack
};

// What is wrong, as a person reads it.
const char* to_string(NodeHealth health);

// Immutable; threads may share it. The pack must outlive it.
class DeltaForest {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // Headers are read by `threads` threads.
  static DeltaForest build(const PackFile& pack, unsigned threads);

  std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
  std::uint64_t offset(std::uint32_t node) const { return nodes_[node].offset; }
  // Where the entry's bytes end: the next one starts there.
  std::uint64_t end(std::uint32_t node) const {
    return node + 1 < nodes_.size() ? nodes_[node + 1].offset : pack_end_;
  }
  // Position in the pack's index.
  std::uint32_t position(std::uint32_t node) const { return nodes_[node].position; }
  // The CRC-32 that the index has of the entry's bytes; 0 where it has none.
  std::uint32_t crc(std::uint32_t node) const { return nodes_[node].crc; }
  // kNone for a root, and where there is none in this pack.
  std::uint32_t base(std::uint32_t node) const { return nodes_[node].base; }
  NodeHealth health(std::uint32_t node) const { return nodes_[node].health; }
  // Whether all nodes are.
  bool healthy() const { return healthy_; }
  // Of a healthy node.
  ObjectType type(std::uint32_t node) const { return nodes_[node].type; }
  // Those with the lightest subtree first: who walks to the last one needs the base no more.
  std::span<const std::uint32_t> children(std::uint32_t node) const {
    return {children_.data() + first_child_[node], children_.data() + first_child_[node + 1]};
  }
  // Healthy nodes that are no deltas, in pack order.
  const std::vector<std::uint32_t>& roots() const { return roots_; }

  // Bytes held.
  std::uint64_t memory() const {
    return nodes_.capacity() * sizeof(Node) +
           sizeof(std::uint32_t) *
               (first_child_.capacity() + children_.capacity() + roots_.capacity());
  }

 private:
  struct Node {
    std::uint64_t offset = 0;
    std::uint32_t position = 0;
    std::uint32_t base = kNone;
    std::uint32_t crc = 0;
    ObjectType type = ObjectType::kBlob;
    NodeHealth health = NodeHealth::kGood;
  };

  void read_entries(const PackFile& pack, std::atomic<std::size_t>* next);
  void read_block(const PackFile& pack, PackHeaders* headers, std::size_t first, std::size_t last);
  std::uint32_t find(std::uint64_t offset, std::uint32_t near) const;
  void follow_chains();
  void link_children();

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> first_child_;
  std::vector<std::uint32_t> children_;
  std::vector<std::uint32_t> roots_;
  std::uint64_t pack_end_ = 0;
  bool healthy_ = true;
};

}  // namespace dragnet
