// Hashes: SHA-256 and its keyed form (OpenSSL), and a fast 64-bit checksum for our own files.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace dragnet {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(ByteView data);

// HMAC (RFC 2104) with SHA-256 over the concatenation of `a`, one zero byte and `b`.
Sha256 hmac_sha256(ByteView key, ByteView a, ByteView b);

// A 64-bit checksum that tells a damaged file from a whole one, many bytes a cycle. Not keyed and
// not collision resistant against an adversary. The value is part of no format that outlives a
// version of dragnet.
std::uint64_t checksum64(ByteView data, std::uint64_t seed = 0);

// Drawn at random, once for each process: for hashes of what others choose, so that they cannot
// choose what collides.
std::uint64_t process_seed();

// A hash for what is told apart by it alone, with a seed that nobody knows: two given texts have
// one hash once in about 2^60 seeds. Some ten nanoseconds for forty bytes.
std::uint64_t seeded_hash64(ByteView data, std::uint64_t seed);

// A hash for tables of short texts: a third of the checksum's time for a hundred bytes. Whoever
// asks has to compare the texts too.
std::uint64_t hash64(ByteView data, std::uint64_t seed = 0);

}  // namespace dragnet
