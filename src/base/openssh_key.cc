// OpenSSH's own format of private keys, which OpenSSL does not read. Big-endian 32-bit lengths and
// strings, from "openssh-key-v1" on:
//   cipher, kdf, kdf options, number of keys (1), public key, private part;
// the private part, padded to the cipher's block: the same random number twice, then the key type.
#include <algorithm>
#include <array>
#include <cstdint>

#include "base/key_number.h"
#include "base/private_key.h"

namespace dragnet {

namespace {

constexpr std::string_view kMagic("openssh-key-v1\0", 15);

class SshReader {
 public:
  explicit SshReader(ByteView bytes) : bytes_(bytes) {}

  bool at_end() const { return bytes_.empty(); }
  ByteView rest() const { return bytes_; }

  std::optional<std::uint32_t> number() {
    if (bytes_.size() < 4) return std::nullopt;
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < 4; ++i) out = out << 8 | static_cast<unsigned char>(bytes_[i]);
    bytes_.remove_prefix(4);
    return out;
  }
  std::optional<ByteView> string() {
    const auto length = number();
    if (!length || *length > bytes_.size()) return std::nullopt;
    const ByteView out = bytes_.substr(0, *length);
    bytes_.remove_prefix(*length);
    return out;
  }

 private:
  ByteView bytes_;
};

struct FixedType {
  std::string_view name;
  const char* shown;
  unsigned bits;
};
constexpr std::array kFixedTypes = {
    FixedType{"ssh-ed25519", "Ed25519", 256},
    FixedType{"ecdsa-sha2-nistp256", "EC P-256", 256},
    FixedType{"ecdsa-sha2-nistp384", "EC P-384", 384},
    FixedType{"ecdsa-sha2-nistp521", "EC P-521", 521},
    FixedType{"sk-ssh-ed25519@openssh.com", "Ed25519 (hardware)", 256},
    FixedType{"sk-ecdsa-sha2-nistp256@openssh.com", "EC P-256 (hardware)", 256},
};

// Type and size by the public key: type name, then for RSA exponent and modulus, for DSA p first.
std::optional<PrivateKeyInfo> public_part(ByteView blob, ByteView* type_name) {
  SshReader reader(blob);
  const auto type = reader.string();
  const auto first = reader.string();
  if (!type || !first) return std::nullopt;
  *type_name = *type;
  PrivateKeyInfo info;
  if (*type == "ssh-rsa") {
    const auto modulus = reader.string();
    if (!modulus || !reader.at_end()) return std::nullopt;
    info.type = "RSA";
    info.bits = bits_of(*modulus);
    return info;
  }
  if (*type == "ssh-dss") {
    info.type = "DSA";
    info.bits = bits_of(*first);
    return info;
  }
  const auto fixed =
      std::find_if(kFixedTypes.begin(), kFixedTypes.end(),
                   [&](const FixedType& candidate) { return candidate.name == *type; });
  if (fixed == kFixedTypes.end()) return std::nullopt;
  info.type = fixed->shown;
  info.bits = fixed->bits;
  return info;
}

// How many strings follow the type in the private part, the comment included; 0 where not known
// (keys in hardware).
std::size_t private_strings(ByteView type_name) {
  if (type_name == "ssh-rsa") return 7;
  if (type_name == "ssh-dss") return 6;
  if (type_name == "ssh-ed25519") return 3;
  return type_name.starts_with("ecdsa-") ? 4 : 0;
}

// The private part without a passphrase: check numbers, type, numbers and comment, then 1, 2, 3,
// ... up to the block size of 8. The longest string of the public key stands in it again.
bool is_plain(ByteView private_part, ByteView type_name, ByteView public_key) {
  SshReader reader(private_part);
  const auto first = reader.number();
  const auto second = reader.number();
  if (!first || !second || *first != *second) return false;
  const auto type = reader.string();
  if (!type || *type != type_name) return false;
  const std::size_t strings = private_strings(type_name);
  if (strings == 0) return true;
  bool repeated = false;
  for (std::size_t i = 0; i < strings; ++i) {
    const auto string = reader.string();
    if (!string) return false;
    repeated = repeated || (string->size() >= 32 && public_key.ends_with(*string));
  }
  const ByteView pad = reader.rest();
  for (std::size_t i = 0; i < pad.size(); ++i) {
    if (static_cast<unsigned char>(pad[i]) != i + 1) return false;
  }
  // Of DSA the last public number, which is 128 bytes, is one of those repeated, too.
  return repeated && pad.size() < 8 && private_part.size() % 8 == 0;
}

}  // namespace

std::optional<PrivateKeyInfo> parse_openssh_private_key(ByteView bytes) {
  if (!bytes.starts_with(kMagic) || bytes.size() > kMaxKeyBytes) return std::nullopt;
  SshReader reader(bytes.substr(kMagic.size()));
  const auto cipher = reader.string();
  const auto kdf = reader.string();
  const auto options = reader.string();
  const auto count = reader.number();
  const auto public_key = reader.string();
  const auto private_part = reader.string();
  if (!cipher || !kdf || !options || count != 1U || !public_key || !private_part) {
    return std::nullopt;
  }
  ByteView type_name;
  auto info = public_part(*public_key, &type_name);
  if (!info) return std::nullopt;
  info->encrypted = *cipher != "none";
  if (info->encrypted) {
    // An authenticated cipher's tag stands after the private part.
    const std::size_t tag = cipher->ends_with("@openssh.com") ? 16 : 0;
    if (*kdf != "bcrypt" || private_part->empty() || reader.rest().size() != tag) {
      return std::nullopt;
    }
    return info;
  }
  if (*kdf != "none" || !reader.at_end() || !is_plain(*private_part, type_name, *public_key)) {
    return std::nullopt;
  }
  return info;
}

}  // namespace dragnet
