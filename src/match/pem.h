// PEM as it stands in files and in code: between quotes, indented, with escaped line ends.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"

namespace dragnet {

struct PemBlock {
  std::string label;       // "RSA PRIVATE KEY"
  ByteString bytes;        // what the base64 decodes to
  bool encrypted = false;  // a Proc-Type header says so
};

// The first block in `text`; without an END line it goes on to the end. Line ends may be escaped,
// any number of backslashes deep; quotes, commas and other signs of a string literal are skipped.
// Nothing where there is no BEGIN line or what follows is no base64. Linear.
std::optional<PemBlock> parse_pem(ByteView text);

}  // namespace dragnet
