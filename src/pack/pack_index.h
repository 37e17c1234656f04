// A pack and its index: which objects the pack has, and where each starts.
//
// Every field that leads to another place is checked when it is used. What the index says is only
// as good as the checksum over all of it (`trusted`): where that is wrong the index is used on,
// because most of it is right, but each object has to be checked against its id.
//
// libgit2 1.5 sizes an index with 32-bit arithmetic, and its header reader loops for ever where a
// delta's stream runs into the end of the pack; it sees only packs that were opened here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/git_hash.h"
#include "base/object_id.h"
#include "base/result.h"
#include "io/mapped_file.h"

namespace dragnet {

// The ids of a pack in order, and where each object starts; a view of the mapped file. Immutable,
// so threads may share it; copies share the bytes. Positions are 0 .. size() - 1.
class PackIndex {
 public:
  // Versions 1 and 2. `id_size` (20 or 32) is the repository's, the file does not say it. Errors
  // (kUnreadable) where the file does not add up; offsets are not checked.
  static Result<PackIndex> load(const std::string& path, std::size_t id_size = kSha1Size);
  // The same of bytes that live as long as `owner`.
  static Result<PackIndex> parse(ByteView bytes, std::size_t id_size,
                                 std::shared_ptr<const void> owner);

  struct Entry {
    ObjectId id;
    std::uint64_t offset = 0;
  };
  // An index of `entries`, sorted by id, that come from elsewhere: without checksums, trusted.
  static PackIndex make(const std::vector<Entry>& entries, std::size_t id_size, bool trusted);

  std::size_t size() const { return count_; }
  std::size_t id_size() const { return id_size_; }
  const char* raw_id(std::size_t position) const { return ids_ + position * id_stride_; }
  ObjectId id(std::size_t position) const { return ObjectId::from_raw(raw_id(position), id_size_); }
  // Whether the id at `position`, which is not the first, is greater than the one before.
  bool in_order(std::size_t position) const {
    return std::memcmp(raw_id(position - 1), raw_id(position), id_size_) < 0;
  }
  // Nothing where the index names an offset that it does not have.
  std::optional<std::uint64_t> offset(std::size_t position) const;
  // The CRC-32 of the entry's bytes in the pack, from its header to the next entry. Nothing where
  // the index has none (version 1).
  std::optional<std::uint32_t> crc(std::size_t position) const;
  // Brings what `crc` will read closer.
  void prefetch_crc(std::size_t position) const {
    if (crcs_ != nullptr) __builtin_prefetch(crcs_ + position * 4);
  }

  // `wanted`, a raw id, has id_size() bytes.
  std::optional<std::size_t> find(const void* wanted) const;
  // Positions [first, second) of the ids that start with the first `digits` hexadecimal digits of
  // `raw_prefix`.
  std::pair<std::size_t, std::size_t> find_prefix(const void* raw_prefix, std::size_t digits) const;

  // The checksum at the end of the pack that this index was made for; empty where it does not say.
  ByteView pack_checksum() const { return pack_checksum_; }
  // Whether the checksum over the whole index is right. Computed once, when it is first asked for
  // (24 MB take 15 ms); thread safe.
  bool trusted() const;

 private:
  struct Trust {
    std::once_flag once;
    bool trusted = false;
  };

  Status read(ByteView bytes, std::size_t id_size);
  // Positions [first, second) of the ids with that first byte.
  std::pair<std::size_t, std::size_t> fanout(std::size_t first_byte) const;

  std::shared_ptr<const void> owner_;
  ByteView bytes_;
  bool version2_ = false;
  std::size_t id_size_ = kSha1Size;
  std::size_t count_ = 0;
  const char* fanout_ = nullptr;  // 256 numbers of 32 bits, biggest byte first, as all others
  const char* ids_ = nullptr;
  std::size_t id_stride_ = 0;
  const char* crcs_ = nullptr;     // of 32 bits; null in version 1
  const char* offsets_ = nullptr;  // of 32 bits; in version 2 the top bit refers to large_offsets_
  std::size_t offset_stride_ = 0;
  const char* large_offsets_ = nullptr;  // of 64 bits
  std::size_t large_count_ = 0;
  ByteView pack_checksum_;
  std::shared_ptr<Trust> trust_;
};

// Immutable; threads may share it.
struct PackFile {
  std::string path;        // of the .pack
  std::string index_path;  // of the .idx
  PackIndex index;
  ByteView bytes;  // of the pack, without the checksum at its end: what offsets count in
  MappedFile file;
  // False where the index is made of the multi-pack-index, which may leave out entries that others
  // are deltas of, and knows no checksum of the pack.
  bool own_index = true;
};

// Opens the pack that belongs to an index. Errors (kUnreadable) where either is missing, or they
// do not belong together.
Result<PackFile> open_pack(const std::string& index_path, std::size_t id_size = kSha1Size);
// The same with an index that was made of the multi-pack-index; `index_path` is where the pack's
// own would be.
Result<PackFile> open_pack(const std::string& index_path, PackIndex index);

}  // namespace dragnet
