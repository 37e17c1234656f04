#include "match/checks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/base64.h"
#include "base/crc32.h"
#include "base/json.h"

namespace dragnet {

namespace {

constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// "ghp_" + random part + six base62 digits of the random part's CRC-32; npm's is the same.
CheckResult check_crc32_base62(ByteView secret) {
  const std::size_t prefix = secret.find('_');
  if (prefix == ByteView::npos || secret.size() < prefix + 8) return CheckResult::kFails;
  const ByteView body = secret.substr(prefix + 1);
  std::uint32_t sum = crc32(body.substr(0, body.size() - 6));
  std::array<char, 6> digits{};
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, sum /= 62) {
    *digit = kBase62[sum % 62];
  }
  const bool equal = body.substr(body.size() - 6) == ByteView(digits.data(), digits.size());
  return equal ? CheckResult::kPasses : CheckResult::kFails;
}

bool is_json_object(ByteView base64url) {
  const auto bytes = decode_base64(base64url);
  if (!bytes) return false;
  const auto value = parse_json(*bytes, "JWT part");
  return value.ok() && value->is_object();
}

CheckResult check_jwt(ByteView secret) {
  const std::size_t first = secret.find('.');
  if (first == ByteView::npos) return CheckResult::kFails;
  const std::size_t second = secret.find('.', first + 1);
  if (second == ByteView::npos) return CheckResult::kFails;
  const auto header = decode_base64(secret.substr(0, first));
  if (!header) return CheckResult::kFails;
  const auto parsed = parse_json(*header, "JWT header");
  if (!parsed || !parsed->is_object() || !parsed->contains("alg")) return CheckResult::kFails;
  return is_json_object(secret.substr(first + 1, second - first - 1)) ? CheckResult::kPasses
                                                                      : CheckResult::kFails;
}

// Four letters of a prefix, then 16 characters of base32 that hold the account number.
CheckResult check_aws_key_id(ByteView secret) {
  if (secret.size() != 20) return CheckResult::kFails;
  const bool base32 = std::all_of(secret.begin() + 4, secret.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
  });
  return base32 ? CheckResult::kPlausible : CheckResult::kFails;
}

CheckResult check_base64(ByteView secret) {
  return decode_base64(secret) ? CheckResult::kPlausible : CheckResult::kFails;
}

// RFC 7617: user, colon, password; all text.
CheckResult check_basic_credentials(ByteView secret) {
  const auto text = decode_base64(secret);
  if (!text) return CheckResult::kFails;
  const std::size_t colon = text->find(':');
  if (colon == ByteString::npos || colon + 1 == text->size()) return CheckResult::kFails;
  const bool printable =
      std::all_of(text->begin(), text->end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  return printable ? CheckResult::kPlausible : CheckResult::kFails;
}

CheckResult check_uuid(ByteView secret) {
  // Version and variant digits; the nil UUID and counted-up ones are left to the placeholder test.
  if (secret.size() != 36 || secret[8] != '-' || secret[13] != '-' || secret[18] != '-' ||
      secret[23] != '-') {
    return CheckResult::kFails;
  }
  return CheckResult::kPlausible;
}

// The base64 between the BEGIN and END lines, escaped newlines and indentation dropped, holds the
// start of a DER sequence, an OpenSSH key, or an encrypted key's headers.
CheckResult check_pem_key(ByteView secret) {
  const std::size_t begin = secret.find("-----BEGIN ");
  if (begin == ByteView::npos) return CheckResult::kFails;
  const std::size_t label_end = secret.find("-----", begin + 11);
  if (label_end == ByteView::npos) return CheckResult::kFails;
  const std::size_t end = secret.find("-----END", label_end + 5);
  ByteView body = secret.substr(label_end + 5, end == ByteView::npos ? end : end - label_end - 5);
  if (body.find("Proc-Type") != ByteView::npos || body.find("Version:") != ByteView::npos) {
    return CheckResult::kPlausible;  // headers before the base64: encrypted PEM, PGP armour
  }
  ByteString text;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (c == '\\') {
      ++i;  // an escaped newline of a string literal
    } else if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/' ||
               c == '=') {
      text += c;
    }
  }
  while (!text.empty() && text.back() == '=') text.pop_back();
  const auto bytes = decode_base64(text);
  if (!bytes || bytes->size() < 32) return CheckResult::kFails;
  if (bytes->starts_with("openssh-key-v1")) return CheckResult::kPasses;
  // A DER sequence whose length in two or one byte is what is there.
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>((*bytes)[i]); };
  if (at(0) != 0x30) return CheckResult::kPlausible;
  std::size_t length = at(1);
  std::size_t head = 2;
  if (length == 0x81) length = at(2), head = 3;
  if (length == 0x82) length = at(2) * 256U + at(3), head = 4;
  return head + length == bytes->size() ? CheckResult::kPasses : CheckResult::kPlausible;
}

struct Check {
  std::string_view name;
  CheckResult (*run)(ByteView);
};

CheckResult nothing_against(ByteView) { return CheckResult::kPlausible; }

constexpr std::array kChecks = {
    Check{"aws-key-id", check_aws_key_id},
    Check{"base64-decodes", check_base64},
    Check{"basic-credentials", check_basic_credentials},
    Check{"github-crc32", check_crc32_base62},
    Check{"jwt", check_jwt},
    Check{"npm-crc32", check_crc32_base62},
    Check{"pem-key", check_pem_key},
    Check{"uuid", check_uuid},
    Check{kValueModelCheck, nothing_against},
};

const Check* find_check(std::string_view name) {
  const auto found = std::find_if(kChecks.begin(), kChecks.end(),
                                  [&](const Check& check) { return check.name == name; });
  return found == kChecks.end() ? nullptr : &*found;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Longest stretch in which each byte is the one before it plus `step`.
std::size_t longest_run(ByteView text, int step) {
  std::size_t best = text.empty() ? 0 : 1;
  std::size_t run = best;
  for (std::size_t i = 1; i < text.size(); ++i) {
    run = text[i] - text[i - 1] == step ? run + 1 : 1;
    best = std::max(best, run);
  }
  return best;
}

constexpr std::array<std::string_view, 22> kPlaceholderWords = {
    "example", "changeme", "change_me",  "change-me", "placeholder", "your_",
    "your-",   "yourkey",  "yoursecret", "yourtoken", "yourpass",    "xxxx",
    "****",    "....",     "dummy",      "redacted",  "notreal",     "insert_",
    "${",      "{{",       "<your",      "fixme"};

}  // namespace

bool is_check(std::string_view name) { return find_check(name) != nullptr; }

std::string check_names() {
  std::string out;
  for (const Check& check : kChecks) {
    out += (out.empty() ? "" : ", ") + std::string(check.name);
  }
  return out;
}

CheckResult run_check(std::string_view name, ByteView secret) {
  return find_check(name)->run(secret);
}

double shannon_entropy(ByteView bytes) {
  if (bytes.empty()) return 0;
  std::array<std::uint32_t, 256> counts{};
  for (const char c : bytes) ++counts[static_cast<unsigned char>(c)];
  const auto size = static_cast<double>(bytes.size());
  double sum = 0;
  for (const std::uint32_t count : counts) {
    if (count != 0) sum -= count / size * std::log2(count / size);
  }
  return sum;
}

bool is_placeholder(ByteView secret) {
  constexpr std::size_t kLongRun = 8;
  ByteString text;
  std::transform(secret.begin(), secret.end(), std::back_inserter(text), lower);
  for (const std::string_view word : kPlaceholderWords) {
    if (text.find(word) != ByteString::npos) return true;
  }
  return longest_run(text, 0) >= kLongRun || longest_run(text, 1) >= kLongRun ||
         longest_run(text, -1) >= kLongRun;
}

}  // namespace dragnet
