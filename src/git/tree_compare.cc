// All trees of a path are compared at once, entry by name, and only entries that no parent has are
// gone into: the cost is that of the change. The result for a tree depends on nothing but its id
// and the ids it is compared with, so a comparison made once is never made again; that bounds the
// work on trees that name each other so often that their paths could never be enumerated.
#include "git/tree_compare.h"

#include <algorithm>
#include <utility>

namespace dragnet {
namespace {

// Entries in the order of their names' bytes, which git's order nearly is.
using Entries = std::vector<TreeEntry>;

bool name_less(const TreeEntry& a, const TreeEntry& b) { return a.name < b.name; }

bool read_entries(ByteView bytes, std::size_t id_size, Entries* entries) {
  TreeReader reader(bytes, id_size);
  TreeEntry entry;
  while (reader.next(&entry)) entries->push_back(entry);
  if (!std::is_sorted(entries->begin(), entries->end(), name_less)) {
    std::stable_sort(entries->begin(), entries->end(), name_less);
  }
  return !reader.damaged();
}

ObjectId id_of(const TreeEntry& entry) {
  return ObjectId::from_raw(entry.raw_id.data(), entry.raw_id.size());
}

// Goes through a tree's entries beside another tree's, both in order.
class Cursor {
 public:
  explicit Cursor(const Entries& entries) : at_(entries.begin()), end_(entries.end()) {}
  // Appends the entries of this name; names are asked for in order, and may be asked for again.
  void append_named(ByteView name, std::vector<TreeEntry>* found) {
    while (at_ != end_ && at_->name < name) ++at_;
    for (auto same = at_; same != end_ && same->name == name; ++same) found->push_back(*same);
  }

 private:
  Entries::const_iterator at_;
  Entries::const_iterator end_;
};

}  // namespace

void TreeCompare::add(const ObjectId& tree, std::vector<ObjectId> parents) {
  if (std::find(parents.begin(), parents.end(), tree) != parents.end()) return;
  std::vector<Pair> pending;
  pending.push_back({tree, std::move(parents)});
  while (!pending.empty()) {
    Pair pair = std::move(pending.back());
    pending.pop_back();
    std::sort(pair.parents.begin(), pair.parents.end());
    pair.parents.erase(std::unique(pair.parents.begin(), pair.parents.end()), pair.parents.end());
    if (first_time(pair)) compare(pair, &pending);
  }
}

void TreeCompare::add_object(const ObjectId& id, ObjectType type) {
  if (!objects_.insert(id).second) return;
  ObjectHeader header;
  header.id = id;
  header.type = type;
  selection_->objects.push_back(header);
}

void TreeCompare::add_context(const ObjectId& id, ObjectType type) {
  if (!context_.insert(id).second) return;
  ObjectHeader header;
  header.id = id;
  header.type = type;
  selection_->context.push_back(header);
}

bool TreeCompare::first_time(const Pair& pair) {
  std::string key;
  const auto append = [&key](const ObjectId& id) {
    key.append(reinterpret_cast<const char*>(id.bytes.data()), id.size);
  };
  append(pair.tree);
  for (const ObjectId& parent : pair.parents) append(parent);
  return compared_.insert(std::move(key)).second;
}

void TreeCompare::report(const ObjectId& id, const std::string& reason) {
  if (reported_.insert(id).second) selection_->unreadable.push_back({id.hex(), reason});
}

bool TreeCompare::read_tree(const ObjectId& id, std::string* bytes) {
  const auto view = session_->read(id);
  if (!view.ok()) {
    report(id, view.error().message);
    return false;
  }
  if (view.value().type != ObjectType::kTree) {
    report(id, "a tree is expected, and this is a " + std::string(to_string(view.value().type)));
    return false;
  }
  bytes->assign(view.value().bytes);
  return true;
}

void TreeCompare::compare(const Pair& pair, std::vector<Pair>* pending) {
  add_object(pair.tree, ObjectType::kTree);
  std::string bytes;
  if (!read_tree(pair.tree, &bytes)) return;
  Entries entries;
  if (!read_entries(bytes, pair.tree.size, &entries)) report(pair.tree, "tree is damaged");

  std::vector<std::string> parent_bytes(pair.parents.size());
  std::vector<Entries> parents(pair.parents.size());
  for (std::size_t i = 0; i < pair.parents.size(); ++i) {
    add_context(pair.parents[i], ObjectType::kTree);
    if (!read_tree(pair.parents[i], &parent_bytes[i])) continue;
    if (!read_entries(parent_bytes[i], pair.tree.size, &parents[i])) {
      report(pair.parents[i], "tree is damaged");
    }
  }
  std::vector<Cursor> cursors(parents.begin(), parents.end());
  std::vector<TreeEntry> before;
  for (const TreeEntry& entry : entries) {
    if (entry.is_submodule()) continue;
    before.clear();
    for (Cursor& cursor : cursors) cursor.append_named(entry.name, &before);
    const bool known = std::any_of(before.begin(), before.end(), [&](const TreeEntry& old) {
      return old.raw_id == entry.raw_id;
    });
    if (!known) go_into(entry, before, pending);
  }
}

void TreeCompare::go_into(const TreeEntry& entry, const std::vector<TreeEntry>& before,
                          std::vector<Pair>* pending) {
  Pair below;
  for (const TreeEntry& old : before) {
    if (old.is_submodule()) continue;
    if (old.is_tree() && entry.is_tree()) below.parents.push_back(id_of(old));
    add_context(id_of(old), old.is_tree() ? ObjectType::kTree : ObjectType::kBlob);
  }
  if (entry.is_tree()) {
    below.tree = id_of(entry);
    pending->push_back(std::move(below));
  } else {
    add_object(id_of(entry), ObjectType::kBlob);
  }
}

void TreeCompare::fill_sizes(std::vector<ObjectHeader>* objects) {
  std::erase_if(*objects, [&](ObjectHeader& object) {
    const auto header = session_->header(object.id);
    if (!header.ok()) {
      report(object.id, header.error().message);
      return true;
    }
    object = header.value();
    return false;
  });
}

void TreeCompare::finish() {
  std::erase_if(selection_->context,
                [&](const ObjectHeader& object) { return objects_.contains(object.id); });
  fill_sizes(&selection_->objects);
  fill_sizes(&selection_->context);
}

}  // namespace dragnet
