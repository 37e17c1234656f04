// CRC-32 as zip, PNG and zlib compute it (polynomial 0xEDB88320 reflected), which providers put
// into tokens so that a made-up one can be told from a real one.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace dragnet {

// The checksum of `data`; 0 for an empty string. One table look-up a byte: tokens are short.
std::uint32_t crc32(ByteView data);

}  // namespace dragnet
