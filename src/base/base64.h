// Base64, both alphabets (RFC 4648).
#pragma once

#include <optional>

#include "base/bytes.h"

namespace dragnet {

// Decodes the standard or the URL alphabet, even mixed, with or without padding. Nothing where
// another byte occurs, where padding is followed by anything, or where the length is one over a
// multiple of four.
std::optional<ByteString> decode_base64(ByteView text);

}  // namespace dragnet
