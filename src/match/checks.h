// Checksums and structures that tell a real token from a look-alike, without a network.
//
// Each is a pure function of the secret's bytes; a rule names one with `check`. Sources: GitHub's
// "Behind GitHub's new authentication token formats" (CRC-32 in base62), RFC 7519 (JWT), RFC 7468
// (PEM), AWS's account id in key ids.
#pragma once

#include <cstdint>
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

// Bits per byte; 0 for an empty string.
double shannon_entropy(ByteView bytes);

// Whether the secret is one that people write where a secret would stand: "EXAMPLE", "your_key",
// one repeated character, an ascending run, a template variable.
bool is_placeholder(ByteView secret);

}  // namespace dragnet
