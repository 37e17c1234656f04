// What there is to read, before anything is read.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/object_id.h"

namespace dragnet {

// A listed object. The order of a listing is pack order, loose objects after, so that reading in
// that order finds delta bases in the cache.
struct ObjectHeader {
  ObjectId id;
  ObjectType type;
  std::uint64_t size = 0;       // inflated bytes
  std::uint64_t read_cost = 0;  // bytes that reading it whole holds at once for it: at least
                                // `size`, more where it is a delta of something large
};

// Something that could not be read, with the reason; makes a run incomplete.
struct Unreadable {
  std::string what;  // object id in hex, or a path or ref name
  std::string reason;
};

struct ObjectListing {
  std::vector<ObjectHeader> objects;   // each id once
  std::vector<Unreadable> unreadable;  // named by a pack index or loose file, but header unreadable
};

// The objects that a reader shows, by place: 0 to `size() - 1`, each id once. A repository has
// millions, so that nothing is kept of them here that a reader has anyway. Immutable; threads may
// share it.
class ObjectTable {
 public:
  ObjectTable() = default;
  virtual ~ObjectTable() = default;
  ObjectTable(const ObjectTable&) = delete;
  ObjectTable& operator=(const ObjectTable&) = delete;

  virtual std::uint32_t size() const = 0;
  // Lives as long as the table.
  virtual ByteView raw_id(std::uint32_t place) const = 0;
  virtual ObjectHeader header(std::uint32_t place) const = 0;
  // Sum of all objects' `size`.
  virtual std::uint64_t total_size() const = 0;
  // All ids with their places, in the order that is cheapest.
  using IdVisit = std::function<void(const void* raw_id, std::uint32_t place)>;
  virtual void each_id(const IdVisit& visit) const = 0;
  // Bytes held.
  virtual std::uint64_t memory() const = 0;

  ObjectId id(std::uint32_t place) const {
    const ByteView raw = raw_id(place);
    return ObjectId::from_raw(raw.data(), raw.size());
  }
};

class ListedTable : public ObjectTable {
 public:
  explicit ListedTable(std::vector<ObjectHeader> objects) : objects_(std::move(objects)) {}

  std::uint32_t size() const override { return static_cast<std::uint32_t>(objects_.size()); }
  ByteView raw_id(std::uint32_t place) const override {
    const ObjectId& id = objects_[place].id;
    return {reinterpret_cast<const char*>(id.bytes.data()), id.size};
  }
  ObjectHeader header(std::uint32_t place) const override { return objects_[place]; }
  std::uint64_t total_size() const override {
    std::uint64_t sum = 0;
    for (const ObjectHeader& object : objects_) sum += object.size;
    return sum;
  }
  void each_id(const IdVisit& visit) const override {
    for (std::uint32_t place = 0; place < size(); ++place) {
      visit(objects_[place].id.bytes.data(), place);
    }
  }
  std::uint64_t memory() const override { return objects_.capacity() * sizeof(ObjectHeader); }

 private:
  std::vector<ObjectHeader> objects_;
};

}  // namespace dragnet
