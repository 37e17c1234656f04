// Files of refs: a loose one, and packed-refs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/object_id.h"

namespace dragnet {

// A ref as its file has it: an id, or the name of another ref.
struct RefValue {
  ObjectId id;
  std::string symbolic;  // empty where there is an id
};

// "<id>" or "ref: <name>", and white space; nothing else.
std::optional<RefValue> parse_loose_ref(ByteView text);

struct PackedRef {
  std::string name;
  ObjectId id;
};
// Every ref of packed-refs. Numbers of lines (from 1) that are no ref go to `damaged`.
std::vector<PackedRef> parse_packed_refs(ByteView text, std::vector<std::size_t>* damaged);

}  // namespace dragnet
