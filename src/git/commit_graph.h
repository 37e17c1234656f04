// git's commit-graph files: parents, trees and dates of commits without unpacking one of them.
//
// Format: gitformat-commit-graph(5). One file, or a chain of files of which each goes on counting
// where the one below it ends. A file is checked whole when it is opened, its hash and every
// position in it, so that reading it later cannot fail; what does not fit is left out, and whoever
// asks reads those commits as if there were no graph.
//
// Whether a graph may be used at all (git does not in a shallow, grafted or replaced repository) is
// the caller's to decide. Its dates have 34 bits and its parser is git's, so of what decides which
// commits are scanned only the parents are taken from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/object_id.h"
#include "io/mapped_file.h"

namespace dragnet {

// Immutable; threads may share it. Commits are numbered from 0, a chain's lowest file first.
class CommitGraphFile {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  // The graph of the first of `object_folders` that has a sound one; empty where none has. Ids have
  // `id_size` bytes, 20 or 32.
  static CommitGraphFile open(std::span<const std::string> object_folders, std::size_t id_size);

  std::uint32_t size() const { return size_; }
  // The commit's number, or kNone.
  std::uint32_t find(const ObjectId& id) const;

  // Of commits below `size`.
  ObjectId id(std::uint32_t commit) const;
  ObjectId tree(std::uint32_t commit) const;
  // Committer date in seconds since 1970, the lower 34 bits of it.
  std::int64_t date(std::uint32_t commit) const;
  // Appends the numbers of the parents, in order.
  void add_parents(std::uint32_t commit, std::vector<std::uint32_t>* parents) const;

 private:
  struct Layer {
    MappedFile file;
    std::uint32_t first = 0;  // number of its first commit
    std::uint32_t count = 0;
    const char* fanout = nullptr;  // 256 counts
    const char* ids = nullptr;
    const char* data = nullptr;
    const char* edges = nullptr;
    std::uint64_t edge_count = 0;
  };

  bool add_layer(const std::string& path, std::span<const std::string> below,
                 const std::string& name);
  bool read_chunks(ByteView bytes, Layer* layer, ByteView* bases) const;
  bool check_ids(const Layer& layer) const;
  bool check_parents(const Layer& layer) const;
  void add_chain(std::span<const std::string> object_folders, const std::string& chain);
  const Layer& layer_of(std::uint32_t commit) const;
  const char* record(const Layer& layer, std::uint32_t commit) const {
    return layer.data + std::size_t{commit - layer.first} * (id_size_ + 16);
  }

  std::size_t id_size_ = 0;
  std::uint32_t size_ = 0;
  std::vector<Layer> layers_;
};

}  // namespace dragnet
