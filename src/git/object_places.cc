#include "git/object_places.h"

namespace dragnet {

ObjectPlaces::ObjectPlaces(const std::vector<ObjectHeader>* objects) : objects_(objects) {
  std::size_t size = 16;
  while (size < objects->size() * 2) size *= 2;
  slots_.assign(size, kFree);
  mask_ = size - 1;
  const auto raw = [&](std::uint32_t place) {
    const ObjectId& id = (*objects)[place].id;
    return ByteString(reinterpret_cast<const char*>(id.bytes.data()), id.size);
  };
  for (std::uint32_t place = 0; place < objects->size(); ++place) {
    const std::uint64_t key = key_of((*objects)[place].id.bytes.data());
    const std::uint64_t tag = tag_of(key);
    std::size_t at = key & mask_;
    while (slots_[at] != kFree && (slots_[at] ^ tag) >> 32 != 0) at = (at + 1) & mask_;
    if (slots_[at] == kFree) {
      slots_[at] = tag | place;
      continue;
    }
    const auto other = static_cast<std::uint32_t>(slots_[at]);
    if (other != kNone) alike_.emplace(raw(other), other);
    alike_.emplace(raw(place), place);
    slots_[at] = tag | kNone;
  }
}

std::uint32_t ObjectPlaces::find_alike(const void* raw_id) const {
  const std::size_t id_size = objects_->front().id.size;
  const auto found = alike_.find(ByteString(static_cast<const char*>(raw_id), id_size));
  return found == alike_.end() ? kNone : found->second;
}

}  // namespace dragnet
