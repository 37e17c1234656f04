// Macaroons of version 2 as secrets hold them: PyPI's and lnd's tokens.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace dragnet {

struct Macaroon {
  ByteString location;  // who issued it; empty where it does not say
  bool whole = false;   // it ends with its signature
};

// `secret`: "pypi-" and base64url, or hexadecimal, or base64. Nothing where it is no macaroon from
// the first byte on; what is damaged further on is not whole. Linear.
std::optional<Macaroon> parse_macaroon(ByteView secret);

}  // namespace dragnet
