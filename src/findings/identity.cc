#include "findings/identity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/hash.h"
#include "base/hex.h"

namespace dragnet {

namespace {

// Not a secret: it stands in every copy of dragnet.
constexpr std::string_view kPublicKey = "dragnet public identity key, version 1";
constexpr std::size_t kMinKeyBytes = 16;

Identity cut(const Sha256& digest) {
  Identity identity;
  std::copy_n(digest.begin(), identity.size(), identity.begin());
  return identity;
}

double shannon_bits(ByteView text) {
  std::array<std::uint32_t, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const std::uint32_t count : counts) {
    if (count != 0) bits -= count * std::log2(count / static_cast<double>(text.size()));
  }
  return bits;
}

double alphabet_size(ByteView text) {
  bool digit = false;
  bool lower = false;
  bool upper = false;
  bool other = false;
  for (const char c : text) {
    digit = digit || (c >= '0' && c <= '9');
    lower = lower || (c >= 'a' && c <= 'z');
    upper = upper || (c >= 'A' && c <= 'Z');
    other = other || (std::isalnum(static_cast<unsigned char>(c)) == 0);
  }
  return (digit ? 10 : 0) + (lower ? 26 : 0) + (upper ? 26 : 0) + (other ? 32 : 0);
}

}  // namespace

std::size_t IdentityHash::operator()(const Identity& identity) const {
  std::size_t hash;
  std::memcpy(&hash, identity.data(), sizeof hash);
  return hash;
}

IdentityKey IdentityKey::public_key() { return {ByteString(kPublicKey), "public"}; }

Result<IdentityKey> IdentityKey::from_file_bytes(ByteView bytes, const std::string& name) {
  while (!bytes.empty() && std::isspace(static_cast<unsigned char>(bytes.back())) != 0) {
    bytes.remove_suffix(1);
  }
  if (bytes.size() < kMinKeyBytes) {
    return usage_error("identity key '" + name + "' is shorter than 16 bytes",
                       "make one with: openssl rand -hex 32");
  }
  const Sha256 digest = hmac_sha256(bytes, "dragnet identity key id", "");
  const std::string hex = to_hex({reinterpret_cast<const char*>(digest.data()), 8});
  return IdentityKey(ByteString(bytes), hex);
}

Identity IdentityKey::identity(std::string_view family, ByteView canonical_secret) const {
  return cut(hmac_sha256(key_, family, canonical_secret));
}

Identity IdentityKey::place_identity(std::string_view family, ByteView place) const {
  ByteString marked("\x01place\x01");
  marked.append(place);
  return cut(hmac_sha256(key_, family, marked));
}

ByteString canonical_secret(ByteView secret) {
  if (secret.find('\n') == ByteView::npos && secret.find("\\n") == ByteView::npos) {
    return ByteString(secret);
  }
  ByteString out;
  for (std::size_t i = 0; i < secret.size(); ++i) {
    const char c = secret[i];
    if (c == '\\' && i + 1 < secret.size() && (secret[i + 1] == 'n' || secret[i + 1] == 'r')) {
      ++i;
    } else if (c != '\n' && c != '\r' && c != '\t' && c != ' ') {
      out += c;
    }
  }
  return out;
}

double estimated_bits(ByteView secret) {
  if (secret.empty()) return 0;
  const double by_alphabet = static_cast<double>(secret.size()) * std::log2(alphabet_size(secret));
  return std::min(by_alphabet, shannon_bits(secret));
}

}  // namespace dragnet
