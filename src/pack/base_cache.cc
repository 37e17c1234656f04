#include "pack/base_cache.h"

#include <limits>
#include <new>
#include <utility>

#include "io/scratch_mapping.h"

namespace dragnet {

Result<SharedObject> SharedObject::make(ObjectType type, std::uint64_t size, std::uint64_t large) {
  const Error too_large{ErrorKind::kTooLarge, "object does not fit in memory", ""};
  if (size > static_cast<std::uint64_t>(std::numeric_limits<std::ptrdiff_t>::max())) {
    return too_large;
  }
  SharedObject object;
  object.type = type;
  object.size = static_cast<std::size_t>(size);
  if (size > large) {
    auto mapping = ScratchMapping::make(object.size);
    if (!mapping.ok()) return std::move(mapping).error();
    const auto owner = std::make_shared<ScratchMapping>(std::move(mapping).value());
    object.data = std::shared_ptr<char[]>(owner, owner->data());
    return object;
  }
  // A byte more, so that no object is without an address.
  object.data.reset(new (std::nothrow) char[object.size + 1]);
  if (!object.data) return too_large;
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
