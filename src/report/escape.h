// Makes bytes from a repository fit to be shown or linked: for a terminal, for JSON, for a URI.
#pragma once

#include <cstddef>
#include <string>

#include "base/bytes.h"

namespace dragnet {

// One line that a terminal shows as it is: UTF-8 without control, direction or zero-width
// characters. Those become \n, \t, \r, \xHH (a control byte, or a byte that is no UTF-8) or
// \u{HHHH}. A backslash stays: the result is for eyes, it cannot be turned back.
std::string escape_text(ByteView text);

// Columns that a result of `escape_text` takes: wide characters count two, combining marks none.
std::size_t display_columns(std::string_view escaped);

// Cuts a result of `escape_text` to at most `columns` columns (at least 5) by putting "..." in its
// middle.
std::string clip_text(std::string_view escaped, std::size_t columns);

// The longest tail, or head, of a result of `escape_text` that fits in `columns`.
std::string_view tail_columns(std::string_view escaped, std::size_t columns);
std::string_view head_columns(std::string_view escaped, std::size_t columns);

// Each byte as the code point of the same number, in UTF-8: loses nothing.
std::string latin1_to_utf8(ByteView bytes);

// A path as a relative URI reference: every byte that RFC 3986 does not allow in a path segment is
// percent-encoded, and ':' too, so that no segment reads as a scheme. A leading "//" becomes
// "/%2F", so that it does not read as a host.
std::string percent_encode_path(ByteView path);

}  // namespace dragnet
