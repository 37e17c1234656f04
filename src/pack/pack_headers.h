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
#include <vector>

#include "base/bytes.h"
#include "base/inflate.h"
#include "pack/delta.h"
#include "pack/object_listing.h"
#include "pack/pack_index.h"

namespace dragnet {

// Longest chain of deltas that is followed. Git itself writes at most 4,095.
inline constexpr std::uint32_t kMaxDeltaChain = 8192;

// Reads the headers of one pack. Not thread safe; the pack must outlive it.
class PackHeaders {
 public:
  explicit PackHeaders(const PackFile& pack) : pack_(&pack) {}

  // One entry as it stands in the pack.
  struct Entry {
    bool delta = false;
    ObjectType type = ObjectType::kBlob;  // where no delta
    std::uint64_t stored_size = 0;        // inflated bytes of what is stored: object or delta
    std::uint64_t base_offset = 0;        // where a delta of an entry of this pack
    const char* base_id = nullptr;        // where a delta of what is not in this pack
    std::uint64_t data_offset = 0;        // of the deflated bytes
  };
  // `reason` says what is wrong where the result is empty.
  std::optional<Entry> entry(std::uint64_t offset, const char** reason);

  // Of an entry that is a delta.
  std::optional<DeltaSizes> delta_sizes(const Entry& entry);

  // Follows the whole chain of one object.
  Result<ObjectHeader> header(std::size_t position);
  // The same without sizes: that the chain is there, ends, and may be handed to libgit2.
  Status check_chain(std::size_t position);

 private:
  Result<ObjectHeader> follow(std::size_t position, bool with_sizes);

  const PackFile* pack_;
  PrefixInflater inflater_;
};

// Appends the headers of all of a pack's objects to `objects`, in pack order. Those that cannot be
// read go to `unreadable`, the position of each to `bad` (sorted). Work is spread over `threads`.
void list_pack(const PackFile& pack, unsigned threads, std::vector<ObjectHeader>* objects,
               std::vector<Unreadable>* unreadable, std::vector<std::size_t>* bad);

}  // namespace dragnet
