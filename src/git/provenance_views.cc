#include "git/provenance_views.h"

#include "base/hash.h"

namespace dragnet::provenance {

namespace {

constexpr std::size_t kFirstSlots = 1 << 10;

// Murmur3's finalizer: one to one, so different keys never have the same priority.
std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 33;
  value *= 0xFF51AFD7ED558CCDULL;
  value ^= value >> 33;
  value *= 0xC4CEB9FE1A85EC53ULL;
  value ^= value >> 33;
  return value;
}

}  // namespace

ViewStore::ViewStore() : nodes_(1), slots_(kFirstSlots), seed_(process_seed()) {}

std::uint64_t ViewStore::priority(ViewKey key) const { return mix(key ^ seed_); }

std::size_t ViewStore::slot_of(const Node& node) const {
  const std::uint64_t children = static_cast<std::uint64_t>(node.left) << 32 | node.right;
  return static_cast<std::size_t>(mix(mix(children ^ seed_) ^ node.key)) & (slots_.size() - 1);
}

ViewStore::View ViewStore::make(ViewKey key, View left, View right) {
  const Node node{key, left, right};
  std::size_t slot = slot_of(node);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const Node& other = nodes_[slots_[slot]];
    if (other.key == key && other.left == left && other.right == right) return slots_[slot];
  }
  if (nodes_.size() >= kTargetLimit) {
    overflowed_ = true;
    return 0;
  }
  slots_[slot] = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back(node);
  const View made = slots_[slot];
  if (nodes_.size() > slots_.size() / 4 * 3) grow();
  return made;
}

void ViewStore::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (std::uint32_t view = 1; view < nodes_.size(); ++view) {
    std::size_t slot = slot_of(nodes_[view]);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = view;
  }
}

// First the shape, by the usual pass with a stack of the right spine; then the nodes, children
// before parents.
ViewStore::View ViewStore::build(std::span<const ViewKey> keys) {
  if (keys.empty()) return 0;
  const auto count = static_cast<std::uint32_t>(keys.size());
  std::vector<std::uint32_t> left(count, kNone);
  std::vector<std::uint32_t> right(count, kNone);
  std::vector<std::uint32_t> spine;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t below = kNone;
    while (!spine.empty() && priority(keys[spine.back()]) < priority(keys[i])) {
      below = spine.back();
      spine.pop_back();
    }
    left[i] = below;
    if (!spine.empty()) right[spine.back()] = i;
    spine.push_back(i);
  }
  return make_range(keys, left, right, spine.front());
}

ViewStore::View ViewStore::make_range(std::span<const ViewKey> keys,
                                      const std::vector<std::uint32_t>& left,
                                      const std::vector<std::uint32_t>& right, std::uint32_t root) {
  const View below = left[root] == kNone ? 0 : make_range(keys, left, right, left[root]);
  const View above = right[root] == kNone ? 0 : make_range(keys, left, right, right[root]);
  return make(keys[root], below, above);
}

void ViewStore::split(View view, ViewKey key, View* below, View* above) {
  if (view == 0) {
    *below = *above = 0;
    return;
  }
  const Node node = nodes_[view];
  View inner = 0;
  if (node.key < key) {
    split(node.right, key, &inner, above);
    *below = make(node.key, node.left, inner);
  } else {
    split(node.left, key, below, &inner);
    *above = make(node.key, inner, node.right);
  }
}

ViewStore::View ViewStore::join(View below, View above) {
  if (below == 0) return above;
  if (above == 0) return below;
  const Node low = nodes_[below];
  const Node high = nodes_[above];
  if (priority(low.key) > priority(high.key)) {
    return make(low.key, low.left, join(low.right, above));
  }
  return make(high.key, join(below, high.left), high.right);
}

ViewStore::View ViewStore::with(View view, ViewKey key) {
  if (view == 0) return make(key, 0, 0);
  const Node node = nodes_[view];
  if (node.key == key) return view;
  if (priority(key) > priority(node.key)) {
    View below = 0;
    View above = 0;
    split(view, key, &below, &above);
    return make(key, below, above);
  }
  if (key < node.key) return make(node.key, with(node.left, key), node.right);
  return make(node.key, node.left, with(node.right, key));
}

ViewStore::View ViewStore::without(View view, ViewKey key) {
  if (view == 0) return 0;
  const Node node = nodes_[view];
  if (node.key == key) return join(node.left, node.right);
  if (key < node.key) return make(node.key, without(node.left, key), node.right);
  return make(node.key, node.left, without(node.right, key));
}

bool ViewStore::contains(View view, ViewKey key) const {
  while (view != 0 && nodes_[view].key != key) {
    view = key < nodes_[view].key ? nodes_[view].left : nodes_[view].right;
  }
  return view != 0;
}

}  // namespace dragnet::provenance
