// What the files of checks (check_*.cc) have in common: the shape of one check, and the tables that
// checks.cc looks names up in. Nothing outside of match/ includes this.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/json.h"
#include "match/checks.h"

namespace dragnet {

struct Check {
  std::string_view name;
  CheckResult (*run)(ByteView secret);
  // Adds what the secret tells; null where it tells nothing. Called for secrets that did not fail.
  void (*describe)(ByteView secret, SecretFacts* facts) = nullptr;
};

std::span<const Check> checksum_checks();  // a sum that the issuer put into the token
std::span<const Check> encoded_checks();   // what the encoded bytes have to be
std::span<const Check> token_checks();     // JSON Web Tokens, clouds' and services' keys
std::span<const Check> key_checks();       // private keys
std::span<const Check> hash_checks();      // password hashes
std::span<const Check> phrase_checks();    // mnemonic phrases

// RFC 4648 base32 in upper case without padding; bits that make no whole byte are dropped.
std::optional<ByteString> decode_base32(ByteView text);
// Bitcoin's base58. Time is quadratic, so that more than 128 digits give nothing.
std::optional<ByteString> decode_base58(ByteView text);

// The twelve digits that an AWS key id holds; empty for ids of before 2019 and what is none.
std::string aws_account(ByteView key_id);

// Text that may stand in a report as the name of an account: printable ASCII, cut after 100 bytes;
// empty where it holds anything else.
std::string printable_name(ByteView text);
// The same of a string member of a JSON object, empty where there is none.
std::string json_name(const Json& object, const char* key);

// Whether somebody wrote this password only to show where one goes: a placeholder or one of the
// words that examples use. What stands in for a secret, not what is weak.
bool is_sample_password(ByteView password);

}  // namespace dragnet
