// Text that a value holds in base64: a Kubernetes secret holds the password that way.
//
// The encoding makes words look random, so that such a value is judged as the text that it holds.
// Random bytes of this size decode to nothing but printable characters once in 400.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace dragnet {

// What `value` decodes to, without line ends at its end, where that is at least six printable
// characters of ASCII (four where the base64 is padded); nothing where it is JSON, which services
// hand out as tokens. Linear. Pure.
std::optional<ByteString> text_in_base64(ByteView value);

}  // namespace dragnet
