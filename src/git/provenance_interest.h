// From the records of all trees to the views of those that lead to a secret.
//
// Three steps over the chunks, each in stored order, so that chunks in a file are read front to
// back:
// 1. Heights: a tree that holds a hit itself has height 1, one above it at least 2. Repeated until
//    nothing changes, which takes about as many passes as folders are deep.
// 2. The names of all entries that lead anywhere, numbered in their order as bytes.
// 3. Views, lowest trees first, because a tree's view is made of its children's. A chunk's trees
// are
//    taken in sequence and only what changes from one to the next is applied.
// Trees cannot contain themselves, but nobody has checked the ids of those that are handed over.
// All trees higher than `kMaxHeight` are treated alike: entries that lead to another of them are
// left out, so a cycle ends there and neither time nor stack grow with depth.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "git/provenance_edges.h"
#include "git/provenance_views.h"

namespace dragnet::provenance {

inline constexpr std::uint16_t kMaxHeight = 4096;

// Hashes of names differ between runs, because whoever makes the repository chooses the names.
struct NameHash {
  using is_transparent = void;
  std::size_t operator()(ByteView name) const;
};

struct Interest {
  ViewStore store;
  std::vector<ViewStore::View> views;  // by tree; 0 where it leads nowhere
  std::unordered_map<ByteString, std::uint32_t, NameHash, std::equal_to<>> numbers;
  std::vector<ByteView> names;   // by number, ascending; views of the keys of `numbers`
  std::vector<bool> named;       // by holder: some tree names it
  std::vector<bool> has_parent;  // by tree: stands in another tree
};

// `trees` and `holders` are counts. Drops records of `chunks` that lead nowhere. Errors where the
// temporary file failed or there is more than can be numbered.
Result<Interest> find_interest(ChunkStore* chunks, std::uint32_t trees, std::uint32_t holders);

}  // namespace dragnet::provenance
