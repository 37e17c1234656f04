// Password hashes: the structure of crypt(3)'s kinds and of frameworks' own. A hash of a whole
// number of bytes leaves bits over in its last character, which have to be zero: three in four
// made-up ones fall by that.
#include <algorithm>
#include <array>
#include <cstdint>

#include "base/digits.h"
#include "match/check_table.h"

namespace dragnet {

namespace {

constexpr std::string_view kCrypt64 =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kBcrypt64 =
    "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kDigits = "0123456789";

struct HashInfo {
  std::string name;  // "SHA-512 crypt, 5000 rounds"
};

// The parts between the dollars; the first is empty.
struct Parts {
  std::array<ByteView, 6> at;
  std::size_t count = 0;
};

Parts split(ByteView text) {
  Parts parts;
  while (parts.count < parts.at.size()) {
    const std::size_t dollar = parts.count + 1 == parts.at.size() ? ByteView::npos : text.find('$');
    parts.at[parts.count++] = text.substr(0, dollar);
    if (dollar == ByteView::npos) break;
    text.remove_prefix(dollar + 1);
  }
  return parts;
}

bool all_of(ByteView text, std::string_view alphabet) {
  return text.find_first_not_of(alphabet) == ByteView::npos;
}

// `size` characters, of which the last is one of the first `last` of the alphabet: little-endian
// groups put the bits that are left over at the end.
bool is_digest(ByteView text, std::size_t size, std::size_t last) {
  return text.size() == size && all_of(text, kCrypt64) && kCrypt64.find(text.back()) < last;
}

// "$6$rounds=5000$salt$digest", "$1$salt$digest", "$apr1$salt$digest"
std::optional<HashInfo> parse_crypt(const Parts& parts, std::string_view name, std::size_t salt,
                                    std::size_t size, std::size_t last) {
  std::size_t at = 2;
  std::string rounds;
  constexpr std::string_view kRounds = "rounds=";
  if (parts.at[at].starts_with(kRounds)) {
    const auto number = from_digits(parts.at[at].substr(kRounds.size()), kDigits);
    if (!number || *number < 1000 || *number > 999'999'999) return std::nullopt;
    rounds.append(", ").append(std::to_string(*number)).append(" rounds");
    ++at;
  }
  if (parts.count != at + 2 || parts.at[at].empty() || parts.at[at].size() > salt) {
    return std::nullopt;
  }
  if (!is_digest(parts.at[at + 1], size, last)) return std::nullopt;
  return HashInfo{std::string(name) + rounds};
}

// "$2b$12$" + 22 characters of salt + 31 of hash, whose last holds four bits.
std::optional<HashInfo> parse_bcrypt(const Parts& parts) {
  if (parts.count != 4 || parts.at[2].size() != 2 || parts.at[3].size() != 53) return std::nullopt;
  const auto cost = from_digits(parts.at[2], kDigits);
  if (!cost || *cost < 4 || *cost > 31 || !all_of(parts.at[3], kBcrypt64)) return std::nullopt;
  if (kBcrypt64.find(parts.at[3].back()) % 4 != 0) return std::nullopt;
  return HashInfo{"bcrypt, cost " + std::to_string(*cost)};
}

// "$y$j9T$salt$hash"; gost-yescrypt is "gy".
std::optional<HashInfo> parse_yescrypt(const Parts& parts) {
  if (parts.count != 5 || parts.at[2].empty() || !is_digest(parts.at[4], 43, 16)) {
    return std::nullopt;
  }
  return HashInfo{"yescrypt"};
}

// "$argon2id$v=19$m=65536,t=3,p=4$salt$hash"
std::optional<HashInfo> parse_argon2(const Parts& parts) {
  if (parts.count != 6 || !parts.at[2].starts_with("v=") || !parts.at[3].starts_with("m=")) {
    return std::nullopt;
  }
  if (parts.at[4].size() < 11 || parts.at[5].size() < 16) return std::nullopt;
  return HashInfo{"Argon2, " + printable_name(parts.at[3])};
}

std::optional<HashInfo> parse_dollar(ByteView hash) {
  const Parts parts = split(hash);
  const ByteView kind = parts.at[1];
  if (kind == "6") return parse_crypt(parts, "SHA-512 crypt", 16, 86, 4);
  if (kind == "5") return parse_crypt(parts, "SHA-256 crypt", 16, 43, 16);
  if (kind == "1") return parse_crypt(parts, "MD5 crypt", 8, 22, 4);
  if (kind == "apr1") return parse_crypt(parts, "Apache MD5", 8, 22, 4);
  if (kind == "y" || kind == "gy") return parse_yescrypt(parts);
  if (kind.size() == 2 && kind[0] == '2') return parse_bcrypt(parts);
  if (kind.starts_with("argon2")) return parse_argon2(parts);
  return std::nullopt;
}

// Apache's "{SHA}" and OpenLDAP's kinds: base64 of digest and salt.
std::optional<HashInfo> parse_braces(ByteView hash) {
  struct Scheme {
    std::string_view name;
    const char* shown;
    std::size_t least;
    bool salted;
  };
  constexpr std::array kSchemes = {Scheme{"{SHA}", "SHA-1, no salt", 20, false},
                                   Scheme{"{SSHA}", "salted SHA-1", 20, true},
                                   Scheme{"{MD5}", "MD5, no salt", 16, false},
                                   Scheme{"{SMD5}", "salted MD5", 16, true},
                                   Scheme{"{SSHA256}", "salted SHA-256", 32, true},
                                   Scheme{"{SSHA512}", "salted SHA-512", 64, true}};
  for (const Scheme& scheme : kSchemes) {
    if (!hash.starts_with(scheme.name)) continue;
    const ByteView digits = hash.substr(scheme.name.size());
    const std::size_t bits = std::min(digits.find('='), digits.size()) * 6;
    const std::size_t bytes = bits / 8;
    const bool fits =
        scheme.salted ? bytes > scheme.least && bytes <= scheme.least + 32 : bytes == scheme.least;
    if (!fits) return std::nullopt;
    return HashInfo{scheme.shown};
  }
  return std::nullopt;
}

std::optional<HashInfo> parse_hash(ByteView secret) {
  return secret.starts_with('{') ? parse_braces(secret) : parse_dollar(secret);
}

CheckResult check_hash(ByteView secret) {
  return parse_hash(secret) ? CheckResult::kPlausible : CheckResult::kFails;
}

void describe_hash(ByteView secret, SecretFacts* facts) {
  facts->detail = parse_hash(secret)->name;
}

constexpr std::array kChecks = {Check{"password-hash", check_hash, describe_hash}};

}  // namespace

std::span<const Check> hash_checks() { return kChecks; }

}  // namespace dragnet
