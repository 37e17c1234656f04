// Bytes as the scanner sees them: raw, without an encoding.
//
// Everything that is read from a repository is a run of bytes. A `ByteView` never owns, is never
// zero terminated, and may hold any byte. `std::string_view` is that type, and RE2 takes it as it
// is; the alias says at an interface that no text encoding is meant.
#pragma once

#include <string>
#include <string_view>

namespace dragnet {

using ByteView = std::string_view;
using ByteString = std::string;

}  // namespace dragnet
