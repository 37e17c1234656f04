#include "pack/base_cache.h"

#include <limits>
#include <new>

namespace dragnet {

std::optional<SharedObject> SharedObject::make(ObjectType type, std::uint64_t size) {
  if (size > static_cast<std::uint64_t>(std::numeric_limits<std::ptrdiff_t>::max())) {
    return std::nullopt;
  }
  SharedObject object;
  object.type = type;
  object.size = static_cast<std::size_t>(size);
  // A byte more, so that no object is without an address.
  object.data.reset(new (std::nothrow) char[object.size + 1]);
  if (!object.data) return std::nullopt;
  return object;
}

std::optional<SharedObject> BaseCache::find(const PackPlace& place) {
  const auto at = by_place_.find(place);
  if (at == by_place_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, at->second);
  return at->second->object;
}

void BaseCache::add(const PackPlace& place, const SharedObject& object) {
  const std::size_t cost = object.size + kEntryCost;
  if (cost > largest_ || by_place_.contains(place)) return;
  while (cost > room_) {
    room_ += entries_.back().object.size + kEntryCost;
    by_place_.erase(entries_.back().place);
    entries_.pop_back();
  }
  room_ -= cost;
  entries_.push_front({place, object});
  by_place_.emplace(place, entries_.begin());
}

}  // namespace dragnet
