#include "pipeline/tree_visitor.h"

#include "base/hash.h"

namespace dragnet {

namespace {

// What is kept of a tree for its deltas.
struct KeptTree : NodeState {
  std::size_t memory() const override { return sizeof *this + tree.memory(); }

  TreeState tree;
};

}  // namespace

std::shared_ptr<const NodeState> TreeVisitor::object(const ObjectView& view) {
  // Nothing is kept of a further copy, so that its deltas are looked at whole: what its names hold
  // is the listed copy's.
  if (view.index == ObjectView::kCopy) return nullptr;
  count(view);
  const TreeParser& parser = context_->run->provenance->parser();
  const std::size_t id_size = context_->run->id_size;
  std::shared_ptr<KeptTree> kept;
  if (keeps_state(view)) kept = std::make_shared<KeptTree>();
  TreeState& state = kept ? kept->tree : scratch_;
  if (by_delta(view)) {
    const auto& base = static_cast<const KeptTree&>(*view.base_state);
    parser.parse_delta(view.bytes, id_size, base.tree, view.ops, &state, &fresh_);
  } else {
    parser.parse(view.bytes, id_size, &state, &fresh_);
  }
  if (state.damaged()) {
    context_->state->incomplete.add({view.id().hex(), "", "tree is damaged"});
  }
  collect_inherited_names(view, state);
  consider_fresh(view);
  hits_.clear();
  if (!new_names_.empty()) scan_new_names(view);
  state.add_name_hits(hits_);
  feeder_->add_listed_tree(static_cast<std::uint32_t>(view.index), view.bytes, state);
  return kept;
}

// Entries that were not met lately. What tells whether an object is there is not in any cache, so
// it is begun to be read for all of them before the first is asked for.
void TreeVisitor::consider_fresh(const ObjectView& view) {
  const std::size_t id_size = context_->run->id_size;
  const ObjectPlaces& places = context_->run->places;
  unseen_.clear();
  for (const FreshEntry& entry : fresh_) {
    const std::size_t end = entry.name_offset + entry.name_size + std::size_t{1} + id_size;
    const ByteView bytes = view.bytes.substr(entry.offset, end - entry.offset);
    const std::uint64_t hash = seeded_hash64(bytes, process_seed());
    if (entries_.seen(hash)) continue;
    if (entry.subtree == FreshEntry::kNotLooked) places.prefetch(entry.raw_id(view.bytes));
    unseen_.emplace_back(hash, &entry);
  }
  new_names_.clear();
  for (const auto& [hash, entry] : unseen_) consider(view, *entry, hash);
}

// Is its object there, is there a secret in its name?
void TreeVisitor::consider(const ObjectView& view, const FreshEntry& entry, std::uint64_t hash) {
  const std::size_t id_size = context_->run->id_size;
  const ByteView name = entry.name(view.bytes);
  const char* raw_id = entry.raw_id(view.bytes);
  if (context_->connected && !entry.is_submodule() && !is_here(entry, raw_id)) {
    context_->missing(ObjectId::from_raw(raw_id, id_size), "a tree", name);
  }
  const std::uint64_t name_hash = seeded_hash64(name, process_seed());
  if (names_.seen(name_hash)) {
    entries_.put(hash);
  } else {
    new_names_.push_back({hash, name_hash, entry});
  }
}

// A subtree was looked up when it was numbered: what is here has its place as its number.
bool TreeVisitor::is_here(const FreshEntry& entry, const char* raw_id) const {
  const ObjectPlaces& places = context_->run->places;
  if (entry.subtree != FreshEntry::kNotLooked) return entry.subtree < places.size();
  return places.contains(raw_id);
}

// Names without a secret are remembered; those with one have to be told to provenance in every tree
// that has them, so they never are.
void TreeVisitor::scan_new_names(const ObjectView& view) {
  texts_.clear();
  for (const NewName& name : new_names_) texts_.push_back(name.entry.name(view.bytes));
  scanner_->scan_each(texts_, [&](std::size_t i, const std::vector<Match>& matches) {
    new_names_[i].hit = true;
    for (const std::uint32_t secret :
         collect(view, texts_[i], new_names_[i].entry.name_offset, matches)) {
      hits_.push_back({new_names_[i].entry, secret});
    }
  });
  for (const NewName& name : new_names_) {
    if (name.hit) continue;
    entries_.put(name.entry_hash);
    names_.put(name.name_hash);
  }
}

// A name with a secret that came along with a copy is a place of its own in this tree.
void TreeVisitor::collect_inherited_names(const ObjectView& view, const TreeState& state) {
  std::vector<std::uint64_t> offsets;
  texts_.clear();
  for (const TreeLink& link : state.links()) {
    if (link.kind != LinkKind::kName) continue;
    const std::uint64_t offset = link.offset + link.name_at;
    if (!offsets.empty() && offsets.back() == offset) continue;  // two secrets in one name
    offsets.push_back(offset);
    texts_.push_back(link.name(view.bytes));
  }
  if (texts_.empty()) return;
  scanner_->scan_each(texts_, [&](std::size_t i, const std::vector<Match>& matches) {
    collect(view, texts_[i], offsets[i], matches);
  });
}

}  // namespace dragnet
