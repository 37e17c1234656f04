#include "pack/delta_forest.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "pack/pack_order.h"

namespace dragnet {

namespace {

// Nodes that a thread takes at once.
constexpr std::size_t kBlock = 4096;
// Headers and CRCs lie far apart: they are begun to be read so many nodes before they are needed.
constexpr std::size_t kAhead = 16;

}  // namespace

const char* to_string(NodeHealth health) {
  switch (health) {
    case NodeHealth::kGood:
      break;
    case NodeHealth::kElsewhere:
      return "its delta base is not in the pack";
    case NodeHealth::kBadEntry:
      return "its entry in the pack is damaged";
    case NodeHealth::kBadBase:
      return "its delta base cannot be read";
    case NodeHealth::kEndless:
      return "its chain of deltas does not end";
    case NodeHealth::kTooDeep:
      return "its chain of deltas is too long";
  }
  return "";
}

DeltaForest DeltaForest::build(const PackFile& pack, unsigned threads) {
  DeltaForest forest;
  forest.pack_end_ = pack.bytes.size();
  const std::size_t count = pack.index.size();
  forest.nodes_.resize(count);
  const std::vector<PackEntryPlace> places = places_in_pack_order(pack.index);
  for (std::size_t i = 0; i < count; ++i) {
    forest.nodes_[i].offset = places[i].offset;
    forest.nodes_[i].position = places[i].position;
  }
  const std::size_t workers = threads_worth(count, threads);
  {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < workers; ++i) {
      others.emplace_back([&forest, &pack, &next] { forest.read_entries(pack, &next); });
    }
    forest.read_entries(pack, &next);
  }
  forest.follow_chains();
  forest.link_children();
  return forest;
}

// One worker's part, a block after another.
void DeltaForest::read_entries(const PackFile& pack, std::atomic<std::size_t>* next) {
  PackHeaders headers(pack);
  for (;;) {
    const std::size_t first = next->fetch_add(kBlock, std::memory_order_relaxed);
    if (first >= nodes_.size()) return;
    read_block(pack, &headers, first, std::min(first + kBlock, nodes_.size()));
  }
}

void DeltaForest::read_block(const PackFile& pack, PackHeaders* headers, std::size_t first,
                             std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    Node& node = nodes_[i];
    if (i + kAhead < nodes_.size()) {
      const Node& ahead = nodes_[i + kAhead];
      pack.index.prefetch_crc(ahead.position);
      if (ahead.offset < pack.bytes.size()) __builtin_prefetch(pack.bytes.data() + ahead.offset);
    }
    node.crc = pack.index.crc(node.position).value_or(0);
    const char* reason = nullptr;
    const auto entry = headers->entry(node.offset, &reason);
    // Of two objects at one offset, one at least is not what its id says.
    const bool alone = (i == 0 || nodes_[i - 1].offset != node.offset) &&
                       (i + 1 == nodes_.size() || nodes_[i + 1].offset != node.offset);
    if (!entry || !alone) {
      node.health = NodeHealth::kBadEntry;
    } else if (!entry->delta) {
      node.type = entry->type;
    } else if (entry->base_offset == 0) {
      node.health = NodeHealth::kElsewhere;
    } else {
      node.base = find(entry->base_offset, static_cast<std::uint32_t>(i));
      if (node.base == kNone) node.health = NodeHealth::kElsewhere;
    }
  }
}

// Bases mostly stand a little before their deltas: steps that double, then halves.
std::uint32_t DeltaForest::find(std::uint64_t offset, std::uint32_t near) const {
  std::size_t low = 0;
  std::size_t high = nodes_.size();
  if (offset <= nodes_[near].offset) {
    high = near + std::size_t{1};
    for (std::size_t step = 1; step <= near; step *= 2) {
      if (nodes_[near - step].offset <= offset) {
        low = near - step;
        break;
      }
      high = near - step;
    }
  } else {
    low = near;
  }
  const auto from = nodes_.begin() + static_cast<std::ptrdiff_t>(low);
  const auto to = nodes_.begin() + static_cast<std::ptrdiff_t>(high);
  const auto at = std::lower_bound(from, to, offset, [](const Node& node, std::uint64_t wanted) {
    return node.offset < wanted;
  });
  if (at == to || at->offset != offset) return kNone;
  return static_cast<std::uint32_t>(at - nodes_.begin());
}

// Types and health come down from the roots. Bases usually stand before their deltas, then a chain
// is one step; where they do not, it is followed to what is known and settled backwards.
void DeltaForest::follow_chains() {
  constexpr std::uint16_t kUnknown = 0xffff;
  constexpr std::uint16_t kOnChain = 0xfffe;
  std::vector<std::uint16_t> depth(nodes_.size(), kUnknown);
  std::vector<std::uint32_t> chain;
  for (std::uint32_t start = 0; start < nodes_.size(); ++start) {
    std::uint32_t at = start;
    while (depth[at] == kUnknown && nodes_[at].base != kNone) {
      depth[at] = kOnChain;
      chain.push_back(at);
      at = nodes_[at].base;
    }
    const bool endless = depth[at] == kOnChain;
    if (depth[at] == kUnknown) depth[at] = 0;
    while (!chain.empty()) {
      Node& node = nodes_[chain.back()];
      const Node& base = nodes_[node.base];
      if (node.health == NodeHealth::kGood) {
        if (endless) {
          node.health = NodeHealth::kEndless;
        } else if (base.health != NodeHealth::kGood) {
          node.health = NodeHealth::kBadBase;
        } else if (depth[node.base] >= kMaxDeltaChain) {
          node.health = NodeHealth::kTooDeep;
        }
      }
      node.type = base.type;
      depth[chain.back()] =
          node.health == NodeHealth::kGood ? static_cast<std::uint16_t>(depth[node.base] + 1) : 0;
      chain.pop_back();
    }
  }
}

void DeltaForest::link_children() {
  const std::size_t count = nodes_.size();
  const auto healthy = [this](std::size_t node) {
    return nodes_[node].health == NodeHealth::kGood;
  };
  first_child_.assign(count + 1, 0);
  for (std::size_t i = 0; i < count; ++i) {
    if (!healthy(i)) {
      healthy_ = false;
      continue;
    }
    if (nodes_[i].base == kNone) {
      roots_.push_back(static_cast<std::uint32_t>(i));
    } else {
      ++first_child_[nodes_[i].base + std::size_t{1}];
    }
  }
  for (std::size_t i = 0; i < count; ++i) first_child_[i + 1] += first_child_[i];
  children_.resize(first_child_[count]);
  std::vector<std::uint32_t> next(first_child_.begin(), first_child_.end() - 1);
  for (std::size_t i = 0; i < count; ++i) {
    if (!healthy(i) || nodes_[i].base == kNone) continue;
    children_[next[nodes_[i].base]++] = static_cast<std::uint32_t>(i);
  }
  // Subtree sizes, leaves upwards: nodes in an order in which every base comes before its deltas.
  std::vector<std::uint32_t>& order = next;
  order.clear();
  order.insert(order.end(), roots_.begin(), roots_.end());
  order.reserve(count);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto below = children(order[i]);
    order.insert(order.end(), below.begin(), below.end());
  }
  std::vector<std::uint32_t> weight(count, 1);
  for (std::size_t i = order.size(); i-- > 0;) {
    const std::uint32_t node = order[i];
    if (nodes_[node].base != kNone) weight[nodes_[node].base] += weight[node];
    const auto first = children_.begin() + first_child_[node];
    const auto last = children_.begin() + first_child_[node + std::size_t{1}];
    if (last - first < 2) continue;
    std::sort(first, last, [&](std::uint32_t a, std::uint32_t b) {
      return std::pair(weight[a], a) < std::pair(weight[b], b);
    });
  }
}

}  // namespace dragnet
