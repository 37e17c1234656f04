#include "pack/pack_entry.h"

#include "pack/delta.h"

namespace dragnet {
namespace {

// What claims a size that its bytes cannot make is not whole, and would ask for as much memory:
// deflate makes at most 1,032 bytes of one.
constexpr std::uint64_t kMaxInflation = 1040;

constexpr int kOffsetDelta = 6;
constexpr int kIdDelta = 7;

// How far before itself a delta's base starts.
std::optional<std::uint64_t> take_distance(ByteView* bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes->size(); ++i) {
    const auto byte = static_cast<unsigned char>((*bytes)[i]);
    if (i > 0) ++value;
    if (value > std::numeric_limits<std::uint64_t>::max() >> 8) return std::nullopt;
    value = value << 7 | (byte & 0x7fU);
    if ((byte & 0x80U) == 0) {
      bytes->remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<PackEntry> parse_pack_entry(ByteView pack, std::uint64_t offset, std::size_t id_size,
                                          const char** reason) {
  if (offset < kFirstPackEntry || offset >= pack.size()) {
    *reason = "its offset lies outside of the pack";
    return std::nullopt;
  }
  ByteView bytes = pack.substr(static_cast<std::size_t>(offset));
  const std::size_t before = bytes.size();
  const auto first = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  PackEntry entry;
  entry.stored_size = first & 15U;
  *reason = "its size is damaged";
  if ((first & 0x80U) != 0) {
    const auto size = take_size(&bytes, 4, entry.stored_size);
    if (!size) return std::nullopt;
    entry.stored_size = *size;
  }
  const int type = first >> 4 & 7;
  if (type == kOffsetDelta) {
    *reason = "its delta base is not in the pack";
    const auto distance = take_distance(&bytes);
    if (!distance || *distance == 0 || *distance > offset - kFirstPackEntry) return std::nullopt;
    entry.delta = true;
    entry.base_offset = offset - *distance;
  } else if (type == kIdDelta) {
    *reason = "it is cut off";
    if (bytes.size() < id_size) return std::nullopt;
    entry.delta = true;
    entry.base_id = bytes.substr(0, id_size);
    bytes.remove_prefix(id_size);
  } else if (type >= 1 && type <= 4) {
    entry.type = static_cast<ObjectType>(type);
  } else {
    *reason = "its type is damaged";
    return std::nullopt;
  }
  *reason = "its size is damaged";
  if (entry.stored_size / kMaxInflation > bytes.size()) return std::nullopt;
  entry.data_offset = offset + (before - bytes.size());
  return entry;
}

}  // namespace dragnet
