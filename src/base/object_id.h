// Names of git objects, SHA-1 (20 bytes) or SHA-256 (32 bytes), and the four kinds of object.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace dragnet {

enum class ObjectType : std::uint8_t { kCommit = 1, kTree = 2, kBlob = 3, kTag = 4 };

// "commit", "tree", "blob" or "tag".
std::string_view to_string(ObjectType type);

// An object id by value. `size` is 20 or 32, or 0 for "none"; bytes past `size` are zero, so ids
// of one repository compare and hash over the whole array.
struct ObjectId {
  std::array<std::uint8_t, 32> bytes{};
  std::uint8_t size = 0;

  static ObjectId from_raw(const void* raw, std::size_t size) {
    ObjectId id;
    std::memcpy(id.bytes.data(), raw, size);
    id.size = static_cast<std::uint8_t>(size);
    return id;
  }
  // 40 or 64 hexadecimal digits in either case; anything else gives nothing.
  static std::optional<ObjectId> from_hex(std::string_view hex);

  bool empty() const { return size == 0; }
  std::string hex() const;

  auto operator<=>(const ObjectId&) const = default;
  bool operator==(const ObjectId&) const = default;
};

struct ObjectIdHash {
  std::size_t operator()(const ObjectId& id) const {
    std::size_t h;
    std::memcpy(&h, id.bytes.data(), sizeof h);  // ids are uniformly distributed already
    return h;
  }
};

}  // namespace dragnet
