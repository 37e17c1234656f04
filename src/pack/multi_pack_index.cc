#include "pack/multi_pack_index.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "io/mapped_file.h"
#include "pack/big_endian.h"

namespace dragnet {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kChunkRowBytes = 12;
constexpr std::size_t kPlaceBytes = 8;

Error damaged(const char* why) {
  return unreadable_error("damaged multi-pack-index: " + std::string(why));
}

}  // namespace

struct MultiPackIndex::Chunks {
  ByteView names;
  ByteView fanout;
  ByteView ids;
  ByteView places;
  ByteView large_offsets;

  // Where the chunk of this name is kept; null for those that say nothing of objects.
  ByteView* named(ByteView name) {
    if (name == "PNAM") return &names;
    if (name == "OIDF") return &fanout;
    if (name == "OIDL") return &ids;
    if (name == "OOFF") return &places;
    if (name == "LOFF") return &large_offsets;
    return nullptr;
  }
};

Result<MultiPackIndex> MultiPackIndex::load(const std::string& path, std::size_t id_size) {
  auto file = MappedFile::open(path);
  if (!file.ok()) return std::move(file).error();
  const auto owner = std::make_shared<const MappedFile>(std::move(file).value());
  return parse(owner->bytes(), id_size, owner);
}

Result<MultiPackIndex> MultiPackIndex::parse(ByteView bytes, std::size_t id_size,
                                             std::shared_ptr<const void> owner) {
  MultiPackIndex index;
  index.owner_ = std::move(owner);
  index.bytes_ = bytes;
  index.id_size_ = id_size;
  Status status = index.read();
  if (!status.ok()) return std::move(status).error();
  return index;
}

Result<MultiPackIndex::Chunks> MultiPackIndex::read_chunks() const {
  const std::size_t end = bytes_.size() - id_size_;
  const std::size_t count = static_cast<unsigned char>(bytes_[6]);
  if ((end - kHeaderBytes) / kChunkRowBytes < count + 1) return damaged("it is too short");
  Chunks chunks;
  for (std::size_t i = 0; i < count; ++i) {
    const char* row = bytes_.data() + kHeaderBytes + i * kChunkRowBytes;
    const std::uint64_t from = load_big64(row + 4);
    const std::uint64_t to = load_big64(row + kChunkRowBytes + 4);
    if (from > to || to > end) return damaged("a chunk lies outside of it");
    ByteView* chunk = chunks.named(ByteView(row, 4));
    if (chunk == nullptr) continue;
    if (chunk->data() != nullptr) return damaged("it has a chunk twice");
    *chunk = bytes_.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
  }
  return chunks;
}

Status MultiPackIndex::read_packs(ByteView names, std::size_t count) {
  if (count > names.size()) return damaged("it has fewer names than packs");
  packs_.reserve(count);
  while (packs_.size() < count) {
    const std::size_t end = names.find('\0');
    if (end == ByteView::npos || end == 0) return damaged("it has fewer names than packs");
    packs_.push_back(names.substr(0, end));
    // A name leads to a file of the same folder and nowhere else.
    if (packs_.back().find('/') != ByteView::npos) return damaged("a pack's name is a path");
    names.remove_prefix(end + 1);
  }
  return ok_status();
}

Status MultiPackIndex::read() {
  if (bytes_.size() < kHeaderBytes + id_size_) return damaged("it is too short");
  if (!bytes_.starts_with("MIDX")) return damaged("it is none");
  if (bytes_[4] != 1) return damaged("unknown version");
  if (bytes_[5] != (id_size_ == kSha256Size ? 2 : 1)) return damaged("it has ids of another kind");
  if (bytes_[7] != 0) return unreadable_error("chains of multi-pack-indexes are not supported");
  auto read_table = read_chunks();
  if (!read_table.ok()) return std::move(read_table).error();
  const Chunks& chunks = read_table.value();
  if (chunks.fanout.size() != kFanoutBytes) return damaged("its table of first bytes is cut off");
  for (std::size_t i = 0; i < 256; ++i) {
    const std::size_t below = load_big32(chunks.fanout.data() + 4 * i);
    if (below < count_) return damaged("its table of first bytes goes backwards");
    count_ = below;
  }
  if (chunks.ids.size() / id_size_ != count_ || chunks.ids.size() % id_size_ != 0 ||
      chunks.places.size() != count_ * kPlaceBytes || chunks.large_offsets.size() % 8 != 0) {
    return damaged("its size does not fit its number of objects");
  }
  ids_ = chunks.ids.data();
  places_ = chunks.places.data();
  large_offsets_ = chunks.large_offsets.data();
  large_count_ = chunks.large_offsets.size() / 8;
  return read_packs(chunks.names, load_big32(bytes_.data() + 8));
}

std::optional<MultiPackIndex::Place> MultiPackIndex::place(std::size_t position) const {
  const char* row = places_ + position * kPlaceBytes;
  Place place{load_big32(row), load_big32(row + 4)};
  if (place.pack >= packs_.size()) return std::nullopt;
  // Without large offsets the top bit is part of the offset.
  if (large_offsets_ != nullptr && (place.offset & kLargeOffset) != 0) {
    const std::size_t large = place.offset & ~std::uint64_t{kLargeOffset};
    if (large >= large_count_) return std::nullopt;
    place.offset = load_big64(large_offsets_ + 8 * large);
  }
  return place;
}

PackIndex MultiPackIndex::index_of(std::size_t pack, std::size_t* damaged) const {
  std::vector<PackIndex::Entry> entries;
  *damaged = 0;
  bool sorted = true;
  for (std::size_t i = 0; i < count_; ++i) {
    const auto place = this->place(i);
    if (!place) ++*damaged;
    if (!place || place->pack != pack) continue;
    entries.push_back({id(i), place->offset});
    const std::size_t last = entries.size() - 1;
    sorted = sorted && (last == 0 || entries[last - 1].id < entries[last].id);
  }
  if (!sorted) {
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
      return a.id != b.id ? a.id < b.id : a.offset < b.offset;
    });
  }
  return PackIndex::make(entries, id_size_, false);
}

bool MultiPackIndex::trusted() const {
  const auto sum = GitHasher(id_size_).hash(bytes_.substr(0, bytes_.size() - id_size_));
  return sum &&
         std::memcmp(sum->bytes.data(), bytes_.data() + bytes_.size() - id_size_, id_size_) == 0;
}

}  // namespace dragnet
