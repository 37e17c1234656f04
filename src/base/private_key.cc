#include "base/private_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/key_number.h"

namespace dragnet {

namespace {

constexpr unsigned kMaxRsaBits = 16384;

constexpr unsigned kInteger = 0x02;
constexpr unsigned kOctetString = 0x04;
constexpr unsigned kObjectId = 0x06;
constexpr unsigned kSequence = 0x30;

// One element of DER after the other, within a parent.
class DerReader {
 public:
  explicit DerReader(ByteView bytes) : bytes_(bytes) {}

  bool at_end() const { return bytes_.empty(); }
  // The next element's tag, 0 at the end.
  unsigned tag() const { return bytes_.empty() ? 0 : octet(0); }

  // The content of the next element if it has this tag.
  std::optional<ByteView> take(unsigned tag) {
    if (bytes_.size() < 2 || octet(0) != tag) return std::nullopt;
    std::size_t length = octet(1);
    std::size_t head = 2;
    if (length >= 0x80) {
      const std::size_t digits = length - 0x80;
      if (digits == 0 || digits > 3 || bytes_.size() < 2 + digits) return std::nullopt;
      length = 0;
      for (std::size_t i = 0; i < digits; ++i) length = length << 8 | octet(2 + i);
      head += digits;
    }
    if (length > bytes_.size() - head) return std::nullopt;
    const ByteView content = bytes_.substr(head, length);
    bytes_.remove_prefix(head + length);
    return content;
  }

 private:
  unsigned octet(std::size_t at) const { return static_cast<unsigned char>(bytes_[at]); }

  ByteView bytes_;
};

// Object ids as DER writes their content.
constexpr std::string_view kOidRsa("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9);
constexpr std::string_view kOidRsaPss("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", 9);
constexpr std::string_view kOidEc("\x2a\x86\x48\xce\x3d\x02\x01", 7);
constexpr std::string_view kOidDsa("\x2a\x86\x48\xce\x38\x04\x01", 7);
constexpr std::string_view kOidEdwards("\x2b\x65", 2);  // X25519, X448, Ed25519, Ed448
constexpr std::string_view kOidDh("\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01", 9);
constexpr std::string_view kOidPkcs5("\x2a\x86\x48\x86\xf7\x0d\x01\x05", 8);
constexpr std::string_view kOidPkcs12Pbe("\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01", 9);

// OpenSSL's names for the curves people know under another.
std::string curve_name(const std::string& name) {
  if (name == "prime256v1") return "P-256";
  if (name == "secp384r1") return "P-384";
  if (name == "secp521r1") return "P-521";
  return name;
}

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using BigNumber = std::unique_ptr<BIGNUM, decltype(&BN_clear_free)>;

BigNumber number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* out = nullptr;
  EVP_PKEY_get_bn_param(key, name, &out);
  return {out, &BN_clear_free};
}

// One changed digit of a key would otherwise go unnoticed. Keys of three primes and more are left.
bool modulus_is_product(const EVP_PKEY* key) {
  const BigNumber n = number_of(key, OSSL_PKEY_PARAM_RSA_N);
  const BigNumber p = number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR1);
  const BigNumber q = number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR2);
  const BigNumber third = number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR3);
  if (!n || BN_num_bits(n.get()) > static_cast<int>(kMaxRsaBits)) return false;
  if (!p || !q) return false;
  const std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> context(BN_CTX_new(), &BN_CTX_free);
  const BigNumber product(BN_new(), &BN_clear_free);
  if (!context || !product) return false;
  if (third) return true;
  return BN_mul(product.get(), p.get(), q.get(), context.get()) == 1 &&
         BN_cmp(product.get(), n.get()) == 0;
}

// The rest of the work is OpenSSL's: for RSA, named curves and Edwards curves only.
std::optional<PrivateKeyInfo> parse_with_openssl(ByteView der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = at + der.size();
  const Key key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size())), &EVP_PKEY_free);
  ERR_clear_error();
  if (!key || at != end) return std::nullopt;
  PrivateKeyInfo info;
  info.bits = static_cast<unsigned>(std::max(EVP_PKEY_get_bits(key.get()), 0));
  std::array<char, 80> group{};
  switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
      if (!modulus_is_product(key.get())) return std::nullopt;
      info.type = "RSA";
      break;
    case EVP_PKEY_EC:
      if (EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), nullptr) != 1) {
        return std::nullopt;
      }
      info.type = "EC " + curve_name(group.data());
      break;
    case EVP_PKEY_ED25519:
      info.type = "Ed25519";
      break;
    case EVP_PKEY_ED448:
      info.type = "Ed448";
      break;
    case EVP_PKEY_X25519:
      info.type = "X25519";
      break;
    case EVP_PKEY_X448:
      info.type = "X448";
      break;
    default:
      return std::nullopt;
  }
  ERR_clear_error();
  return info;
}

// DSA and Diffie-Hellman, p, q, g (or p, g) and the private number: OpenSSL would compute the
// public one, at a price that the key's author sets.
std::optional<PrivateKeyInfo> parse_discrete_log(const char* type, DerReader parameters,
                                                 ByteView private_number) {
  const auto p = parameters.take(kInteger);
  const auto second = parameters.take(kInteger);
  if (!p || !second) return std::nullopt;
  if (!parameters.at_end() && !parameters.take(kInteger)) return std::nullopt;
  PrivateKeyInfo info{type, bits_of(*p), false};
  if (info.bits < 256 || (p->back() & 1) == 0 || bits_of(*second) == 0 ||
      bits_of(private_number) == 0 || bits_of(private_number) > info.bits) {
    return std::nullopt;
  }
  return info;
}

std::optional<PrivateKeyInfo> parse_pkcs8(ByteView der, DerReader rest) {
  const auto sequence = rest.take(kSequence);
  if (!sequence) return std::nullopt;
  DerReader algorithm(*sequence);
  const auto id = algorithm.take(kObjectId);
  const auto octets = rest.take(kOctetString);
  if (!id || !octets) return std::nullopt;
  if (*id == kOidRsa || *id == kOidRsaPss) return parse_with_openssl(der);
  if (*id == kOidEc) {
    // Explicit parameters, a sequence, are a curve of the author's own making.
    return algorithm.tag() == kObjectId ? parse_with_openssl(der) : std::nullopt;
  }
  if (id->size() == 3 && id->starts_with(kOidEdwards)) return parse_with_openssl(der);
  if (*id != kOidDsa && *id != kOidDh) return std::nullopt;
  const auto parameters = algorithm.take(kSequence);
  DerReader inner(*octets);
  const auto number = inner.take(kInteger);
  if (!parameters || !number || !inner.at_end()) return std::nullopt;
  return parse_discrete_log(*id == kOidDsa ? "DSA" : "DH", DerReader(*parameters), *number);
}

std::optional<PrivateKeyInfo> parse_encrypted_pkcs8(DerReader rest) {
  const auto sequence = rest.take(kSequence);
  if (!sequence) return std::nullopt;
  DerReader algorithm(*sequence);
  const auto id = algorithm.take(kObjectId);
  const auto octets = rest.take(kOctetString);
  if (!id || !octets || octets->empty() || !rest.at_end()) return std::nullopt;
  if (!id->starts_with(kOidPkcs5) && !id->starts_with(kOidPkcs12Pbe)) return std::nullopt;
  if (algorithm.tag() != kSequence) return std::nullopt;
  return PrivateKeyInfo{"", 0, true};
}

// Of the numbers of a SEC 1 key: version, the private number, [0] parameters, [1] public key.
bool has_named_curve(DerReader rest) {
  constexpr unsigned kParameters = 0xa0;
  if (!rest.take(kOctetString)) return false;
  const auto parameters = rest.take(kParameters);
  return parameters && DerReader(*parameters).tag() == kObjectId;
}

// Version, p, q, g, public and private number.
std::optional<PrivateKeyInfo> parse_dsa(DerReader rest) {
  std::array<ByteView, 5> numbers;
  for (ByteView& number : numbers) {
    const auto content = rest.take(kInteger);
    if (!content || content->empty()) return std::nullopt;
    number = *content;
  }
  PrivateKeyInfo info{"DSA", bits_of(numbers[0]), false};
  const bool fits = rest.at_end() && info.bits >= 256 && bits_of(numbers[1]) < info.bits &&
                    bits_of(numbers[4]) <= bits_of(numbers[1]) && bits_of(numbers[4]) > 0;
  if (!fits) return std::nullopt;
  return info;
}

}  // namespace

std::string PrivateKeyInfo::text() const {
  std::string out = type;
  // The bits of a named curve are its name.
  const bool sized = type == "RSA" || type == "DSA" || type == "DH";
  if (sized && bits > 0) out.append(" ").append(std::to_string(bits)).append(" bits");
  if (out.empty()) return encrypted ? "encrypted" : "not encrypted";
  return out + (encrypted ? ", encrypted" : ", not encrypted");
}

std::optional<PrivateKeyInfo> parse_der_private_key(ByteView der) {
  if (der.size() > kMaxKeyBytes) return std::nullopt;
  DerReader outer(der);
  const auto content = outer.take(kSequence);
  if (!content || !outer.at_end()) return std::nullopt;
  DerReader reader(*content);
  if (reader.tag() == kSequence) return parse_encrypted_pkcs8(reader);
  const auto version = reader.take(kInteger);
  if (!version || version->size() != 1) return std::nullopt;
  switch (reader.tag()) {
    case kSequence:
      return parse_pkcs8(der, reader);
    case kOctetString:
      return has_named_curve(reader) ? parse_with_openssl(der) : std::nullopt;
    case kInteger: {
      if (auto dsa = parse_dsa(reader)) return dsa;
      const auto modulus = reader.take(kInteger);
      if (!modulus || bits_of(*modulus) > kMaxRsaBits) return std::nullopt;
      return parse_with_openssl(der);
    }
    default:
      return std::nullopt;
  }
}

}  // namespace dragnet
