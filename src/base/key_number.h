// What both readers of private keys share (private_key.cc, openssh_key.cc).
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/bytes.h"

namespace dragnet {

// No key in use is as long.
constexpr std::size_t kMaxKeyBytes = 64 << 10;

// Bits of a big-endian number; it may be written with leading zero bytes.
inline unsigned bits_of(ByteView number) {
  number.remove_prefix(std::min(number.find_first_not_of('\0'), number.size()));
  if (number.empty()) return 0;
  unsigned bits = static_cast<unsigned>(number.size() - 1) * 8;
  for (unsigned top = static_cast<unsigned char>(number[0]); top != 0; top >>= 1) ++bits;
  return bits;
}

}  // namespace dragnet
