// What of a folder leads to secrets, as a value that is stored once.
//
// A *view* is the set of a tree's entries that lead to a secret: (name, blob that holds secrets),
// (name, view of a subtree), (name, secret in the name itself). Two versions of a folder that
// differ only in what leads nowhere have the same view, so most of a history's commits have the
// view of their parent and need no further look: git/git with 1,000 holders has 200,000 root trees
// and a few thousand views.
//
// Sets are treaps whose priorities are a hash of the key, which makes the shape of a treap a
// function of its content, and every node is stored only once. So equal sets are equal numbers, two
// sets are compared in the time of their difference, and a set that differs from another in one
// entry takes a few nodes more, however large it is. The hash is seeded, so that nobody can choose
// names that make a treap deep; its depth is logarithmic, and functions here recurse on it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "git/provenance_edges.h"

namespace dragnet::provenance {

// An entry: the name's number in the upper half, then the kind, then 30 bits of target (a holder, a
// view or a secret).
using ViewKey = std::uint64_t;
inline constexpr std::uint32_t kTargetLimit = 1U << 30;

inline ViewKey make_key(std::uint32_t name, EdgeKind kind, std::uint32_t target) {
  return static_cast<ViewKey>(name) << 32 | static_cast<ViewKey>(kind) << 30 | target;
}
inline std::uint32_t key_name(ViewKey key) { return static_cast<std::uint32_t>(key >> 32); }
inline EdgeKind key_kind(ViewKey key) { return static_cast<EdgeKind>(key >> 30 & 3); }
inline std::uint32_t key_target(ViewKey key) {
  return static_cast<std::uint32_t>(key & (kTargetLimit - 1));
}
// All keys of a name are in [make_key(name, kBlob, 0), name_end(name)).
inline ViewKey name_end(std::uint32_t name) { return (static_cast<ViewKey>(name) + 1) << 32; }

// Not thread safe while views are made; after that any thread may read.
class ViewStore {
 public:
  using View = std::uint32_t;  // a treap's root; 0 is the empty set

  ViewStore();

  // Of keys in ascending order, without repetition.
  View build(std::span<const ViewKey> keys);
  View with(View view, ViewKey key);
  View without(View view, ViewKey key);

  bool contains(View view, ViewKey key) const;
  // Calls `visit(key)` for the view's keys in [from, to), in ascending order.
  template <typename Visit>
  void for_each(View view, ViewKey from, ViewKey to, Visit&& visit) const;
  template <typename Visit>
  void for_each(View view, Visit&& visit) const {
    for_each(view, 0, kEnd, visit);
  }
  // Calls `visit(key)` for the keys of `a` that `b` lacks, in ascending order.
  template <typename Visit>
  void for_each_missing(View a, View b, Visit&& visit) const {
    difference(a, b, 0, kEnd, visit);
  }

  // Nodes made, the empty one included. Every view is below this.
  std::size_t size() const { return nodes_.size(); }
  // The parts of a view, for walking all views' entries once each.
  ViewKey key(View view) const { return nodes_[view].key; }
  View left(View view) const { return nodes_[view].left; }
  View right(View view) const { return nodes_[view].right; }
  // More entries than can be numbered: views are no longer right.
  bool overflowed() const { return overflowed_; }
  // Gives back what only making views needs.
  void seal() { std::vector<std::uint32_t>().swap(slots_); }

 private:
  static constexpr ViewKey kEnd = ~ViewKey{0};
  struct Node {
    ViewKey key = 0;
    View left = 0;
    View right = 0;
  };

  std::uint64_t priority(ViewKey key) const;
  View make(ViewKey key, View left, View right);
  View make_range(std::span<const ViewKey> keys, const std::vector<std::uint32_t>& left,
                  const std::vector<std::uint32_t>& right, std::uint32_t root);
  void split(View view, ViewKey key, View* below, View* above);
  View join(View below, View above);
  // The part of the treap whose keys are in [from, to) has its root here.
  View narrow(View view, ViewKey from, ViewKey to) const {
    while (view != 0) {
      const Node& node = nodes_[view];
      if (node.key < from) {
        view = node.right;
      } else if (node.key >= to) {
        view = node.left;
      } else {
        break;
      }
    }
    return view;
  }
  template <typename Visit>
  void difference(View a, View b, ViewKey from, ViewKey to, Visit&& visit) const;
  std::size_t slot_of(const Node& node) const;
  void grow();

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> slots_;  // nodes by content; the size is a power of two
  std::uint64_t seed_;
  bool overflowed_ = false;
};

template <typename Visit>
void ViewStore::for_each(View view, ViewKey from, ViewKey to, Visit&& visit) const {
  view = narrow(view, from, to);
  if (view == 0) return;
  const Node node = nodes_[view];
  for_each(node.left, from, node.key, visit);
  visit(node.key);
  for_each(node.right, node.key + 1, to, visit);
}

template <typename Visit>
void ViewStore::difference(View a, View b, ViewKey from, ViewKey to, Visit&& visit) const {
  a = narrow(a, from, to);
  if (a == 0 || a == b) return;
  b = narrow(b, from, to);
  if (a == b) return;
  if (b == 0) {
    for_each(a, from, to, visit);
    return;
  }
  const Node node_a = nodes_[a];
  const Node node_b = nodes_[b];
  if (node_a.key == node_b.key) {
    difference(node_a.left, node_b.left, from, node_a.key, visit);
    difference(node_a.right, node_b.right, node_a.key + 1, to, visit);
  } else if (priority(node_a.key) > priority(node_b.key)) {
    // The greatest priority of a range is its root's, so `b` has no such key.
    difference(node_a.left, b, from, node_a.key, visit);
    visit(node_a.key);
    difference(node_a.right, b, node_a.key + 1, to, visit);
  } else {
    difference(a, node_b.left, from, node_b.key, visit);
    difference(a, node_b.right, node_b.key + 1, to, visit);
  }
}

}  // namespace dragnet::provenance
