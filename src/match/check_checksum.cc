// Sums that issuers put into their tokens, so that a look-alike can be told from a real one. Where
// the sum has 30 bits and more, a token that passes is one; one of a digit only throws look-alikes
// out. Sources: GitHub and GitLab on their token formats, Grafana's and crates.io's code, BIP-173
// (bech32), BIP-32 (base58check), SEP-23 (Stellar), the facts tables for the rest.
#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/crc32.h"
#include "base/digits.h"
#include "base/hash.h"
#include "match/check_table.h"

namespace dragnet {

namespace {

constexpr std::string_view kHexUpper = "0123456789ABCDEF";
constexpr std::string_view kHexLower = "0123456789abcdef";

CheckResult passes_if(bool right) { return right ? CheckResult::kPasses : CheckResult::kFails; }

// "ghp_" + random part + six base62 digits of the random part's CRC-32; npm's is the same.
CheckResult check_crc32_base62(ByteView secret) {
  const std::size_t prefix = secret.find('_');
  if (prefix == ByteView::npos || secret.size() < prefix + 8) return CheckResult::kFails;
  const ByteView body = secret.substr(prefix + 1);
  const ByteView random = body.substr(0, body.size() - 6);
  return passes_if(body.substr(body.size() - 6) == in_digits(crc32(random), kBase62, 6));
}

bool has_crc32_hex_upper(ByteView secret) {
  if (secret.size() <= 8) return false;
  const ByteView head = secret.substr(0, secret.size() - 8);
  return secret.substr(head.size()) == in_digits(crc32(head), kHexUpper, 8);
}

CheckResult check_crc32_hex_upper(ByteView secret) {
  return passes_if(has_crc32_hex_upper(secret));
}

// For a family of which some members have no sum, or where it is not certain that they do.
CheckResult check_crc32_hex_upper_maybe(ByteView secret) {
  return has_crc32_hex_upper(secret) ? CheckResult::kPasses : CheckResult::kPlausible;
}

// "zpka_" + body + '_' + CRC-32 of the body.
CheckResult check_crc32_hex_body(ByteView secret) {
  const std::size_t last = secret.rfind('_');
  if (last == ByteView::npos || last == 0) return CheckResult::kFails;
  const std::size_t first = secret.rfind('_', last - 1);
  if (first == ByteView::npos) return CheckResult::kFails;
  const ByteView body = secret.substr(first + 1, last - first - 1);
  return passes_if(!body.empty() &&
                   secret.substr(last + 1) == in_digits(crc32(body), kHexLower, 8));
}

// Text + '_' + CRC-32 of the text, lowest byte first, in either case.
CheckResult check_crc32le_hex(ByteView secret) {
  const std::size_t last = secret.rfind('_');
  if (last == ByteView::npos || secret.size() != last + 9) return CheckResult::kFails;
  const std::uint32_t sum = crc32(secret.substr(0, last));
  std::string wanted;
  for (unsigned shift = 0; shift < 32; shift += 8) {
    wanted += in_digits(sum >> shift & 0xff, kHexLower, 2);
  }
  return passes_if(
      std::equal(wanted.begin(), wanted.end(), secret.begin() + last + 1,
                 [](char a, char b) { return a == (b >= 'A' && b <= 'F' ? b + 32 : b); }));
}

// "glpat-" payload "." length in two and CRC-32 in seven base36 digits; a runner's token may end
// before the dot and says nothing then.
CheckResult check_gitlab_routable(ByteView secret) {
  const std::size_t dash = secret.find('-');
  const std::size_t last = secret.rfind('.');
  if (dash == ByteView::npos) return CheckResult::kFails;
  if (last == ByteView::npos) return CheckResult::kPlausible;
  const ByteView head = secret.substr(0, secret.find('.'));
  if (secret.size() - last != 10 || dash >= head.size()) return CheckResult::kFails;
  ByteView payload = head.substr(dash + 1);
  const bool typed = payload.size() > 3 && payload[0] == 't' && payload[2] == '_' &&
                     payload[1] >= '0' && payload[1] <= '9';
  if (typed) payload.remove_prefix(3);
  const ByteView summed = secret.substr(0, secret.size() - 7);
  return passes_if(secret.substr(last + 1, 2) == in_digits(payload.size(), kBase36, 2) &&
                   secret.substr(last + 3) == in_digits(crc32(summed), kBase36, 7));
}

// One of 62 letters: look-alikes are thrown out, but nothing is confirmed by it.
CheckResult check_xor_mod62(ByteView secret) {
  const std::size_t last = secret.rfind('_');
  if (last == ByteView::npos || secret.size() < last + 3) return CheckResult::kFails;
  unsigned sum = 0;
  for (const char c : secret.substr(last + 1, secret.size() - last - 2)) sum ^= octet(c);
  return secret.back() == kLettersFirst62[sum % 62] ? CheckResult::kPlausible : CheckResult::kFails;
}

// ISO/IEC 7812-1, digits only; spaces and dashes between them do not count.
CheckResult check_luhn(ByteView secret) {
  unsigned sum = 0;
  std::size_t digits = 0;
  for (auto c = secret.rbegin(); c != secret.rend(); ++c) {
    if (*c == ' ' || *c == '-') continue;
    if (*c < '0' || *c > '9') return CheckResult::kFails;
    const unsigned digit = octet(*c) - '0';
    sum += digits % 2 == 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
    ++digits;
  }
  return digits >= 12 && sum % 10 == 0 ? CheckResult::kPlausible : CheckResult::kFails;
}

// The numbers that payment services give out for trying.
void describe_card(ByteView secret, SecretFacts* facts) {
  constexpr std::array<std::string_view, 12> kTestCards = {
      "4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556",
      "5555555555554444", "5105105105105100", "5200828282828210", "378282246310005",
      "371449635398431",  "6011111111111117", "3530111333300000", "30569309025904"};
  std::string digits;
  for (const char c : secret) {
    if (c >= '0' && c <= '9') digits += c;
  }
  facts->test_mode = std::find(kTestCards.begin(), kTestCards.end(), digits) != kTestCards.end();
  facts->detail = facts->test_mode ? "a payment service's test number" : "the check digit is right";
}

CheckResult check_bech32(ByteView secret) {
  const bool has_lower =
      std::any_of(secret.begin(), secret.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  const bool has_upper = std::any_of(secret.begin(), secret.end(), is_upper);
  const std::size_t separator = secret.rfind('1');
  if (has_lower == has_upper || separator == ByteView::npos || separator == 0 ||
      secret.size() - separator <= 6) {
    return CheckResult::kFails;
  }
  constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                       0x3d4233dd, 0x2a1462b3};
  std::uint32_t sum = 1;
  const auto add = [&](unsigned value) {
    const std::uint32_t top = sum >> 25;
    sum = (sum & 0x1ffffffU) << 5 ^ value;
    for (std::size_t i = 0; i < kGenerator.size(); ++i) {
      if ((top >> i & 1U) != 0) sum ^= kGenerator[i];
    }
  };
  for (const char c : secret.substr(0, separator)) add(octet(lower(c)) >> 5);
  add(0);
  for (const char c : secret.substr(0, separator)) add(octet(lower(c)) & 31U);
  for (const char c : secret.substr(separator + 1)) {
    const std::size_t value = kBech32.find(lower(c));
    if (value == std::string_view::npos) return CheckResult::kFails;
    add(static_cast<unsigned>(value));
  }
  return passes_if(sum == 1);
}

// Four bytes of double SHA-256 at the end.
CheckResult check_base58check(ByteView secret) {
  const auto bytes = decode_base58(secret);
  if (!bytes || bytes->size() <= 4) return CheckResult::kFails;
  const auto view = [](const Sha256& hash) {
    return ByteView(reinterpret_cast<const char*>(hash.data()), hash.size());
  };
  const ByteView body = ByteView(*bytes).substr(0, bytes->size() - 4);
  const Sha256 once = sha256(body);
  const Sha256 twice = sha256(view(once));
  return passes_if(view(twice).substr(0, 4) == ByteView(*bytes).substr(body.size()));
}

void describe_base58check(ByteView secret, SecretFacts* facts) {
  // By version byte or prefix: SLIP-132, and Bitcoin's list of prefixes.
  facts->test_mode = secret.starts_with("tprv") || secret.starts_with("uprv") ||
                     secret.starts_with("vprv") || secret.starts_with('c') ||
                     secret.starts_with('9');
  facts->detail = facts->test_mode ? "of the test network" : "of the main network";
}

// Stellar seeds (S...) and NATS seeds (SU..., SA...): CRC-16/XMODEM at the end, lowest byte first.
// 16 bits alone pass too often; with the version's bits there are 24 or more.
CheckResult check_base32_crc16(ByteView secret) {
  const auto bytes = decode_base32(secret);
  if (!bytes || bytes->size() < 35) return CheckResult::kFails;
  std::uint32_t sum = 0;
  for (const char c : ByteView(*bytes).substr(0, bytes->size() - 2)) {
    sum ^= octet(c) << 8;
    for (int bit = 0; bit < 8; ++bit) {
      sum = (sum << 1 ^ ((sum & 0x8000U) != 0 ? 0x1021U : 0)) & 0xffffU;
    }
  }
  const unsigned there = octet((*bytes)[bytes->size() - 2]) | octet((*bytes)[bytes->size() - 1])
                                                                  << 8;
  const bool seed = octet((*bytes)[0]) >> 3 == 18;  // 'S'
  return passes_if(seed && there == sum);
}

// Confluent's secrets of the newer form: six base64 characters of the CRC-32, lowest byte first,
// of the 54 characters between "cflt" and them, or of all before them. The older form has none.
CheckResult check_confluent(ByteView secret) {
  if (!secret.starts_with("cflt") || secret.size() != 64) return CheckResult::kPlausible;
  const auto sum = decode_base64(secret.substr(58));
  if (!sum || sum->size() != 4) return CheckResult::kPlausible;
  std::uint32_t there = 0;
  for (unsigned i = 0; i < 4; ++i) there |= octet((*sum)[i]) << 8 * i;
  return there == crc32(secret.substr(4, 54)) || there == crc32(secret.substr(0, 58))
             ? CheckResult::kPasses
             : CheckResult::kPlausible;
}

constexpr std::array kChecks = {
    Check{"base32-crc16", check_base32_crc16},
    Check{"base58check", check_base58check, describe_base58check},
    Check{"bech32", check_bech32},
    Check{"confluent-crc32", check_confluent},
    Check{"crc32-hex-body", check_crc32_hex_body},
    Check{"crc32-hex-upper-maybe", check_crc32_hex_upper_maybe},
    Check{"crc32-hex-upper-suffix", check_crc32_hex_upper},
    Check{"crc32le-hex-suffix", check_crc32le_hex},
    Check{"github-crc32", check_crc32_base62},
    Check{"gitlab-routable-crc", check_gitlab_routable},
    Check{"luhn", check_luhn, describe_card},
    Check{"npm-crc32", check_crc32_base62},
    Check{"xor-mod62-char", check_xor_mod62},
};

}  // namespace

std::span<const Check> checksum_checks() { return kChecks; }

}  // namespace dragnet
