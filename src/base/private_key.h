// Private keys as bytes: which kind, how large, under a passphrase or not.
//
// Pure and bounded: lengths are checked before they are believed, nothing recurses, and what would
// cost OpenSSL real work on hostile numbers (a modular power, parameters of a made-up curve) never
// reaches it. No key leaves: what is told is a name and a size.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"

namespace dragnet {

struct PrivateKeyInfo {
  std::string type;        // "RSA", "EC P-256", "DSA", "Ed25519", ...; empty under a passphrase
  unsigned bits = 0;       // of modulus, prime or field; 0 where not known
  bool encrypted = false;  // under a passphrase

  // "RSA 2048 bits, not encrypted"; "encrypted" where nothing else is known.
  std::string text() const;
};

// PKCS #1, PKCS #8 (also encrypted), SEC 1 and OpenSSL's DSA form, all of `der`. Nothing where it
// is no such key from the first byte to the last, where an RSA modulus is not the product of its
// primes, or where it is larger than any key in use (RSA above 16,384 bits, 64 KiB).
std::optional<PrivateKeyInfo> parse_der_private_key(ByteView der);

// What stands between the lines of an OPENSSH PRIVATE KEY, decoded (PROTOCOL.key of OpenSSH).
// Nothing where it is not one to the last byte; without a passphrase the two check numbers have to
// agree as well.
std::optional<PrivateKeyInfo> parse_openssh_private_key(ByteView bytes);

}  // namespace dragnet
