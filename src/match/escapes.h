// Escapes in text: what one stands for, and where one begins.
//
// Three kinds, each begun by a byte of its own: a backslash (strings of JSON and most languages), a
// percent sign (URLs), an ampersand (HTML and XML). Whether there is one at a place depends on few
// bytes after it and, for backslashes, on those right before it: in a run of them each but the last
// escapes the next.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "match/decode_trail.h"

namespace dragnet {

// The longest escape, in bytes.
inline constexpr std::uint64_t kMaxEscape = 12;

// What begins an escape of `kind` (kEscapes, kPercent or kHtml).
char introducer_of(Decoding kind);

struct Escape {
  std::uint32_t length = 0;  // of the escape; 0 where there is none
  char32_t value = 0;        // a byte where `is_byte`, else a code point
  bool is_byte = false;
};

// The escape whose introducer stands at `at` in `text`; a backslash there must not be escaped by
// one before it. Known are \n \r \t \b \f \" \' \\ \/ \xXX \uXXXX \u{X...}, %XX, &#N; &#xN; and the
// six references by name that are in daily use. Reads at most kMaxEscape bytes.
Escape escape_at(ByteView text, std::uint64_t at, Decoding kind);

// The bytes of an escape, UTF-8 for code points from 128 on; never more than `escape.length`.
// Returns how many were written to `out`, which has room for four.
unsigned escape_bytes(const Escape& escape, char* out);

}  // namespace dragnet
