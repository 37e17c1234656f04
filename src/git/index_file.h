// The index of a work tree ("DIRC", versions 2 to 4), for ids of either size.
//
// A header, entries sorted by path, extensions, and a checksum over all of it. An extension whose
// name starts with a lower-case letter changes what the entries mean and has to be understood:
// split and sparse indexes are not. Source: gitformat-index(5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/object_id.h"
#include "base/result.h"

namespace dragnet {

struct IndexFileEntry {
  std::string path;
  ObjectId id;
  std::uint32_t mode = 0;
  // What the file looked like when it was last known to be the object: seconds and nanoseconds,
  // device, inode, owner, group, size; 32 bits of each.
  std::uint32_t changed[2] = {0, 0};
  std::uint32_t modified[2] = {0, 0};
  std::uint32_t device = 0;
  std::uint32_t inode = 0;
  std::uint32_t user = 0;
  std::uint32_t group = 0;
  std::uint32_t size = 0;
  std::uint16_t flags = 0;     // 0x8000: taken as unchanged; 0x3000: stage
  std::uint16_t extended = 0;  // 0x4000: not in the work tree

  unsigned stage() const { return flags >> 12 & 3; }
  bool unwatched() const { return (flags & 0x8000) != 0 || (extended & 0x4000) != 0; }
};

// Errors (kUnreadable) where the file is damaged or of a kind that is not supported.
Result<std::vector<IndexFileEntry>> parse_index_file(ByteView bytes, std::size_t id_size);

}  // namespace dragnet
