// The multi-pack-index: one table of ids over many packs, beside or instead of their own indexes.
//
// A header, a table of chunks, and the chunks: names of the packs, the table of first bytes, ids,
// pack and offset of each id, and large offsets. An object that several packs have is named for one
// of them only, so what this says of one pack may leave entries of it out. Version 1 is read; the
// chains of newer gits, where one file goes on from another, are not. Source: gitformat-pack(5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "pack/pack_index.h"

namespace dragnet {

// Immutable, threads may share it; copies share the bytes.
class MultiPackIndex {
 public:
  // Errors (kUnreadable) where the file does not add up; packs and offsets are not checked.
  static Result<MultiPackIndex> load(const std::string& path, std::size_t id_size);
  // The same of bytes that live as long as `owner`.
  static Result<MultiPackIndex> parse(ByteView bytes, std::size_t id_size,
                                      std::shared_ptr<const void> owner);

  struct Place {
    std::size_t pack = 0;  // number in packs()
    std::uint64_t offset = 0;
  };

  // File names, "pack-....idx"; views of the file.
  const std::vector<ByteView>& packs() const { return packs_; }
  std::size_t size() const { return count_; }
  ObjectId id(std::size_t position) const {
    return ObjectId::from_raw(ids_ + position * id_size_, id_size_);
  }
  // Nothing where the file names a pack or an offset that it does not have.
  std::optional<Place> place(std::size_t position) const;

  // What it says of one pack, as an index of that pack: never a trusted one, because nothing tells
  // that the pack is the one meant. Entries whose place is damaged are left
  // out, the number of those (of any pack) is `damaged`.
  PackIndex index_of(std::size_t pack, std::size_t* damaged) const;

  // Whether the checksum over the whole file is right. Computed with each call.
  bool trusted() const;

 private:
  struct Chunks;
  Status read();
  Result<Chunks> read_chunks() const;
  Status read_packs(ByteView names, std::size_t count);

  std::shared_ptr<const void> owner_;
  ByteView bytes_;
  std::size_t id_size_ = kSha1Size;
  std::vector<ByteView> packs_;
  std::size_t count_ = 0;
  const char* ids_ = nullptr;
  const char* places_ = nullptr;         // pack and offset, 32 bits each
  const char* large_offsets_ = nullptr;  // of 64 bits
  std::size_t large_count_ = 0;
};

}  // namespace dragnet
