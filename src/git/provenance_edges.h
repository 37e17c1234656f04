// What is kept of trees: the entries that are subtrees, hold secrets, or have a name that does.
//
// A repository's trees are mostly successive versions of a few folders, and packs hold the versions
// of one folder next to each other. So each thread remembers the last tree of a few folders,
// compares the bytes of a new one with the old from both ends, and parses only what lies between:
// 73 of the 135 million entries of git/git's 382,000 trees (5.8 GB), in 1.9 seconds for all of it.
//
// The same goes for what is stored. An entry is not stored once per tree, but once per run of trees
// that it stands in: the trees of one folder that a thread sees are numbered, and a record says
// "child X named N, in trees 17 to 230". A chunk is up to 4,096 trees of such a sequence and their
// records, complete in itself; chunks are what is spilled to a file. Nothing depends on the order
// in which trees come, it only decides how small this is.
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
#include "git/provenance.h"
#include "git/provenance_ids.h"
#include "io/spill_file.h"

namespace dragnet::provenance {

enum class EdgeKind : std::uint8_t { kBlob = 0, kTree = 1, kName = 2 };

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
  explicit EdgeSink(std::uint64_t memory) : chunks(memory) {}
  std::mutex ids_mutex;
  IdTable trees;  // guarded by ids_mutex
  ChunkStore chunks;
};

// One thread's view of the stream of trees. Not thread safe; at most 4 MiB, a few 100 KiB usually.
class TreeLane {
 public:
  TreeLane(const HolderIndex* holders, EdgeSink* sink) : holders_(holders), sink_(sink) {}

  void add(const ObjectId& id, ByteView bytes, std::span<const Provenance::NameHit> name_hits);
  // Hands over what is still held back. The lane can be used on.
  void finish();

 private:
  // An entry of the folder's last tree that is kept; its name stands in the tree's bytes.
  struct LiveEdge {
    std::uint32_t offset = 0;  // of the entry
    std::uint32_t size = 0;
    std::uint32_t name_offset = 0;
    std::uint32_t target = 0;
    std::uint16_t first = 0;  // position since when it stands there
    EdgeKind kind = EdgeKind::kBlob;
  };
  struct LiveName {
    ByteString name;
    std::uint32_t secret = 0;
    std::uint16_t first = 0;
  };
  // One folder's sequence of trees.
  struct Folder {
    std::uint64_t key = 0;
    std::uint64_t used = 0;              // when, for taking the one least recently used
    ByteString bytes;                    // of its last tree
    std::vector<std::uint32_t> ends{0};  // where entries start, and where parsing stopped
    std::vector<LiveEdge> edges;         // by offset
    std::vector<LiveName> names;         // by name, secret
    ChunkWriter chunk;
  };
  // How a tree relates to the folder's last: entries before `kept` are the same, and those from
  // `resumed` on (none where that is past the end).
  struct Overlap {
    std::size_t kept = 0;
    std::size_t resumed = 0;
  };

  void add_long(const ObjectId& id, ByteView bytes, std::span<const Provenance::NameHit> name_hits);
  Folder* folder_for(ByteView bytes);
  Overlap parse_changed(const Folder& folder, ByteView bytes, std::size_t id_size);
  std::optional<LiveEdge> edge_of(const TreeEntry& entry, std::size_t base) const;
  void merge_edges(Folder* folder, ByteView bytes, const Overlap& overlap);
  void merge_names(Folder* folder, std::span<const Provenance::NameHit> name_hits);
  std::uint32_t intern(const ObjectId& id, ByteView bytes, std::size_t id_size);
  void close(Folder* folder, const LiveEdge& edge);
  void close(Folder* folder, const LiveName& name);
  void flush(Folder* folder);

  const HolderIndex* holders_;
  EdgeSink* sink_;
  std::vector<Folder> folders_;
  ChunkWriter finished_;  // sequences of folders, one after the other
  std::uint64_t clock_ = 0;
  std::size_t id_size_ = 0;
  // Scratch of one call.
  std::vector<std::uint32_t> middle_ends_, new_ends_;
  std::vector<LiveEdge> middle_, new_edges_;
  std::vector<std::size_t> opened_;  // of new_edges_, whose children have no number yet
  std::vector<LiveName> new_names_;
};

}  // namespace dragnet::provenance
