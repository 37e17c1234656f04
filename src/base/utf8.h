// UTF-8 (RFC 3629), read as what a stranger wrote.
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace dragnet {

// Reads the code point that starts at `at` (below `text.size()`). Returns its length in bytes, 1 to
// 4, or 0 where the bytes there are no UTF-8 (overlong forms and surrogates included).
std::size_t decode_utf8(ByteView text, std::size_t at, char32_t* code_point);

bool is_utf8(ByteView text);

}  // namespace dragnet
