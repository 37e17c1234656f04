// Text in UTF-16 inside a blob, found without trusting a byte-order mark.
//
// A secret is ASCII even where the text around it is not, so what has to be found are *runs*: the
// longest stretches of two-byte units that are ASCII text (printable, tab, line ends) in one byte
// order. PowerShell writes such files without being asked, with a mark and without. A run stands at
// even or odd offsets alike; it is decoded by dropping its zero bytes, so that decoded byte i is
// the unit at `start + 2 * i`.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace dragnet {

struct Utf16Run {
  std::uint64_t start = 0;  // offset of the first unit in the blob
  std::uint64_t units = 0;
  bool big_endian = false;
};

// Fewer units than this hold no secret that any rule asks for.
inline constexpr std::uint64_t kMinUtf16Units = 8;

// All runs of at least `kMinUtf16Units`, by start. Linear; a blob without a zero byte costs one
// memchr.
std::vector<Utf16Run> find_utf16_runs(ByteView blob);

// The run's text, one byte a unit; `text` has room for `run.units` bytes.
void decode_utf16_run(ByteView blob, const Utf16Run& run, char* text);

}  // namespace dragnet
