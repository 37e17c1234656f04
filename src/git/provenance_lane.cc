// TreeLane: from the bytes of successive trees to records of what stayed and what changed.
#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <tuple>

#include "git/object_parse.h"
#include "git/provenance_edges.h"

namespace dragnet::provenance {

namespace {

// Folders that a thread remembers the last tree of. Of git/git's 135 million entries, in pack
// order, 75 % are parsed with 1, 54 % with 4, 8 or 16, and with 1 there are twice as many records.
constexpr std::size_t kFolders = 4;
// Longer trees are not remembered: a bound on memory.
constexpr std::size_t kMaxRemembered = 512 << 10;
constexpr std::size_t kLongBatchBytes = 256 << 10;

std::size_t common_prefix(ByteView a, ByteView b) {
  const std::size_t limit = std::min(a.size(), b.size());
  std::size_t at = 0;
  constexpr std::size_t kStep = 256;
  while (at + kStep <= limit && std::memcmp(a.data() + at, b.data() + at, kStep) == 0) at += kStep;
  while (at < limit && a[at] == b[at]) ++at;
  return at;
}

std::size_t common_suffix(ByteView a, ByteView b) {
  const std::size_t limit = std::min(a.size(), b.size());
  const char* a_end = a.data() + a.size();
  const char* b_end = b.data() + b.size();
  std::size_t at = 0;
  constexpr std::size_t kStep = 256;
  while (at + kStep <= limit && std::memcmp(a_end - at - kStep, b_end - at - kStep, kStep) == 0) {
    at += kStep;
  }
  while (at < limit && a_end[-1 - static_cast<std::ptrdiff_t>(at)] ==
                           b_end[-1 - static_cast<std::ptrdiff_t>(at)]) {
    ++at;
  }
  return at;
}

bool hit_less(const Provenance::NameHit& a, const Provenance::NameHit& b) {
  return std::tie(a.name, a.secret) < std::tie(b.name, b.secret);
}

}  // namespace

void TreeLane::add(const ObjectId& id, ByteView bytes,
                   std::span<const Provenance::NameHit> name_hits) {
  if (id_size_ == 0) id_size_ = id.size;
  if (bytes.size() > kMaxRemembered || id.size != id_size_) {
    add_long(id, bytes, name_hits);
    return;
  }
  Folder* folder = folder_for(bytes);
  const Overlap overlap = parse_changed(*folder, bytes, id.size);
  merge_edges(folder, bytes, overlap);
  merge_names(folder, name_hits);
  folder->bytes.assign(bytes);
  folder->ends.swap(new_ends_);
  const bool leads_anywhere = !new_edges_.empty() || !new_names_.empty();
  if (leads_anywhere) folder->chunk.add_tree(intern(id, bytes, id.size));
  folder->edges.swap(new_edges_);
  folder->names.swap(new_names_);
  if (folder->chunk.full()) flush(folder);
}

void TreeLane::finish() {
  for (Folder& folder : folders_) flush(&folder);
  sink_->chunks.add(finished_.take());
}

// Versions of a folder nearly always have the same first name, so that tells folders apart. A
// mistake costs a parse, no more.
TreeLane::Folder* TreeLane::folder_for(ByteView bytes) {
  const ByteView head = bytes.substr(0, bytes.find('\0'));
  const std::uint64_t key = std::hash<ByteView>()(head);
  ++clock_;
  Folder* oldest = nullptr;
  for (Folder& folder : folders_) {
    if (folder.key == key) {
      folder.used = clock_;
      return &folder;
    }
    if (oldest == nullptr || folder.used < oldest->used) oldest = &folder;
  }
  if (folders_.size() < kFolders) {
    oldest = &folders_.emplace_back();
  } else {
    flush(oldest);
    *oldest = Folder();
  }
  oldest->key = key;
  oldest->used = clock_;
  return oldest;
}

// Parses from the last entry boundary that both trees share to the first position from which the
// rest was parsed before: bytes that are the same, entered at an entry's start, parse the same.
// Leaves the new boundaries in `new_ends_` and the kept entries between in `middle_`.
TreeLane::Overlap TreeLane::parse_changed(const Folder& folder, ByteView bytes,
                                          std::size_t id_size) {
  const std::vector<std::uint32_t>& ends = folder.ends;
  const std::size_t old_size = folder.bytes.size();
  const std::size_t prefix = common_prefix(folder.bytes, bytes);
  Overlap overlap;
  overlap.kept = static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), prefix) -
                                          ends.begin() - 1);
  const std::size_t base = ends[overlap.kept];
  const std::size_t suffix = common_suffix(ByteView(folder.bytes).substr(base), bytes.substr(base));
  std::size_t candidate = static_cast<std::size_t>(
      std::lower_bound(ends.begin() + static_cast<std::ptrdiff_t>(overlap.kept), ends.end(),
                       old_size - suffix) -
      ends.begin());

  middle_.clear();
  middle_ends_.clear();
  TreeReader reader(bytes.substr(base), id_size);
  TreeEntry entry;
  std::size_t at = base;
  while (true) {
    // In sizes left to the end, where the two trees' positions agree.
    while (candidate < ends.size() && old_size - ends[candidate] > bytes.size() - at) ++candidate;
    if (candidate < ends.size() && old_size - ends[candidate] == bytes.size() - at) break;
    middle_ends_.push_back(static_cast<std::uint32_t>(at));
    if (!reader.next(&entry)) {
      candidate = ends.size();
      break;
    }
    at = static_cast<std::size_t>(entry.raw_id.data() + id_size - bytes.data());
    if (const std::optional<LiveEdge> edge = edge_of(entry, base)) middle_.push_back(*edge);
  }
  overlap.resumed = candidate;

  new_ends_.assign(ends.begin(), ends.begin() + static_cast<std::ptrdiff_t>(overlap.kept));
  new_ends_.insert(new_ends_.end(), middle_ends_.begin(), middle_ends_.end());
  for (std::size_t i = candidate; i < ends.size(); ++i) {
    new_ends_.push_back(static_cast<std::uint32_t>(ends[i] + bytes.size() - old_size));
  }
  return overlap;
}

// The entry as something to keep, or nothing. `base` is where the reader started.
std::optional<TreeLane::LiveEdge> TreeLane::edge_of(const TreeEntry& entry,
                                                    std::size_t base) const {
  LiveEdge edge;
  if (entry.is_tree()) {
    edge.kind = EdgeKind::kTree;
  } else if (!entry.is_submodule()) {
    edge.target = holders_->find(entry.raw_id);
    if (edge.target == kNone) return std::nullopt;
  } else {
    return std::nullopt;
  }
  edge.offset = static_cast<std::uint32_t>(base + entry.offset);
  edge.name_offset = static_cast<std::uint32_t>(base + entry.name_offset);
  edge.size = static_cast<std::uint32_t>(entry.name_offset - entry.offset + entry.name.size() + 1 +
                                         entry.raw_id.size());
  return edge;
}

// Ends the runs of entries that are gone, keeps those that stayed and starts new ones. Both lists
// are in git's order of names; where they are not, runs end and start more often than they need.
void TreeLane::merge_edges(Folder* folder, ByteView bytes, const Overlap& overlap) {
  const std::vector<LiveEdge>& old = folder->edges;
  const std::size_t kept_end = folder->ends[overlap.kept];
  const bool resumes = overlap.resumed < folder->ends.size();
  const std::size_t tail_start = resumes ? folder->ends[overlap.resumed] : folder->bytes.size() + 1;
  const auto starts_before = [](const LiveEdge& edge, std::size_t at) { return edge.offset < at; };
  auto old_at = std::lower_bound(old.begin(), old.end(), kept_end, starts_before);
  const auto old_end = std::lower_bound(old_at, old.end(), tail_start, starts_before);
  const auto now = static_cast<std::uint16_t>(folder->chunk.trees());

  const auto whole = [](ByteView tree, const LiveEdge& edge) {
    return tree.substr(edge.offset, edge.size);
  };
  const auto name = [this](ByteView tree, const LiveEdge& edge) {
    return tree.substr(edge.name_offset, edge.offset + edge.size - edge.name_offset - 1 - id_size_);
  };
  new_edges_.assign(old.begin(), old_at);
  opened_.clear();
  auto new_at = middle_.begin();
  while (old_at != old_end || new_at != middle_.end()) {
    int order = old_at == old_end ? 1 : -1;
    if (old_at != old_end && new_at != middle_.end()) {
      if (whole(folder->bytes, *old_at) == whole(bytes, *new_at)) {
        LiveEdge edge = *new_at++;
        edge.target = old_at->target;
        edge.first = old_at->first;
        new_edges_.push_back(edge);
        ++old_at;
        continue;
      }
      order = name(folder->bytes, *old_at).compare(name(bytes, *new_at));
    }
    if (order <= 0) close(folder, *old_at++);
    if (order >= 0) {
      new_at->first = now;
      if (new_at->kind == EdgeKind::kTree) opened_.push_back(new_edges_.size());
      new_edges_.push_back(*new_at++);
    }
  }
  for (auto tail = old_end; tail != old.end(); ++tail) {
    LiveEdge& edge = new_edges_.emplace_back(*tail);
    edge.offset = static_cast<std::uint32_t>(edge.offset + bytes.size() - folder->bytes.size());
    edge.name_offset =
        static_cast<std::uint32_t>(edge.name_offset + bytes.size() - folder->bytes.size());
  }
}

void TreeLane::merge_names(Folder* folder, std::span<const Provenance::NameHit> name_hits) {
  new_names_.clear();
  if (name_hits.empty() && folder->names.empty()) return;
  std::vector<Provenance::NameHit> hits(name_hits.begin(), name_hits.end());
  std::sort(hits.begin(), hits.end(), hit_less);
  const auto now = static_cast<std::uint16_t>(folder->chunk.trees());
  auto old = folder->names.begin();
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (i > 0 && !hit_less(hits[i - 1], hits[i])) continue;  // the same once more
    const auto as_hit = [](const LiveName& live) {
      return Provenance::NameHit{live.name, live.secret};
    };
    while (old != folder->names.end() && hit_less(as_hit(*old), hits[i])) close(folder, *old++);
    if (old != folder->names.end() && !hit_less(hits[i], as_hit(*old))) {
      new_names_.push_back(std::move(*old++));
    } else {
      new_names_.push_back({ByteString(hits[i].name), hits[i].secret, now});
    }
  }
  while (old != folder->names.end()) close(folder, *old++);
}

// Numbers the children of new edges and the tree itself, whose number it returns.
std::uint32_t TreeLane::intern(const ObjectId& id, ByteView bytes, std::size_t id_size) {
  const std::scoped_lock lock(sink_->ids_mutex);
  for (const std::size_t opened : opened_) {
    LiveEdge& edge = new_edges_[opened];
    edge.target = sink_->trees.intern(bytes.substr(edge.offset + edge.size - id_size, id_size));
  }
  return sink_->trees.intern(id);
}

void TreeLane::close(Folder* folder, const LiveEdge& edge) {
  const std::size_t now = folder->chunk.trees();
  if (edge.first >= now) return;  // the chunk holds none of its trees
  const std::size_t name_size = edge.offset + edge.size - edge.name_offset - 1 - id_size_;
  folder->chunk.add({edge.first, static_cast<std::uint16_t>(now - 1), edge.kind, edge.target,
                     ByteView(folder->bytes).substr(edge.name_offset, name_size)});
}

void TreeLane::close(Folder* folder, const LiveName& name) {
  const std::size_t now = folder->chunk.trees();
  if (name.first >= now) return;
  folder->chunk.add(
      {name.first, static_cast<std::uint16_t>(now - 1), EdgeKind::kName, name.secret, name.name});
}

// Puts the folder's sequence with the finished ones. What is live goes on from the next one's
// start.
void TreeLane::flush(Folder* folder) {
  for (LiveEdge& edge : folder->edges) {
    close(folder, edge);
    edge.first = 0;
  }
  for (LiveName& name : folder->names) {
    close(folder, name);
    name.first = 0;
  }
  if (!finished_.fits(folder->chunk)) sink_->chunks.add(finished_.take());
  finished_.append(&folder->chunk);
  if (finished_.full()) sink_->chunks.add(finished_.take());
}

// A tree too long to be remembered: entry by entry, in chunks that hold it alone.
void TreeLane::add_long(const ObjectId& id, ByteView bytes,
                        std::span<const Provenance::NameHit> name_hits) {
  ChunkWriter chunk;
  std::vector<std::pair<EdgeRecord, ByteView>> batch;  // with the entry's raw id
  std::size_t batch_bytes = 0;
  const auto hand_over = [&] {
    if (!batch.empty()) {
      const std::scoped_lock lock(sink_->ids_mutex);
      chunk.add_tree(sink_->trees.intern(id));
      for (auto& [record, raw_id] : batch) {
        if (record.kind == EdgeKind::kTree) record.target = sink_->trees.intern(raw_id);
      }
    }
    for (const auto& entry : batch) chunk.add(entry.first);
    sink_->chunks.add(chunk.take());
    batch.clear();
    batch_bytes = 0;
  };
  TreeReader reader(bytes, id.size);
  TreeEntry entry;
  while (reader.next(&entry)) {
    EdgeRecord record{0, 0, EdgeKind::kTree, 0, entry.name};
    if (!entry.is_tree()) {
      record.kind = EdgeKind::kBlob;
      record.target = entry.is_submodule() ? kNone : holders_->find(entry.raw_id);
      if (record.target == kNone) continue;
    }
    batch.emplace_back(record, entry.raw_id);
    batch_bytes += sizeof batch.front() + entry.name.size();
    if (batch_bytes >= kLongBatchBytes) hand_over();
  }
  for (const Provenance::NameHit& hit : name_hits) {
    batch.push_back({{0, 0, EdgeKind::kName, hit.secret, hit.name}, {}});
  }
  hand_over();
}

}  // namespace dragnet::provenance
