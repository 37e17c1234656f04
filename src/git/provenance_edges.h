// What is kept of trees: their links, which are the entries that are subtrees, hold secrets, or
// have a name that does (tree_delta.h).
//
// A repository's trees are mostly successive versions of a few folders, and packs hold the versions
// of one folder next to each other. So a link is not stored once per tree, but once per run of
// trees that it stands in: the trees of one folder that a thread sees are numbered, and a record
// says "child X named N, in trees 17 to 230". A chunk is up to 4,096 trees of such a sequence and
// their records, complete in itself; chunks are what is spilled to a file. Nothing depends on the
// order in which trees come, it only decides how small this is.
#pragma once

#include <cstdint>
#include <cstring>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/object_id.h"
#include "base/result.h"
#include "git/provenance_ids.h"
#include "git/tree_delta.h"
#include "io/spill_file.h"

namespace dragnet::provenance {

using EdgeKind = LinkKind;

// An entry of the trees `first` to `last` (both included, positions in the chunk). `target` is a
// holder, a tree's number or a secret.
struct EdgeRecord {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  EdgeKind kind = EdgeKind::kBlob;
  std::uint32_t target = 0;
  ByteView name;
};

// Writes one chunk: a count, the trees' numbers, then the records (12 bytes and the name each).
class ChunkWriter {
 public:
  static constexpr std::size_t kMaxTrees = 4096;
  static constexpr std::size_t kMaxRecordBytes = 256 << 10;

  std::size_t trees() const { return trees_.size(); }
  bool full() const { return trees_.size() >= kMaxTrees || records_.size() >= kMaxRecordBytes; }
  void add_tree(std::uint32_t number) { trees_.push_back(number); }
  void add(const EdgeRecord& record);
  // Whether what `other` holds can be appended.
  bool fits(const ChunkWriter& other) const { return trees() + other.trees() <= kMaxTrees; }
  // Moves what `other` holds to the end of this.
  void append(ChunkWriter* other);
  // The chunk's bytes; the writer is empty after. Nothing where it held no record.
  ByteString take();

 private:
  std::vector<std::uint32_t> trees_;
  ByteString records_;
};

// Reads what a ChunkWriter wrote; a view of its bytes.
class ChunkReader {
 public:
  explicit ChunkReader(ByteView bytes);
  std::uint32_t trees() const { return trees_; }
  std::uint32_t tree(std::size_t position) const {
    return load(bytes_.data() + sizeof(std::uint32_t) * (1 + position));
  }
  // The next record, front to back; its name is a view of the chunk.
  bool next(EdgeRecord* record);

 private:
  static std::uint32_t load(const char* at) {
    std::uint32_t value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  ByteView bytes_;
  std::uint32_t trees_ = 0;
  std::size_t at_ = 0;
};

// All chunks: the first `memory` bytes of them in memory, the others in a file.
class ChunkStore {
 public:
  explicit ChunkStore(std::uint64_t memory) : memory_(memory) {}

  // Thread safe. A file that cannot be written is told by `view`'s and `status`' error later.
  void add(ByteString chunk);

  // Gives up records of a chunk that nobody needs: `chunk` stands in the place of the longer one
  // from here on. Not beside any other call.
  void shorten(std::size_t place, ByteString chunk);

  // From here on nothing is added, and any thread may read.
  Status status() const;
  std::size_t size() const { return chunks_.size(); }
  // The bytes of a chunk, valid as long as `scratch` is not changed.
  Result<ByteView> view(std::size_t chunk, ByteString* scratch) const;

 private:
  struct Place {
    ByteString bytes;          // in memory, or
    std::uint64_t offset = 0;  // in the file
    std::size_t size = 0;
  };
  std::mutex mutex_;
  std::vector<Place> chunks_;
  SpillFile file_;
  std::uint64_t memory_;
  std::optional<Error> error_;
};

// Where all threads' trees end up.
struct EdgeSink {
  EdgeSink(std::uint64_t memory, const ObjectPlaces* places) : trees(places), chunks(memory) {}
  TreeNumbers trees;
  ChunkStore chunks;
};

// One thread's view of the stream of trees. Not thread safe; at most 10 MiB, a few 100 KiB usually.
class TreeLane {
 public:
  explicit TreeLane(EdgeSink* sink) : sink_(sink) {}

  // `links` are all of the tree's, by offset.
  // The tree `number`, whose links these are.
  void add(std::uint32_t number, ByteView bytes, std::span<const TreeLink> links);
  // Hands over what is still held back. The lane can be used on.
  void finish();

 private:
  // A link of the folder's last tree.
  struct LiveEdge {
    std::uint32_t name_at = 0;  // in the folder's names
    std::uint32_t name_size = 0;
    std::uint32_t target = 0;
    std::uint32_t serial = 0;  // of the link that was last found to be the same
    std::uint16_t first = 0;   // position since when it stands there
    EdgeKind kind = EdgeKind::kBlob;
  };
  // One folder's sequence of trees.
  struct Folder {
    std::uint64_t key = 0;
    std::uint64_t used = 0;  // when, for taking the one least recently used
    std::vector<LiveEdge> edges;
    ByteString names;            // of the edges, and of some that were
    std::size_t tidy_names = 0;  // leave out what was at this size
    ChunkWriter chunk;

    ByteView name(const LiveEdge& edge) const {
      return {names.data() + edge.name_at, edge.name_size};
    }
  };

  void add_long(std::uint32_t number, ByteView bytes, std::span<const TreeLink> links);
  Folder* folder_for(ByteView bytes);
  static bool is_same(const Folder& folder, LiveEdge* edge, ByteView bytes, const TreeLink& link);
  void merge(Folder* folder, ByteView bytes, std::span<const TreeLink> links);
  void merge_changed(Folder* folder, std::span<LiveEdge> old, ByteView bytes,
                     std::span<const TreeLink> links);
  static void close(Folder* folder, const LiveEdge& edge);
  static void tidy(Folder* folder);
  void flush(Folder* folder);

  EdgeSink* sink_;
  std::vector<Folder> folders_;
  ChunkWriter finished_;  // sequences of folders, one after the other
  std::uint64_t clock_ = 0;
  std::vector<LiveEdge> changed_;  // scratch of one call
};

}  // namespace dragnet::provenance
