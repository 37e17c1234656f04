// One entry of a pack: its header, as it stands there.
//
// A type and the inflated size (7 bits a byte after the first four, lowest first); a delta also
// says where its base is: how far before itself in the same pack, or by the base's id. The deflated
// bytes follow. Source: gitformat-pack(5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/bytes.h"
#include "base/object_id.h"

namespace dragnet {

// Where the first entry of a pack starts.
inline constexpr std::size_t kFirstPackEntry = 12;

// Longest chain of deltas that is followed. Git itself writes at most 4,095.
inline constexpr std::uint32_t kMaxDeltaChain = 8192;

struct PackEntry {
  bool delta = false;
  ObjectType type = ObjectType::kBlob;  // where no delta
  std::uint64_t stored_size = 0;        // inflated bytes of what is stored: object or delta
  std::uint64_t data_offset = 0;        // of the deflated bytes
  std::uint64_t base_offset = 0;        // where a delta whose base is in this pack
  ByteView base_id;                     // raw; where a delta that names its base by id
};

// Reads the header at `offset` of `pack`, a whole pack but for the checksum at its end, whose ids
// have `id_size` bytes. Where the result is empty, `reason` says what is wrong. What is told of a
// base has been checked to lie before the entry, no more; `stored_size` is not more than deflate
// can make of the rest of the pack.
std::optional<PackEntry> parse_pack_entry(ByteView pack, std::uint64_t offset, std::size_t id_size,
                                          const char** reason);

inline std::uint64_t saturating_add(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b
             ? std::numeric_limits<std::uint64_t>::max()
             : a + b;
}

}  // namespace dragnet
