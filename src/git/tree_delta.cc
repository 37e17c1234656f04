#include "git/tree_delta.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "git/object_parse.h"
#include "git/provenance_ids.h"

namespace dragnet {

namespace {

constexpr std::size_t kMaxSize = std::numeric_limits<std::uint32_t>::max();

constexpr std::uint32_t kSerialsAtOnce = 16;
constexpr std::size_t kSpareEntries = 8;
constexpr std::size_t kUsualEntry = 36;  // bytes

bool link_less(const TreeLink& a, const TreeLink& b) {
  return std::tie(a.offset, a.kind, a.target) < std::tie(b.offset, b.kind, b.target);
}

// The first of `count` ascending numbers that is not below `value`, without a branch to mispredict.
std::size_t first_not_below(const std::uint32_t* numbers, std::size_t count, std::uint64_t value) {
  std::size_t at = 0;
  while (count > 0) {
    const std::size_t half = count / 2;
    at += numbers[at + half] < value ? count - half : 0;
    count = half;
  }
  return at;
}

}  // namespace

void TreeState::add_name_hits(std::span<const NameHit> hits) {
  if (hits.empty()) return;
  const auto old = static_cast<std::ptrdiff_t>(links_.size());
  for (const NameHit& hit : hits) {
    TreeLink& link = links_.emplace_back();
    link.offset = hit.entry.offset;
    link.name_at = static_cast<std::uint8_t>(hit.entry.name_offset - hit.entry.offset);
    link.name_size = hit.entry.name_size;
    link.target = hit.secret;
    link.kind = LinkKind::kName;
  }
  std::sort(links_.begin() + old, links_.end(), link_less);
  std::inplace_merge(links_.begin(), links_.begin() + old, links_.end(), link_less);
  links_.erase(std::unique(links_.begin(), links_.end()), links_.end());
}

void TreeState::clear() {
  bounds_.assign(1, 0);
  links_.clear();
  damaged_ = false;
}

void TreeParser::parse(ByteView bytes, std::size_t id_size, TreeState* state,
                       std::vector<FreshEntry>* fresh) const {
  static const TreeState no_base;
  parse_delta(bytes, id_size, no_base, {}, state, fresh);
}

void TreeParser::parse_delta(ByteView bytes, std::size_t id_size, const TreeState& base,
                             std::span<const DeltaOp> ops, TreeState* state,
                             std::vector<FreshEntry>* fresh) const {
  state->bounds_.clear();
  state->links_.clear();
  fresh->clear();
  // A tree has about as many entries as its base.
  const std::size_t like_base = base.entries() > 0 ? base.entries() : bytes.size() / kUsualEntry;
  state->bounds_.reserve(like_base + kSpareEntries);
  state->links_.reserve(base.links_.size());
  const ByteView readable = bytes.substr(0, kMaxSize);
  TreeEntry entry;
  std::size_t at = 0;
  std::uint32_t serial = 0;
  std::uint32_t serials = 0;  // that are left from `serial` on
  auto op = ops.begin();
  while (at < readable.size()) {
    while (op != ops.end() && op->target_end() <= at) ++op;
    if (op != ops.end() && !op->inserts()) {
      const std::size_t end = take_over(base, *op, at, readable.size(), state);
      if (end != at) {
        at = end;
        continue;
      }
    }
    if (!read_tree_entry(readable, at, id_size, &entry)) break;
    FreshEntry& added = fresh->emplace_back();
    added.offset = static_cast<std::uint32_t>(at);
    added.name_offset = static_cast<std::uint32_t>(entry.name_offset);
    added.name_size = static_cast<std::uint32_t>(entry.name.size());
    added.mode = entry.mode;
    state->bounds_.push_back(added.offset);
    at = entry.end();

    const bool subtree = entry.is_tree();
    std::uint32_t target = provenance::kNone;
    if (subtree) {
      numbers_->prefetch(entry.raw_id);
      added.subtree = static_cast<std::uint32_t>(state->links_.size());
    } else {
      if (!entry.is_submodule()) target = holders_->find(entry.raw_id);
      if (target == provenance::kNone || !holders_->counts(target, entry.name)) continue;
    }
    if (serials == 0) serial = numbers_->take_link_serials(serials = kSerialsAtOnce);
    --serials;
    TreeLink& link = state->links_.emplace_back();
    link.offset = added.offset;
    link.name_at = static_cast<std::uint8_t>(added.name_offset - added.offset);
    link.name_size = added.name_size;
    link.target = target;
    link.kind = subtree ? LinkKind::kTree : LinkKind::kBlob;
    link.serial = serial;
    if (serial != 0) ++serial;
  }
  state->bounds_.push_back(static_cast<std::uint32_t>(at));
  state->damaged_ = at != bytes.size();
  number_subtrees(bytes, id_size, state, *fresh);
}

// Each look-up is a cache miss, so they were all begun when the entries were parsed; until here a
// fresh subtree has its link's place for its number.
void TreeParser::number_subtrees(ByteView bytes, std::size_t id_size, TreeState* state,
                                 std::span<FreshEntry> fresh) const {
  bool all = true;
  for (FreshEntry& entry : fresh) {
    if (!entry.is_tree()) continue;
    const std::uint32_t number = numbers_->number({entry.raw_id(bytes), id_size});
    state->links_[std::exchange(entry.subtree, number)].target = number;
    all = all && number != provenance::kNone;
  }
  if (all) return;
  std::erase_if(state->links_,
                [](const TreeLink& link) { return link.target == provenance::kNone; });
}

// Where an entry of the base starts that comes to stand at `at` of the tree, takes over all entries
// from it on that `op` holds whole. Returns where they end, `at` where there are none.
std::size_t TreeParser::take_over(const TreeState& base, const DeltaOp& op, std::size_t at,
                                  std::size_t size, TreeState* state) const {
  const std::uint64_t from = op.base + (at - op.target);
  const std::uint64_t limit =
      op.base + (std::min<std::uint64_t>(op.target_end(), size) - op.target);
  const std::uint32_t* const bounds = base.bounds_.data();
  const std::size_t bound_count = base.bounds_.size();
  const std::size_t first = first_not_below(bounds, bound_count, from);
  if (first == bound_count || bounds[first] != from) return at;
  const std::size_t count = first_not_below(bounds + first, bound_count - first, limit + 1) - 1;
  if (count == 0) return at;
  const std::uint32_t end = bounds[first + count];

  // All positions are below 2^32, so differences may wrap.
  const auto shift = static_cast<std::uint32_t>(at - from);
  const std::size_t old_bounds = state->bounds_.size();
  state->bounds_.resize(old_bounds + count);
  std::uint32_t* const to = state->bounds_.data() + old_bounds;
  for (std::size_t i = 0; i < count; ++i) to[i] = bounds[first + i] + shift;

  const auto starts_before = [](const TreeLink& link, std::uint64_t offset) {
    return link.offset < offset;
  };
  const auto link = std::lower_bound(base.links_.begin(), base.links_.end(), from, starts_before);
  const auto link_end = std::lower_bound(link, base.links_.end(), end, starts_before);
  const auto old_links = static_cast<std::ptrdiff_t>(state->links_.size());
  state->links_.insert(state->links_.end(), link, link_end);
  for (auto added = state->links_.begin() + old_links; added != state->links_.end(); ++added) {
    added->offset += shift;
  }
  return at + static_cast<std::size_t>(end - from);
}

}  // namespace dragnet
