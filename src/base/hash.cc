#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstring>
#include <random>

namespace dragnet {

namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ULL;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FULL;

std::uint64_t load64(const char* at) {
  std::uint64_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

__extension__ typedef unsigned __int128 Uint128;  // no standard name, both compilers have it

// The product of two numbers, its halves made one.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<Uint128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t mix(std::uint64_t state, std::uint64_t input) { return fold(state ^ input, kPrime1); }

}  // namespace

Sha256 sha256(ByteView data) {
  Sha256 out{};
  unsigned int size = 0;
  EVP_Digest(data.data(), data.size(), out.data(), &size, EVP_sha256(), nullptr);
  return out;
}

Sha256 hmac_sha256(ByteView key, ByteView a, ByteView b) {
  ByteString message;
  message.reserve(a.size() + 1 + b.size());
  message.append(a).push_back('\0');
  message.append(b);
  Sha256 out{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), out.data(), &size);
  return out;
}

// Four independent multiply-fold lanes (the folded 64x64 product of wyhash and its kin), so that
// the multiplier's latency does not bound the rate.
std::uint64_t checksum64(ByteView data, std::uint64_t seed) {
  std::uint64_t lane[4] = {seed ^ kPrime1, seed ^ kPrime2, seed + kPrime1, seed + kPrime2};
  const char* at = data.data();
  std::size_t left = data.size();
  for (; left >= 32; at += 32, left -= 32) {
    for (int i = 0; i < 4; ++i) lane[i] = mix(lane[i], load64(at + 8 * i)) + kPrime2;
  }
  char tail[32] = {};
  if (left != 0) std::memcpy(tail, at, left);
  for (int i = 0; i < 4; ++i) lane[i] = mix(lane[i], load64(tail + 8 * i)) + kPrime2;
  std::uint64_t out = data.size();
  for (const std::uint64_t value : lane) out = mix(out + kPrime2, value);
  return out;
}

std::uint64_t process_seed() {
  static const std::uint64_t seed = [] {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32) ^ device();
  }();
  return seed;
}

// Every step multiplies what depends on the seed by a constant, so nobody can choose a zero.
std::uint64_t seeded_hash64(ByteView data, std::uint64_t seed) {
  std::uint64_t lane[2] = {seed ^ kPrime1, mix(seed, kPrime2)};
  const char* at = data.data();
  std::size_t left = data.size();
  for (; left > 16; at += 16, left -= 16) {
    lane[0] = mix(lane[0], load64(at)) + kPrime2;
    lane[1] = mix(lane[1], load64(at + 8)) + kPrime2;
  }
  // The rest, at most two words; of long texts with bytes again that were taken before.
  std::uint64_t rest[2] = {0, 0};
  if (data.size() >= 16) {
    rest[0] = load64(at + left - 16);
    rest[1] = load64(at + left - 8);
  } else if (left != 0) {
    std::memcpy(rest, at, left);
  }
  lane[0] = mix(lane[0], rest[0]) + kPrime2;
  lane[1] = mix(lane[1], rest[1]) + kPrime2;
  return mix(mix(lane[0], data.size()) + kPrime2, lane[1]);
}

// Two lanes of wyhash's step; the last 32 bytes are read wherever the steps before ended.
std::uint64_t hash64(ByteView data, std::uint64_t seed) {
  constexpr std::size_t kStep = 32;
  if (data.size() < kStep) return checksum64(data, seed);
  std::uint64_t a = seed ^ kPrime2;
  std::uint64_t b = data.size();
  const auto step = [&](const char* at) {
    a = fold(load64(at) ^ kPrime1, load64(at + 8) ^ a);
    b = fold(load64(at + 16) ^ kPrime2, load64(at + 24) ^ b);
  };
  const char* at = data.data();
  const char* last = at + data.size() - kStep;
  for (; at < last; at += kStep) step(at);
  step(last);
  return fold(a ^ kPrime1, b ^ kPrime2);
}

}  // namespace dragnet
