// TreeLane: from the links of successive trees to records of what stayed and what changed.
#include <algorithm>
#include <functional>
#include <utility>

#include "git/provenance_edges.h"

namespace dragnet::provenance {

namespace {

// Folders that a thread remembers the last links of.
constexpr std::size_t kFolders = 4;
// Trees with more bytes of links and their names are not remembered: a bound on memory.
constexpr std::size_t kMaxRemembered = 1 << 20;
constexpr std::size_t kTidyNames = 64 << 10;

std::size_t bytes_of_links(std::span<const TreeLink> links) {
  std::size_t bytes = links.size_bytes();
  for (const TreeLink& link : links) bytes += link.name_size;
  return bytes;
}

}  // namespace

// A tree without links needs no place in a sequence, and what is live may be so before and after.
void TreeLane::add(std::uint32_t number, ByteView bytes, std::span<const TreeLink> links) {
  if (links.empty()) return;
  if (bytes.size() + links.size_bytes() > kMaxRemembered &&
      bytes_of_links(links) > kMaxRemembered) {
    add_long(number, bytes, links);
    return;
  }
  Folder* folder = folder_for(bytes);
  merge(folder, bytes, links);
  folder->chunk.add_tree(number);
  if (folder->chunk.full()) flush(folder);
}

void TreeLane::finish() {
  for (Folder& folder : folders_) flush(&folder);
  sink_->chunks.add(finished_.take());
}

// Versions of a folder nearly always have the same first name, so that tells folders apart. A
// mistake costs some records, no more.
TreeLane::Folder* TreeLane::folder_for(ByteView bytes) {
  const ByteView head = bytes.substr(0, bytes.find('\0'));
  const std::uint64_t key = std::hash<ByteView>()(head);
  ++clock_;
  std::size_t oldest = 0;
  for (std::size_t i = 0; i < folders_.size(); ++i) {
    if (folders_[i].key == key) {
      folders_[i].used = clock_;
      return &folders_[i];
    }
    if (folders_[i].used < folders_[oldest].used) oldest = i;
  }
  if (folders_.size() < kFolders) {
    oldest = folders_.size();
    folders_.emplace_back();
  } else {
    flush(&folders_[oldest]);
    folders_[oldest] = Folder();
  }
  folders_[oldest].key = key;
  folders_[oldest].used = clock_;
  return &folders_[oldest];
}

// Names are compared only where a link comes from another parse than the last one did.
bool TreeLane::is_same(const Folder& folder, LiveEdge* edge, ByteView bytes, const TreeLink& link) {
  if (edge->serial == link.serial && link.serial != 0) return true;
  if (edge->target != link.target || edge->kind != link.kind ||
      folder.name(*edge) != link.name(bytes)) {
    return false;
  }
  edge->serial = link.serial;
  return true;
}

// Most links are the last tree's, so only what lies between the first change and the last is
// touched.
void TreeLane::merge(Folder* folder, ByteView bytes, std::span<const TreeLink> links) {
  std::vector<LiveEdge>& edges = folder->edges;
  const std::size_t shorter = std::min(edges.size(), links.size());
  std::size_t front = 0;
  while (front < shorter && is_same(*folder, &edges[front], bytes, links[front])) ++front;
  std::size_t back = 0;
  while (back < shorter - front &&
         is_same(*folder, &edges[edges.size() - 1 - back], bytes, links[links.size() - 1 - back])) {
    ++back;
  }
  if (front + back == edges.size() && front + back == links.size()) return;

  merge_changed(folder, std::span(edges).subspan(front, edges.size() - front - back), bytes,
                links.subspan(front, links.size() - front - back));
  const auto begin = edges.begin() + static_cast<std::ptrdiff_t>(front);
  const auto end = edges.end() - static_cast<std::ptrdiff_t>(back);
  const std::ptrdiff_t room =
      std::min<std::ptrdiff_t>(end - begin, static_cast<std::ptrdiff_t>(changed_.size()));
  std::copy(changed_.begin(), changed_.begin() + room, begin);
  if (begin + room != end) {
    edges.erase(begin + room, end);
  } else {
    edges.insert(end, changed_.begin() + room, changed_.end());
  }
  if (folder->names.size() > folder->tidy_names) tidy(folder);
}

// Ends the runs of edges that are gone, keeps those that stayed and starts new ones. Both lists are
// in git's order of names; where they are not, runs end and start more often than they need. Leaves
// the edges in `changed_`.
void TreeLane::merge_changed(Folder* folder, std::span<LiveEdge> old, ByteView bytes,
                             std::span<const TreeLink> links) {
  const auto now = static_cast<std::uint16_t>(folder->chunk.trees());
  changed_.clear();
  auto edge = old.begin();
  auto link = links.begin();
  while (edge != old.end() || link != links.end()) {
    int order = edge == old.end() ? 1 : -1;
    bool same_name = false;
    if (edge != old.end() && link != links.end()) {
      if (is_same(*folder, &*edge, bytes, *link)) {
        changed_.push_back(*edge++);
        ++link;
        continue;
      }
      order = folder->name(*edge).compare(link->name(bytes));
      same_name = order == 0;
      if (order == 0) order = static_cast<int>(edge->kind) - static_cast<int>(link->kind);
      if (order == 0 && edge->kind == EdgeKind::kName) order = edge->target < link->target ? -1 : 1;
    }
    if (order >= 0) {
      LiveEdge& added = changed_.emplace_back();
      added.name_at = same_name ? edge->name_at : static_cast<std::uint32_t>(folder->names.size());
      added.name_size = link->name_size;
      added.target = link->target;
      added.serial = link->serial;
      added.first = now;
      added.kind = link->kind;
      if (!same_name) folder->names.append(link->name(bytes));
      ++link;
    }
    if (order <= 0) close(folder, *edge++);
  }
}

void TreeLane::close(Folder* folder, const LiveEdge& edge) {
  const std::size_t now = folder->chunk.trees();
  if (edge.first >= now) return;  // the chunk holds none of its trees
  folder->chunk.add({edge.first, static_cast<std::uint16_t>(now - 1), edge.kind, edge.target,
                     folder->name(edge)});
}

void TreeLane::tidy(Folder* folder) {
  ByteString names;
  for (LiveEdge& edge : folder->edges) {
    const auto at = static_cast<std::uint32_t>(names.size());
    names.append(folder->name(edge));
    edge.name_at = at;
  }
  folder->names.swap(names);
  folder->tidy_names = 2 * folder->names.size() + kTidyNames;
}

// Puts the folder's sequence with the finished ones. What is live goes on from the next one's
// start.
void TreeLane::flush(Folder* folder) {
  for (LiveEdge& edge : folder->edges) {
    close(folder, edge);
    edge.first = 0;
  }
  if (!finished_.fits(folder->chunk)) sink_->chunks.add(finished_.take());
  finished_.append(&folder->chunk);
  if (finished_.full()) sink_->chunks.add(finished_.take());
}

// A tree with too many links to be remembered: in chunks that hold it alone.
void TreeLane::add_long(std::uint32_t number, ByteView bytes, std::span<const TreeLink> links) {
  ChunkWriter chunk;
  for (const TreeLink& link : links) {
    if (chunk.trees() == 0) chunk.add_tree(number);
    chunk.add({0, 0, link.kind, link.target, link.name(bytes)});
    if (chunk.full()) sink_->chunks.add(chunk.take());
  }
  sink_->chunks.add(chunk.take());
}

}  // namespace dragnet::provenance
