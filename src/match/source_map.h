// Which source file a place in a source map belongs to.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace dragnet {

// The name (in `sources`) of the file whose text (in `sourcesContent`) `object` has at `offset`;
// nothing where that is no such place. Reads JSON as far as it has to, and does not mind damage
// elsewhere; linear in the object's size.
std::optional<ByteString> source_at(ByteView object, std::uint64_t offset);

}  // namespace dragnet
