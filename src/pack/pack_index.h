// A pack and its index, checked before libgit2 sees them.
//
// libgit2 1.5 sizes an index with 32-bit arithmetic, and its header reader loops for ever where a
// delta's stream runs into the end of the pack. So the few fields that lead it are checked here,
// and the headers of packed objects are read by pack_headers.h; libgit2 only unpacks objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/object_id.h"
#include "base/result.h"
#include "io/mapped_file.h"

namespace dragnet {

inline constexpr std::size_t kRawIdSize = 20;

// The ids of a pack in order, and where each object starts; a view of the mapped file. Immutable,
// so threads may share it. Positions are 0 .. size() - 1.
class PackIndex {
 public:
  // Versions 1 and 2. Errors (kUnreadable) where the file does not add up; offsets are not checked.
  static Result<PackIndex> load(const std::string& path);

  std::size_t size() const { return count_; }
  const char* raw_id(std::size_t position) const { return ids_ + position * id_stride_; }
  ObjectId id(std::size_t position) const {
    return ObjectId::from_raw(raw_id(position), kRawIdSize);
  }
  // Nothing where the index names an offset that it does not have.
  std::optional<std::uint64_t> offset(std::size_t position) const;
  // The CRC-32 of the entry's bytes in the pack. Nothing where the index has none (version 1).
  std::optional<std::uint32_t> crc(std::size_t position) const;
  std::optional<std::size_t> find(const void* raw_id) const;
  // Positions [first, second) of the ids that start with the first `digits` hexadecimal digits of
  // `raw_prefix`.
  std::pair<std::size_t, std::size_t> find_prefix(const void* raw_prefix, std::size_t digits) const;
  // The checksum at the end of the pack that this index was made for.
  ByteView pack_checksum() const { return pack_checksum_; }

 private:
  Status parse(ByteView bytes);

  MappedFile file_;
  bool version2_ = false;
  std::size_t count_ = 0;
  const char* fanout_ = nullptr;  // 256 numbers of 32 bits, biggest byte first, as all others
  const char* ids_ = nullptr;
  std::size_t id_stride_ = 0;
  const char* offsets_ = nullptr;  // of 32 bits; in version 2 the top bit refers to large_offsets_
  std::size_t offset_stride_ = 0;
  const char* large_offsets_ = nullptr;  // of 64 bits
  std::size_t large_count_ = 0;
  ByteView pack_checksum_;
};

// Immutable; threads may share it.
struct PackFile {
  std::string path;        // of the .pack
  std::string index_path;  // of the .idx
  PackIndex index;
  ByteView bytes;  // of the pack, without the checksum at its end
  MappedFile file;
};

// Opens the pack that belongs to an index. Errors (kUnreadable) where either is missing, or they
// do not belong together.
Result<PackFile> open_pack(const std::string& index_path);

}  // namespace dragnet
