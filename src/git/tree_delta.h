// What is kept of a tree, and how it is made from what was kept of the tree's delta base.
//
// Packs store a tree as a delta of another version of the same folder: copies of the base's bytes
// with little new between them. An entry's meaning follows from its own bytes alone, so an entry of
// the base that lies wholly inside a copy is an entry of the tree as soon as the tree's entries
// come to start where it starts. `TreeParser` parses entries only until that is so, and takes over
// all that the copy holds with one search and one addition each. The result is that of parsing the
// whole tree, for any delta and for damaged trees too. Of the 135 million entries of git/git's
// 382,313 trees (5.8 GB) 4.4 million are parsed, most of them because one of 13 steps a tree ends
// in them: 0.9 microseconds a tree, and 4.7 where every tree is parsed whole.
//
// What is parsed is told to the caller as *fresh*: its object has to be looked for and its name to
// be scanned. What is taken over was fresh in the base or one of its bases.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/delta_op.h"

namespace dragnet {

namespace provenance {
class HolderIndex;
class TreeNumbers;
}  // namespace provenance

enum class LinkKind : std::uint8_t { kBlob = 0, kTree = 1, kName = 2 };

// An entry that may lead to a secret: a blob that holds some, a subtree, or a name that is one (an
// entry may be a link of several kinds). `target` is the holder's number, the subtree's, or the
// secret.
struct TreeLink {
  std::uint32_t offset = 0;  // of the entry in the tree
  std::uint32_t name_size = 0;
  std::uint32_t target = 0;
  std::uint32_t serial =
      0;  // links with the same one are the same but for the offset; 0: not known
  std::uint8_t name_at = 0;  // from the entry's start
  LinkKind kind = LinkKind::kBlob;

  ByteView name(ByteView tree) const { return {tree.data() + offset + name_at, name_size}; }
  bool operator==(const TreeLink& other) const {
    return offset == other.offset && name_size == other.name_size && target == other.target &&
           name_at == other.name_at && kind == other.kind;
  }
};

// An entry that was parsed, not taken over. Offsets are into the tree.
struct FreshEntry {
  static constexpr std::uint32_t kNotLooked = 0xffffffff;

  std::uint32_t offset = 0;
  std::uint32_t name_offset = 0;
  std::uint32_t name_size = 0;
  std::uint32_t mode = 0;
  std::uint32_t subtree = kNotLooked;  // number of a subtree's id, which had to be looked up

  ByteView name(ByteView tree) const { return {tree.data() + name_offset, name_size}; }
  // The id's first byte; as many follow as ids have.
  const char* raw_id(ByteView tree) const { return tree.data() + name_offset + name_size + 1; }
  bool is_tree() const { return (mode & 0170000) == 0040000; }
  bool is_submodule() const { return (mode & 0170000) == 0160000; }
};

struct NameHit {
  FreshEntry entry;
  std::uint32_t secret = 0;
};

// What a tree's children need of it. A value; threads may share one that nobody changes. To be
// filled again and again, as it keeps its memory.
class TreeState {
 public:
  // By offset, kind and target.
  std::span<const TreeLink> links() const { return links_; }
  std::size_t entries() const { return bounds_.size() - 1; }
  // Where entries start, and last where parsing stopped.
  std::span<const std::uint32_t> bounds() const { return bounds_; }
  // Parsing stopped before the end, at what is no entry.
  bool damaged() const { return damaged_; }

  // Adds what the caller found in the names of fresh entries, before this is used as a base, so
  // that children take it over. Whether a name is a hit must follow from the name alone.
  void add_name_hits(std::span<const NameHit> hits);

  void clear();
  // Bytes held.
  std::size_t memory() const {
    return bounds_.capacity() * sizeof bounds_[0] + links_.capacity() * sizeof links_[0];
  }

 private:
  friend class TreeParser;

  std::vector<std::uint32_t> bounds_{0};
  std::vector<TreeLink> links_;
  bool damaged_ = false;
};

// Thread safe. From `Provenance::parser`.
class TreeParser {
 public:
  TreeParser(const provenance::HolderIndex* holders, provenance::TreeNumbers* numbers)
      : holders_(holders), numbers_(numbers) {}

  // Ids have `id_size` bytes. What `state` and `fresh` held is dropped. A tree longer than 4 GiB
  // is read that far, and damaged.
  void parse(ByteView bytes, std::size_t id_size, TreeState* state,
             std::vector<FreshEntry>* fresh) const;

  // The same state, where `ops` make `bytes` from the tree that `base` is of. `state` is not
  // `base`.
  void parse_delta(ByteView bytes, std::size_t id_size, const TreeState& base,
                   std::span<const DeltaOp> ops, TreeState* state,
                   std::vector<FreshEntry>* fresh) const;

 private:
  void number_subtrees(ByteView bytes, std::size_t id_size, TreeState* state,
                       std::span<FreshEntry> fresh) const;
  std::size_t take_over(const TreeState& base, const DeltaOp& op, std::size_t at, std::size_t size,
                        TreeState* state) const;

  const provenance::HolderIndex* holders_;
  provenance::TreeNumbers* numbers_;
};

}  // namespace dragnet
