// What there is to read, before anything is read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

}  // namespace dragnet
