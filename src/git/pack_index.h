// A pack and its index, checked before libgit2 sees them.
//
// libgit2 1.5 sizes an index with 32-bit arithmetic, and its header reader loops for ever where a
// delta's stream runs into the end of the pack. So the few fields that lead it are checked here,
// and the headers of packed objects are read by pack_headers.h; libgit2 only unpacks objects.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/object_id.h"
#include "base/result.h"

namespace dragnet {

inline constexpr std::size_t kRawIdSize = 20;

// The ids of a pack in order, and where each object starts. 24 bytes of memory for each object.
// Immutable, so threads may share it. Positions are 0 .. size() - 1.
class PackIndex {
 public:
  // Versions 1 and 2. Errors (kUnreadable) where the file does not add up; offsets are not checked.
  static Result<PackIndex> load(const std::string& path);

  std::size_t size() const { return count_; }
  const char* raw_id(std::size_t position) const { return ids_.data() + position * kRawIdSize; }
  ObjectId id(std::size_t position) const {
    return ObjectId::from_raw(raw_id(position), kRawIdSize);
  }
  // Nothing where the index names an offset that it does not have.
  std::optional<std::uint64_t> offset(std::size_t position) const;
  std::optional<std::size_t> find(const void* raw_id) const;
  // Positions [first, second) of the ids that start with the first `digits` hexadecimal digits of
  // `raw_prefix`.
  std::pair<std::size_t, std::size_t> find_prefix(const void* raw_prefix, std::size_t digits) const;
  // The checksum at the end of the pack that this index was made for.
  ByteView pack_checksum() const { return pack_checksum_; }

 private:
  Status parse(ByteView bytes);

  std::size_t count_ = 0;
  std::array<std::uint32_t, 257> fanout_{};  // [b] objects have a first byte below b
  std::string ids_;
  std::vector<std::uint32_t> offsets_;  // with the top bit set: an index into large_offsets_
  std::vector<std::uint64_t> large_offsets_;
  std::string pack_checksum_;
};

// Immutable; threads may share it.
struct PackFile {
  std::string path;        // of the .pack
  std::string index_path;  // of the .idx
  std::uint64_t size = 0;  // bytes of the .pack
  PackIndex index;

  // Entries lie between the 12 bytes of the header and the checksum.
  std::uint64_t data_end() const { return size - kRawIdSize; }
};

// Opens the pack that belongs to an index. Errors (kUnreadable) where either is missing, or they
// do not belong together.
Result<PackFile> open_pack(const std::string& index_path);

}  // namespace dragnet
