// Raw bytes of trees, commits and tags, read without trusting one of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/object_id.h"
#include "base/result.h"
#include "git/repository.h"

namespace dragnet {

// One entry of a tree; views into the tree's bytes.
struct TreeEntry {
  std::uint32_t mode = 0;  // octal as in git: 0100644, 0040000, 0160000 for a submodule
  ByteView name;
  ByteView raw_id;         // 20 or 32 bytes
  std::size_t offset = 0;  // of the entry's first byte in the tree
  std::size_t name_offset = 0;

  std::size_t end() const { return name_offset + name.size() + 1 + raw_id.size(); }
  bool is_tree() const { return (mode & 0170000) == 0040000; }
  bool is_submodule() const { return (mode & 0170000) == 0160000; }
};

// Reads the entry that starts at `at`, which is inside `bytes`; false where none does. What it
// finds depends on the entry's own bytes only.
bool read_tree_entry(ByteView bytes, std::size_t at, std::size_t id_size, TreeEntry* entry);

// Walks a tree's entries front to back: `while (reader.next(&entry))`, then `damaged()` tells
// whether it stopped at the end or at bytes that are no entry.
class TreeReader {
 public:
  TreeReader(ByteView bytes, std::size_t id_size) : bytes_(bytes), id_size_(id_size) {}
  bool next(TreeEntry* entry);
  bool damaged() const { return damaged_; }

 private:
  ByteView bytes_;
  std::size_t id_size_;
  std::size_t at_ = 0;
  bool damaged_ = false;
};

// What makes a commit a part of history.
struct CommitLinks {
  ObjectId tree;
  std::vector<ObjectId> parents;
  std::int64_t committer_date = 0;
};

struct CommitFields : CommitLinks {
  Signature author;
};

// Error where there is no valid tree line. Dates that cannot be read are 0, as git takes them.
Result<CommitLinks> parse_commit_links(ByteView bytes);
Result<CommitFields> parse_commit(ByteView bytes);

struct TagFields {
  ObjectId target;
  std::optional<ObjectType> target_type;
  Signature tagger;
};
Result<TagFields> parse_tag(ByteView bytes);

// Tags of tags are followed this deep.
constexpr int kMaxTagDepth = 64;

}  // namespace dragnet
