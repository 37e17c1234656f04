// Type and size of packed objects, without unpacking them.
//
// An entry of a pack starts with its type and inflated size. A delta names its base instead of a
// type, and the object's own size stands in the first bytes of its deflated data. Its type is that
// of the base at the end of its chain. One pass in pack order therefore settles nearly everything,
// since bases are written before their deltas: 849,014 objects of git's own repository take 1 s.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/inflate.h"
#include "pack/delta.h"
#include "pack/object_listing.h"
#include "pack/pack_entry.h"
#include "pack/pack_index.h"

namespace dragnet {

// Reads the headers of one pack. Not thread safe; the pack must outlive it.
class PackHeaders {
 public:
  explicit PackHeaders(const PackFile& pack) : pack_(&pack) {}

  // The entry at an offset. A base that is named by id gets its offset where it is in this pack;
  // else `base_offset` stays 0. `reason` says what is wrong where the result is empty.
  std::optional<PackEntry> entry(std::uint64_t offset, const char** reason);

  // Of an entry that is a delta.
  std::optional<DeltaSizes> delta_sizes(const PackEntry& entry);

  // Follows the whole chain of one object, which must not leave the pack.
  Result<ObjectHeader> header(std::size_t position);
  // What the object at an offset gives those that are deltas of it. The offset need be in no index.
  // Remembers what it has followed.
  struct Tail {
    ObjectType type = ObjectType::kBlob;
    std::uint64_t read_cost = 0;
    std::uint32_t depth = 0;  // of the chain
  };
  std::optional<Tail> tail(std::uint64_t offset);

  // As `header` without sizes: that the chain is there, ends, and may be handed to libgit2.
  Status check_chain(std::size_t position);

 private:
  Result<ObjectHeader> follow(std::size_t position, bool with_sizes);

  const PackFile* pack_;
  PrefixInflater inflater_;
  std::unordered_map<std::uint64_t, Tail> tails_;
};

// An object whose chain of deltas leaves its pack for a base that is named by id, as no git leaves
// them: it has to be looked for elsewhere.
struct ThinObject {
  ObjectHeader header;  // without a type; the cost is that of this step alone
  ObjectId base;
};

// What one pack has, appended by `list_pack`.
struct PackListing {
  std::vector<ObjectHeader>* objects;  // in pack order
  std::vector<Unreadable>* unreadable;
  std::vector<ThinObject>* thin;  // neither in `objects` nor in `unreadable`
  std::vector<std::size_t>* bad;  // positions of those unreadable or thin, sorted
};

// Reads the headers of all of a pack's objects. Work is spread over `threads`.
void list_pack(const PackFile& pack, unsigned threads, const PackListing& listing);

}  // namespace dragnet
