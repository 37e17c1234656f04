// Identity: one name for a secret wherever it stands, that survives squash, rebase, moves and
// edits.
//
// Identity = HMAC-SHA256(key, rule family + canonical secret), cut to 128 bits. The key is the
// organisation's, or a fixed public one. Under the public key anybody can try guesses, so a value
// that can be guessed gets, in reports, an identity that says nothing of it: that of its place.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace dragnet {

using Identity = std::array<std::uint8_t, 16>;

struct IdentityHash {
  std::size_t operator()(const Identity& identity) const;
};

class IdentityKey {
 public:
  // The fixed public key, whose id is "public".
  static IdentityKey public_key();
  // An organisation's: at least 16 bytes, white space at the end dropped. Its id is 16 hexadecimal
  // digits of a hash of it.
  static Result<IdentityKey> from_file_bytes(ByteView bytes, const std::string& name);

  const std::string& id() const { return id_; }
  bool is_public() const { return id_ == "public"; }

  Identity identity(std::string_view family, ByteView canonical_secret) const;
  // For a guessable secret: of where it stands first, not of what it is.
  Identity place_identity(std::string_view family, ByteView place) const;

 private:
  IdentityKey(ByteString key, std::string id) : key_(std::move(key)), id_(std::move(id)) {}
  ByteString key_;
  std::string id_;
};

// The secret with what differs between spellings of the same one taken out: line ends and
// indentation of multi-line secrets, escaped newlines; otherwise the bytes as they are.
ByteString canonical_secret(ByteView secret);

// Bits that somebody who tries guesses would have to get through, estimated from the alphabet in
// use and the distribution of bytes; an upper bound for words. Under 64 a value counts as
// guessable.
double estimated_bits(ByteView secret);
inline constexpr double kGuessableBits = 64;
// A name (a path, a ref) that holds a secret of fewer bits holds it by chance: "celery" is some
// account's password and half a repository's folders.
inline constexpr double kChanceBits = 40;

}  // namespace dragnet
