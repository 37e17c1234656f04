// Private keys: PEM in its kinds, OpenSSH's, PGP's, and DER or PEM wrapped in base64 once more. A
// key that parses to its last byte is one; a block that holds other bytes may be an excerpt or a
// kind that we do not read, and stays plausible; one whose base64 does not decode is none.
#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/private_key.h"
#include "match/check_table.h"
#include "match/pem.h"

namespace dragnet {

namespace {

constexpr std::size_t kLeastKey = 32;  // bytes; an Ed25519 key in PKCS #8 is 48

std::optional<PrivateKeyInfo> parse_key(ByteView bytes) {
  return bytes.starts_with("openssh-key-v1") ? parse_openssh_private_key(bytes)
                                             : parse_der_private_key(bytes);
}

CheckResult judge_key(ByteView bytes) {
  if (bytes.size() < kLeastKey) return CheckResult::kFails;
  return parse_key(bytes) ? CheckResult::kPasses : CheckResult::kPlausible;
}

void describe_key(ByteView bytes, SecretFacts* facts) {
  const auto key = parse_key(bytes);
  if (!key) return;
  facts->detail = key->text();
  facts->encrypted = key->encrypted;
}

CheckResult check_pem_key(ByteView secret) {
  const auto block = parse_pem(secret);
  if (!block || block->bytes.size() < kLeastKey) return CheckResult::kFails;
  return block->encrypted ? CheckResult::kPlausible : judge_key(block->bytes);
}

void describe_pem_key(ByteView secret, SecretFacts* facts) {
  const auto block = parse_pem(secret);
  if (!block) return;
  if (block->encrypted) {
    facts->encrypted = true;
    facts->detail = "encrypted";
  } else {
    describe_key(block->bytes, facts);
  }
}

// Cosign and Sigstore: JSON of a key derivation, a cipher and its text.
std::optional<Json> parse_cosign(ByteView secret) {
  const auto block = parse_pem(secret);
  if (!block) return std::nullopt;
  auto json = parse_json(block->bytes, "key");
  if (!json || !json->is_object()) return std::nullopt;
  return std::move(json).value();
}

// The name of what `json` says under `member`; empty where it says nothing.
std::string part_name(const Json& json, const char* member) {
  const auto part = json.find(member);
  return part == json.end() || !part->is_object() ? std::string() : json_name(*part, "name");
}

CheckResult check_cosign_key(ByteView secret) {
  const auto json = parse_cosign(secret);
  const bool right = json && !part_name(*json, "kdf").empty() &&
                     !part_name(*json, "cipher").empty() && !json_name(*json, "ciphertext").empty();
  return right ? CheckResult::kPasses : CheckResult::kFails;
}

void describe_cosign_key(ByteView secret, SecretFacts* facts) {
  const auto json = parse_cosign(secret);
  if (!json) return;
  facts->encrypted = true;
  facts->detail = "encrypted, " + part_name(*json, "kdf");
}

CheckResult check_pem_in_base64(ByteView secret) {
  const auto text = decode_base64(secret);
  if (!text || !text->starts_with("-----BEGIN ")) return CheckResult::kFails;
  return check_pem_key(*text);
}

void describe_pem_in_base64(ByteView secret, SecretFacts* facts) {
  describe_pem_key(*decode_base64(secret), facts);
}

CheckResult check_der_key(ByteView secret) {
  const auto bytes = decode_base64(secret);
  return bytes ? judge_key(*bytes) : CheckResult::kFails;
}

void describe_der_key(ByteView secret, SecretFacts* facts) {
  describe_key(*decode_base64(secret), facts);
}

// SEQUENCE, length, INTEGER 3, SEQUENCE: a PKCS #12 file.
CheckResult check_pkcs12(ByteView secret) {
  const auto bytes = decode_base64(secret);
  if (!bytes || bytes->size() < 64) return CheckResult::kFails;
  const ByteView start = ByteView(*bytes).substr(0, 16);
  return octet(start[0]) == 0x30 && start.find(ByteView("\x02\x01\x03\x30", 4)) != ByteView::npos
             ? CheckResult::kPlausible
             : CheckResult::kFails;
}

// OpenPGP (RFC 4880): a secret key packet first. Its armour ends in "=" and a CRC-24.
struct PgpKey {
  bool checksum = false;
  unsigned algorithm = 0;  // 0: not read
  unsigned bits = 0;       // of the first number
};

std::uint32_t crc24(ByteView bytes) {
  std::uint32_t sum = 0xb704ce;
  for (const char c : bytes) {
    sum ^= octet(c) << 16;
    for (int bit = 0; bit < 8; ++bit) {
      sum <<= 1;
      if ((sum & 0x1000000) != 0) sum ^= 0x1864cfb;
    }
  }
  return sum & 0xffffff;
}

std::optional<std::uint32_t> armour_checksum(ByteView text) {
  ByteView body = text.substr(0, std::min(text.find("-----END"), text.size()));
  const std::size_t equals = body.rfind('=');
  if (equals == ByteView::npos || body.size() < equals + 5) return std::nullopt;
  const auto sum = decode_base64(body.substr(equals + 1, 4));
  if (!sum || sum->size() != 3) return std::nullopt;
  return octet((*sum)[0]) << 16 | octet((*sum)[1]) << 8 | octet((*sum)[2]);
}

// The content of the first packet if that is a secret key or subkey.
ByteView secret_key_packet(ByteView bytes) {
  constexpr unsigned kSecretKey = 5, kSecretSubkey = 7;
  const unsigned head = octet(bytes[0]);
  if ((head & 0x80) == 0 || bytes.size() < 8) return {};
  const bool is_new = (head & 0x40) != 0;
  const unsigned tag = is_new ? head & 0x3f : head >> 2 & 0xf;
  if (tag != kSecretKey && tag != kSecretSubkey) return {};
  std::size_t skip = 2;
  if (is_new) {
    skip += octet(bytes[1]) < 192 ? 0 : octet(bytes[1]) < 224 ? 1 : 4;
  } else {
    skip = std::array<std::size_t, 4>{2, 3, 5, 1}[head & 3];
  }
  return bytes.substr(std::min(skip, bytes.size()));
}

std::optional<PgpKey> parse_pgp(ByteView secret) {
  const auto block = parse_pem(secret);
  if (!block || block->bytes.size() < kLeastKey) return std::nullopt;
  PgpKey key;
  const ByteView packet = secret_key_packet(block->bytes);
  // Version, four bytes of time, algorithm, then the first number with its bits.
  if (packet.size() < 8 || octet(packet[0]) != 4) return key;
  key.checksum = armour_checksum(secret) == crc24(block->bytes);
  key.algorithm = octet(packet[5]);
  key.bits = octet(packet[6]) << 8 | octet(packet[7]);
  return key;
}

CheckResult check_pgp_key(ByteView secret) {
  const auto key = parse_pgp(secret);
  if (!key) return CheckResult::kFails;
  return key->checksum ? CheckResult::kPasses : CheckResult::kPlausible;
}

void describe_pgp_key(ByteView secret, SecretFacts* facts) {
  const auto key = parse_pgp(secret);
  if (!key || !key->checksum) return;
  switch (key->algorithm) {
    case 1:
    case 3:
      facts->detail.append("RSA ").append(std::to_string(key->bits)).append(" bits");
      break;
    case 17:
      facts->detail.append("DSA ").append(std::to_string(key->bits)).append(" bits");
      break;
    case 19:
      facts->detail = "ECDSA";
      break;
    case 22:
      facts->detail = "EdDSA";
      break;
    default:
      break;
  }
}

constexpr std::array kChecks = {
    Check{"cosign-key", check_cosign_key, describe_cosign_key},
    Check{"der-key", check_der_key, describe_der_key},
    Check{"pem-in-base64", check_pem_in_base64, describe_pem_in_base64},
    Check{"pem-key", check_pem_key, describe_pem_key},
    Check{"pgp-key", check_pgp_key, describe_pgp_key},
    Check{"pkcs12", check_pkcs12},
};

}  // namespace

std::span<const Check> key_checks() { return kChecks; }

}  // namespace dragnet
