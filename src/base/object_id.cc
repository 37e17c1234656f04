#include "base/object_id.h"

#include "base/hex.h"

namespace dragnet {

std::string_view to_string(ObjectType type) {
  switch (type) {
    case ObjectType::kCommit:
      return "commit";
    case ObjectType::kTree:
      return "tree";
    case ObjectType::kBlob:
      return "blob";
    case ObjectType::kTag:
      return "tag";
  }
  return "unknown";
}

std::optional<ObjectId> ObjectId::from_hex(std::string_view hex) {
  if (hex.size() != 40 && hex.size() != 64) return std::nullopt;
  ObjectId id;
  if (!dragnet::from_hex(hex, id.bytes.data())) return std::nullopt;
  id.size = static_cast<std::uint8_t>(hex.size() / 2);
  return id;
}

std::string ObjectId::hex() const {
  return to_hex({reinterpret_cast<const char*>(bytes.data()), size});
}

}  // namespace dragnet
