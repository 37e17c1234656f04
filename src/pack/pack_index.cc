#include "pack/pack_index.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "pack/big_endian.h"

namespace dragnet {
namespace {

// How far from where it should be an id is looked for first: 16 is usual among a million ids.
constexpr std::size_t kFirstStep = 16;

constexpr std::size_t kPackHeaderBytes = 12;

Error damaged(const std::string& why) { return unreadable_error("damaged pack index: " + why); }

}  // namespace

Result<PackIndex> PackIndex::load(const std::string& path, std::size_t id_size) {
  auto file = MappedFile::open(path);
  if (!file.ok()) return std::move(file).error();
  const auto owner = std::make_shared<const MappedFile>(std::move(file).value());
  return parse(owner->bytes(), id_size, owner);
}

Result<PackIndex> PackIndex::parse(ByteView bytes, std::size_t id_size,
                                   std::shared_ptr<const void> owner) {
  PackIndex index;
  index.owner_ = std::move(owner);
  Status status = index.read(bytes, id_size);
  if (!status.ok()) return std::move(status).error();
  return index;
}

Status PackIndex::read(ByteView bytes, std::size_t id_size) {
  const std::size_t trailer = 2 * id_size;
  bytes_ = bytes;
  id_size_ = id_size;
  trust_ = std::make_shared<Trust>();
  version2_ = bytes.starts_with(ByteView("\377tOc", 4));
  std::size_t at = 0;
  if (version2_) {
    if (bytes.size() < 8 || load_big32(bytes.data() + 4) != 2) return damaged("unknown version");
    at = 8;
  }
  if (bytes.size() < at + kFanoutBytes + trailer) return damaged("it is too short");
  fanout_ = bytes.data() + at;
  for (std::size_t i = 0; i < 256; ++i) {
    const std::size_t below = load_big32(fanout_ + 4 * i);
    if (below < count_) return damaged("its table of first bytes goes backwards");
    count_ = below;
  }
  at += kFanoutBytes;
  const std::size_t room = bytes.size() - at - trailer;
  const std::size_t width = version2_ ? id_size + 4 + 4 : id_size + 4;
  if (count_ > room / width) return damaged("its size does not fit its number of objects");
  const std::size_t large = room - count_ * width;
  if (version2_ ? large % 8 != 0 || large / 8 > count_ : large != 0) {
    return damaged("its size does not fit its number of objects");
  }
  if (version2_) {
    ids_ = bytes.data() + at;
    id_stride_ = id_size;
    crcs_ = ids_ + count_ * id_size;
    offsets_ = crcs_ + count_ * 4;
    offset_stride_ = 4;
    large_offsets_ = offsets_ + count_ * 4;
    large_count_ = large / 8;
  } else {
    offsets_ = bytes.data() + at;
    ids_ = offsets_ + 4;
    id_stride_ = offset_stride_ = width;
  }
  pack_checksum_ = bytes.substr(bytes.size() - trailer, id_size);
  return ok_status();
}

PackIndex PackIndex::make(const std::vector<Entry>& entries, std::size_t id_size, bool trusted) {
  // Laid out like version 2, every offset in the table of large ones.
  const std::size_t count = entries.size();
  auto bytes = std::make_shared<ByteString>(kFanoutBytes + count * (id_size + 4 + 8), '\0');
  char* const fanout = bytes->data();
  char* const ids = fanout + kFanoutBytes;
  char* const offsets = ids + count * id_size;
  char* const large_offsets = offsets + count * 4;
  std::size_t below = 0;
  for (unsigned first = 0; first < 256; ++first) {
    while (below < count && entries[below].id.bytes[0] == first) ++below;
    store_big32(fanout + std::size_t{4} * first, static_cast<std::uint32_t>(below));
  }
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(ids + i * id_size, entries[i].id.bytes.data(), id_size);
    store_big32(offsets + i * 4, kLargeOffset | static_cast<std::uint32_t>(i));
    store_big32(large_offsets + i * 8, static_cast<std::uint32_t>(entries[i].offset >> 32));
    store_big32(large_offsets + i * 8 + 4, static_cast<std::uint32_t>(entries[i].offset));
  }
  PackIndex index;
  index.version2_ = true;
  index.id_size_ = id_size;
  index.count_ = index.large_count_ = count;
  index.fanout_ = fanout;
  index.ids_ = ids;
  index.id_stride_ = id_size;
  index.offsets_ = offsets;
  index.offset_stride_ = 4;
  index.large_offsets_ = large_offsets;
  index.owner_ = std::move(bytes);
  index.trust_ = std::make_shared<Trust>();
  std::call_once(index.trust_->once, [&] { index.trust_->trusted = trusted; });
  return index;
}

bool PackIndex::trusted() const {
  if (!trust_) return false;
  std::call_once(trust_->once, [this] {
    const auto sum = GitHasher(id_size_).hash(bytes_.substr(0, bytes_.size() - id_size_));
    trust_->trusted = sum && std::memcmp(sum->bytes.data(),
                                         bytes_.data() + bytes_.size() - id_size_, id_size_) == 0;
  });
  return trust_->trusted;
}

std::optional<std::uint32_t> PackIndex::crc(std::size_t position) const {
  if (crcs_ == nullptr) return std::nullopt;
  return load_big32(crcs_ + position * 4);
}

std::optional<std::uint64_t> PackIndex::offset(std::size_t position) const {
  const std::uint32_t value = load_big32(offsets_ + position * offset_stride_);
  if (!version2_ || (value & kLargeOffset) == 0) return value;
  const std::size_t large = value & ~kLargeOffset;
  if (large >= large_count_) return std::nullopt;
  return load_big64(large_offsets_ + 8 * large);
}

// Ids are spread evenly, so one stands near where its bits say; from there steps double until it is
// passed. In a damaged index that is out of order the search may end at any other id.
std::optional<std::size_t> PackIndex::find(const void* wanted) const {
  const auto* raw = static_cast<const char*>(wanted);
  auto [low, high] = fanout(static_cast<unsigned char>(raw[0]));
  if (low >= high) return std::nullopt;
  const auto before = [&](std::size_t position) {
    return std::memcmp(raw_id(position), raw, id_size_) < 0;
  };
  const std::uint64_t share = load_big64(raw) << 8 >> 32;  // of the ids with this first byte
  const std::size_t guess = low + static_cast<std::size_t>(share * (high - low) >> 32);
  std::size_t step = kFirstStep;
  if (before(guess)) {
    low = guess + 1;
    for (; low + step < high && before(low + step); step *= 2) low += step + 1;
    high = std::min(high, low + step + 1);
  } else {
    high = guess + 1;
    for (; high > low + step && !before(high - 1 - step); step *= 2) high -= step;
    low = high > low + step ? high - 1 - step : low;
  }
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (before(middle)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low >= count_ || std::memcmp(raw_id(low), raw, id_size_) != 0) return std::nullopt;
  return low;
}

std::pair<std::size_t, std::size_t> PackIndex::fanout(std::size_t first_byte) const {
  return {first_byte == 0 ? 0 : load_big32(fanout_ + 4 * (first_byte - 1)),
          load_big32(fanout_ + 4 * first_byte)};
}

std::pair<std::size_t, std::size_t> PackIndex::find_prefix(const void* raw_prefix,
                                                           std::size_t digits) const {
  const auto* prefix = static_cast<const unsigned char*>(raw_prefix);
  digits = std::min(digits, 2 * id_size_);
  // How the id at a position compares with the prefix, over the prefix's digits only.
  const auto compare = [&](std::size_t position) {
    const char* id = raw_id(position);
    const int whole = std::memcmp(id, prefix, digits / 2);
    if (whole != 0 || digits % 2 == 0) return whole;
    return (static_cast<unsigned char>(id[digits / 2]) >> 4) - (prefix[digits / 2] >> 4);
  };
  const auto partition = [&](std::size_t low, std::size_t high, auto goes_before) {
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (goes_before(compare(middle))) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  };
  const auto [low, high] = digits < 2 ? std::pair(std::size_t{0}, count_) : fanout(prefix[0]);
  const std::size_t first = partition(low, high, [](int order) { return order < 0; });
  const std::size_t last = partition(first, high, [](int order) { return order <= 0; });
  return {first, last};
}

namespace {

// Maps PACK.path and checks its first bytes; `count` is how many entries it says to have.
Status map_pack(PackFile* pack, std::size_t id_size, std::uint32_t* count) {
  auto file = MappedFile::open(pack->path);
  if (!file.ok()) {
    return unreadable_error("the pack of this index cannot be read: " + file.error().message);
  }
  pack->file = std::move(file).value();
  const ByteView bytes = pack->file.bytes();
  if (bytes.size() < kPackHeaderBytes + id_size) return unreadable_error("the pack is cut off");
  const std::uint32_t version = load_big32(bytes.data() + 4);
  if (!bytes.starts_with("PACK") || (version != 2 && version != 3)) {
    return unreadable_error("its pack is no pack");
  }
  pack->bytes = bytes.substr(0, bytes.size() - id_size);
  *count = load_big32(bytes.data() + 8);
  return ok_status();
}

std::string with_ending(const std::string& index_path, const char* ending) {
  return index_path.substr(0, index_path.size() - 4) + ending;
}

}  // namespace

Result<PackFile> open_pack(const std::string& index_path, std::size_t id_size) {
  PackFile pack;
  pack.index_path = index_path;
  pack.path = with_ending(index_path, ".pack");
  std::uint32_t count = 0;
  Status status = map_pack(&pack, id_size, &count);
  if (!status.ok()) return std::move(status).error();
  auto index = PackIndex::load(index_path, id_size);
  if (!index.ok()) return std::move(index).error();
  pack.index = std::move(index).value();
  if (count != pack.index.size() ||
      pack.file.bytes().substr(pack.bytes.size()) != pack.index.pack_checksum()) {
    return unreadable_error("pack and index do not belong together, or one of them is cut off");
  }
  return pack;
}

Result<PackFile> open_pack(const std::string& index_path, PackIndex index) {
  PackFile pack;
  pack.index_path = index_path;
  pack.path = with_ending(index_path, ".pack");
  pack.own_index = false;
  std::uint32_t count = 0;
  Status status = map_pack(&pack, index.id_size(), &count);
  if (!status.ok()) return std::move(status).error();
  pack.index = std::move(index);
  return pack;
}

}  // namespace dragnet
