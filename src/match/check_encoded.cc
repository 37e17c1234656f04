// What encoded secrets have to decode to: a length, JSON, user and password, a macaroon. A length
// proves nothing but throws look-alikes out; JSON or a macaroon whose parts fit to the last byte
// does not come about by chance.
#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/digits.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "match/check_table.h"
#include "match/macaroon.h"

namespace dragnet {

namespace {

CheckResult plausible_if(bool right) {
  return right ? CheckResult::kPlausible : CheckResult::kFails;
}

CheckResult check_base64(ByteView secret) {
  return plausible_if(decode_base64(secret).has_value());
}

template <std::size_t kSize>
CheckResult check_base64_size(ByteView secret) {
  const auto bytes = decode_base64(secret);
  return plausible_if(bytes && bytes->size() == kSize);
}

// AES keys of any size.
CheckResult check_base64_aes(ByteView secret) {
  const auto bytes = decode_base64(secret);
  return plausible_if(bytes && (bytes->size() == 16 || bytes->size() == 24 || bytes->size() == 32));
}

// A key share of HashiCorp Vault, in base64 or hexadecimal: 33 bytes, or a whole key of 32.
CheckResult check_vault_share(ByteView secret) {
  auto bytes = secret.size() == 66 ? from_hex(secret) : decode_base64(secret);
  return plausible_if(bytes && (bytes->size() == 32 || bytes->size() == 33));
}

// Version 4, then an HMAC-SHA256.
CheckResult check_ses_password(ByteView secret) {
  const auto bytes = decode_base64(secret);
  return plausible_if(bytes && bytes->size() == 33 && (*bytes)[0] == 4);
}

CheckResult check_uuid(ByteView secret) {
  return plausible_if(secret.size() == 36 && secret[8] == '-' && secret[13] == '-' &&
                      secret[18] == '-' && secret[23] == '-');
}

CheckResult check_jfrog_key(ByteView secret) {
  const auto bytes = decode_base58(secret);
  return plausible_if(bytes && bytes->size() == 54);
}

// 64 bytes, the public key in the second half; whether it belongs would take Ed25519.
CheckResult check_solana_key(ByteView secret) {
  const auto bytes = decode_base58(secret);
  return plausible_if(bytes && bytes->size() == 64);
}

// "[1, 2, ...]" with 64 numbers of a byte each.
CheckResult check_byte_array(ByteView secret) {
  std::size_t numbers = 0;
  unsigned value = 0;
  bool in_number = false;
  for (const char c : secret) {
    if (c >= '0' && c <= '9') {
      value = (in_number ? value * 10 : 0) + octet(c) - '0';
      if (value > 255) return CheckResult::kFails;
      numbers += in_number ? 0 : 1;
      in_number = true;
    } else {
      in_number = false;
    }
  }
  return plausible_if(numbers == 64);
}

// 0 < number < the order of the group.
CheckResult check_secp256k1(ByteView secret) {
  constexpr std::string_view kOrder =
      "fffffffffffffffffffffffffffffffe"
      "baaedce6af48a03bbfd25e8cd0364141";
  if (secret.size() < 64) return CheckResult::kFails;
  const ByteView digits = secret.substr(secret.size() - 64);
  std::string lower;
  for (const char c : digits) lower += c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
  if (!from_hex(lower)) return CheckResult::kFails;
  return plausible_if(lower.find_first_not_of('0') != std::string::npos && lower < kOrder);
}

// "reftkn:01:<expiry>:<random>" in base64; the expiry is 0 for tokens that do not expire.
CheckResult check_jfrog_reference(ByteView secret) {
  const auto bytes = decode_base64(secret.substr(0, secret.size() / 4 * 4));
  return bytes && bytes->starts_with("reftkn:") ? CheckResult::kPasses : CheckResult::kFails;
}

constexpr std::string_view kDigits = "0123456789";

void describe_jfrog_reference(ByteView secret, SecretFacts* facts) {
  const auto bytes = decode_base64(secret.substr(0, secret.size() / 4 * 4));
  const std::size_t version_end = bytes->find(':', 7);
  if (version_end == ByteString::npos) return;
  const std::size_t end = std::min(bytes->find(':', version_end + 1), bytes->size());
  const auto expiry =
      from_digits(ByteView(*bytes).substr(version_end + 1, end - version_end - 1), kDigits);
  if (expiry && *expiry > 0 && *expiry < 100'000'000'000) {
    facts->expires_at = static_cast<std::int64_t>(*expiry);
  }
}

// Decimal digits, a colon, random bytes ("BBDC-" in front: Bitbucket Data Center).
CheckResult check_int_colon(ByteView secret) {
  if (secret.starts_with("BBDC-")) secret.remove_prefix(5);
  const auto bytes = decode_base64(secret);
  if (!bytes) return CheckResult::kFails;
  const std::size_t colon = bytes->find(':');
  if (colon == 0 || colon == ByteString::npos) return CheckResult::kFails;
  return from_digits(ByteView(*bytes).substr(0, colon), kDigits) && bytes->size() > colon + 16
             ? (colon >= 6 ? CheckResult::kPasses : CheckResult::kPlausible)
             : CheckResult::kFails;
}

// The first part of a Discord token: the user's number, 17 to 20 digits, in base64.
std::optional<std::string> snowflake(ByteView secret) {
  const auto bytes = decode_base64(secret.substr(0, secret.find('.')));
  if (!bytes || bytes->size() < 17 || bytes->size() > 20 || !from_digits(*bytes, kDigits)) {
    return std::nullopt;
  }
  return *bytes;
}

CheckResult check_snowflake(ByteView secret) {
  return snowflake(secret) ? CheckResult::kPasses : CheckResult::kFails;
}

void describe_snowflake(ByteView secret, SecretFacts* facts) {
  facts->account = "user " + *snowflake(secret);
}

CheckResult check_tableau(ByteView secret) {
  const auto bytes = decode_base64(secret.substr(0, secret.find(':')));
  return plausible_if(bytes && bytes->size() == 16);
}

// "user:password", both printable. A colon in random bytes would be followed by control characters.
std::optional<ByteString> user_and_password(ByteView secret) {
  auto bytes = decode_base64(secret);
  if (!bytes) return std::nullopt;
  while (!bytes->empty() && (bytes->back() == '\n' || bytes->back() == '\r')) bytes->pop_back();
  const std::size_t colon = bytes->find(':');
  const bool printable = std::all_of(bytes->begin(), bytes->end(),
                                     [](char c) { return octet(c) >= 0x20 && c != 0x7f; });
  if (!printable || colon == ByteString::npos || colon + 1 == bytes->size()) return std::nullopt;
  if (!is_utf8(*bytes)) return std::nullopt;
  return bytes;
}

CheckResult nothing_against(ByteView) { return CheckResult::kPlausible; }

CheckResult check_user_password(ByteView secret) {
  return plausible_if(user_and_password(secret).has_value());
}

void describe_user_password(ByteView secret, SecretFacts* facts) {
  const auto text = user_and_password(secret);
  const std::size_t colon = text->find(':');
  const ByteView password = ByteView(*text).substr(colon + 1);
  const std::string user = printable_name(ByteView(*text).substr(0, colon));
  // Where the same value stands on both sides (a token as user and password), none is a name.
  if (!user.empty() && user.find(password) == std::string::npos && user.size() <= 64) {
    facts->account = "user " + user;
  }
  facts->placeholder = is_sample_password(password);
}

// npm's _password: a password alone, printable. Otherwise as user and password.
CheckResult check_encoded_password(ByteView secret) {
  const auto bytes = decode_base64(secret);
  if (!bytes || bytes->size() < 4) return CheckResult::kFails;
  return plausible_if(std::all_of(bytes->begin(), bytes->end(), [](char c) {
    return (octet(c) >= 0x20 && c != 0x7f) || c == '\n' || c == '\r';
  }));
}

void describe_encoded_password(ByteView secret, SecretFacts* facts) {
  if (user_and_password(secret)) return describe_user_password(secret, facts);
  facts->placeholder = is_sample_password(*decode_base64(secret));
}

// The JSON object in base64 that stands at the first "eyJ", up to a byte that is no base64.
std::optional<Json> encoded_json(ByteView secret) {
  const std::size_t start = secret.find("eyJ");
  if (start == ByteView::npos) return std::nullopt;
  ByteView text = secret.substr(start);
  text =
      text.substr(0, text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                            "0123456789+/-"));
  // An underscore is base64url's, or what separates the parts (Sentry).
  const auto parse = [](ByteView encoded) -> std::optional<Json> {
    const auto bytes = decode_base64(encoded);
    if (!bytes) return std::nullopt;
    auto json = parse_json(*bytes, "token");
    if (!json || !json->is_object()) return std::nullopt;
    return std::move(json).value();
  };
  if (auto json = parse(text)) return json;
  ByteView longer = secret.substr(start);
  longer = longer.substr(0, longer.find_first_of(".="));
  return longer.size() > text.size() ? parse(longer) : std::nullopt;
}

CheckResult check_json(ByteView secret) {
  return encoded_json(secret) ? CheckResult::kPasses : CheckResult::kFails;
}

// For tokens whose form is known from few of them: JSON confirms, anything else stays possible.
CheckResult check_json_maybe(ByteView secret) {
  return encoded_json(secret) ? CheckResult::kPasses : CheckResult::kPlausible;
}

// Who it belongs to: the first of the members that such tokens carry.
void describe_json(ByteView secret, SecretFacts* facts) {
  const auto json = encoded_json(secret);
  if (!json) return;
  constexpr std::array kNames = {std::pair{"org", "organisation "},
                                 std::pair{"o", "organisation "},
                                 std::pair{"signInAddress", ""},
                                 std::pair{"api_address", ""},
                                 std::pair{"u", "user "},
                                 std::pair{"a", "account "},
                                 std::pair{"n", "key "}};
  for (const auto& [member, label] : kNames) {
    const std::string name = json_name(*json, member);
    if (name.empty()) continue;
    facts->account = label + name;
    return;
  }
}

CheckResult check_macaroon(ByteView secret) {
  const auto macaroon = parse_macaroon(secret);
  if (!macaroon || macaroon->location.empty()) return CheckResult::kFails;
  return macaroon->whole ? CheckResult::kPasses : CheckResult::kPlausible;
}

void describe_macaroon(ByteView secret, SecretFacts* facts) {
  const auto macaroon = parse_macaroon(secret);
  const std::string location = printable_name(macaroon->location);
  if (!location.empty()) facts->account = location;
  facts->test_mode = location == "test.pypi.org";
}

// NTLMSSP, message type 3: the user's answer to a challenge.
CheckResult check_ntlm(ByteView secret) {
  const auto bytes = decode_base64(secret);
  return bytes && bytes->starts_with(ByteView("NTLMSSP\0\x03\0\0\0", 12)) ? CheckResult::kPlausible
                                                                          : CheckResult::kFails;
}

constexpr std::string_view kUserPassword = "base64-user-pass";

constexpr std::array kChecks = {
    Check{"base58-54-bytes", check_jfrog_key},
    Check{"base58-64-bytes", check_solana_key},
    Check{"base64-32-bytes", check_base64_size<32>},
    Check{"base64-64-bytes", check_base64_size<64>},
    Check{"base64-aes-key", check_base64_aes},
    Check{"base64-decodes", check_base64},
    Check{"base64-int-colon", check_int_colon},
    Check{"base64-json", check_json, describe_json},
    Check{"base64-json-maybe", check_json_maybe, describe_json},
    Check{"base64-password", check_encoded_password, describe_encoded_password},
    Check{kUserPassword, check_user_password, describe_user_password},
    Check{"byte-array-64", check_byte_array},
    Check{"jfrog-reference", check_jfrog_reference, describe_jfrog_reference},
    Check{"macaroon-location", check_macaroon, describe_macaroon},
    Check{"ntlm-message", check_ntlm},
    Check{"secp256k1-range", check_secp256k1},
    Check{"ses-password", check_ses_password},
    Check{"snowflake-base64", check_snowflake, describe_snowflake},
    Check{"tableau-16-bytes", check_tableau},
    Check{"uuid", check_uuid},
    Check{kValueModelCheck, nothing_against},
    Check{"vault-key-share", check_vault_share},
};

}  // namespace

std::optional<ByteString> encoded_password(std::string_view check, ByteView secret) {
  if (check != kUserPassword) return std::nullopt;
  auto text = user_and_password(secret);
  if (!text) return std::nullopt;
  text->erase(0, text->find(':') + 1);
  if (is_sample_password(*text)) return std::nullopt;
  return text;
}

std::span<const Check> encoded_checks() { return kChecks; }

}  // namespace dragnet
