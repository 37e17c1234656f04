// Checksums and structures that tell a real token from a look-alike, without a network.
//
// Each is a pure function of the secret's bytes, linear and safe with any input; a rule names one
// with `check`. What a secret tells of itself (whom it belongs to, when it ends, that it opens a
// sandbox only) is asked of the same check when a finding is put together. The checks stand in the
// check_*.cc files; ../../patterns/README.md lists them for writers of rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace dragnet {

enum class CheckResult : std::uint8_t {
  kFails,      // cannot be a real one
  kPlausible,  // nothing speaks against it, but the test could pass by chance
  kPasses,     // would pass by chance once in millions: confirmed
};

// The check that asks the value model (value_model.h) instead of a test of its own.
inline constexpr std::string_view kValueModelCheck = "value-model";

bool is_check(std::string_view name);
// All names, comma separated, for messages.
std::string check_names();

// The test `name` on `secret`; `is_check(name)` must hold. Linear in the secret's length.
CheckResult run_check(std::string_view name, ByteView secret);

// What a secret tells of itself. No part of it holds the secret.
struct SecretFacts {
  std::string account;  // what it opens: "AWS account 123456789012"; may be empty
  std::optional<std::int64_t> expires_at;  // seconds, UTC
  std::string detail;                      // for people: "RSA 2048 bits, not encrypted"
  bool test_mode = false;                  // opens a sandbox or a test network only
  bool local = false;                      // opens something on the same machine only
  bool encrypted = false;                  // of no use without a passphrase
  bool placeholder = false;                // a sample of documentation
};

// `secret` must not fail the check. Nothing is told where `check` is empty or has nothing to tell.
SecretFacts describe_secret(std::string_view check, ByteView secret);

// The password in what passed or was possible for a check of user and password in base64, where it
// is none of documentation's; nothing for other checks.
std::optional<ByteString> encoded_password(std::string_view check, ByteView secret);

// Bits per byte; 0 for an empty string.
double shannon_entropy(ByteView bytes);

// Whether the secret is one that people write where a secret would stand: "EXAMPLE", "your_key",
// one repeated character, an ascending run, a template variable.
bool is_placeholder(ByteView secret);

}  // namespace dragnet
