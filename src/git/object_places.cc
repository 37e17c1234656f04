#include "git/object_places.h"

namespace dragnet {

ObjectPlaces::ObjectPlaces(const ObjectTable* objects)
    : objects_(objects),
      slots_(std::size_t{1} << slot_bits(objects->size()), kFree),
      shift_(64 - slot_bits(objects->size())) {
  objects->each_id([this](const void* raw_id, std::uint32_t place) { add(raw_id, place); });
}

void ObjectPlaces::add(const void* raw_id, std::uint32_t place) {
  const std::uint64_t key = key_of(raw_id);
  const std::uint64_t tag = tag_of(key);
  std::size_t at = slot_of(key);
  while (slots_[at] != kFree && (slots_[at] ^ tag) >> 32 != 0) at = (at + 1) & (slots_.size() - 1);
  if (slots_[at] == kFree) {
    slots_[at] = tag | place;
    return;
  }
  const auto other = static_cast<std::uint32_t>(slots_[at]);
  if (other != kNone) alike_.emplace(objects_->raw_id(other), other);
  alike_.emplace(objects_->raw_id(place), place);
  slots_[at] = tag | kNone;
}

std::uint32_t ObjectPlaces::find_alike(const void* raw_id) const {
  const std::size_t id_size = objects_->raw_id(0).size();
  const auto found = alike_.find(ByteString(static_cast<const char*>(raw_id), id_size));
  return found == alike_.end() ? kNone : found->second;
}

}  // namespace dragnet
