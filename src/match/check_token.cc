// JSON Web Tokens, and keys of clouds and services that say whom they belong to. Sources: RFC 7519
// (JWT), the base32 account number in AWS key ids, Slack's and Stripe's token forms.
#include <algorithm>
#include <array>
#include <cstdint>

#include "base/base64.h"
#include "base/digits.h"
#include "match/check_table.h"

namespace dragnet {

namespace {

struct Jwt {
  Json header, payload;
};

std::optional<Json> json_part(ByteView base64url) {
  const auto bytes = decode_base64(base64url);
  if (!bytes) return std::nullopt;
  auto value = parse_json(*bytes, "JWT part");
  if (!value || !value->is_object()) return std::nullopt;
  return std::move(value).value();
}

// From the first "eyJ" on: some providers put a prefix in front.
std::optional<Jwt> parse_jwt(ByteView secret) {
  const std::size_t start = secret.find("eyJ");
  if (start == ByteView::npos) return std::nullopt;
  secret.remove_prefix(start);
  const std::size_t first = secret.find('.');
  if (first == ByteView::npos) return std::nullopt;
  const std::size_t second = secret.find('.', first + 1);
  if (second == ByteView::npos) return std::nullopt;
  auto header = json_part(secret.substr(0, first));
  if (!header || !header->contains("alg")) return std::nullopt;
  auto payload = json_part(secret.substr(first + 1, second - first - 1));
  if (!payload) return std::nullopt;
  return Jwt{std::move(*header), std::move(*payload)};
}

CheckResult check_jwt(ByteView secret) {
  return parse_jwt(secret) ? CheckResult::kPasses : CheckResult::kFails;
}

// RFC 7519 NumericDate: seconds, perhaps with a fraction. Beyond the year 9999 it is no date.
std::optional<std::int64_t> numeric_date(const Json& payload, const char* key) {
  constexpr double kLatest = 253'402'300'799;
  const auto member = payload.find(key);
  if (member == payload.end() || !member->is_number()) return std::nullopt;
  const auto value = member->get<double>();
  if (!(value > 0 && value <= kLatest)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

void describe_jwt(ByteView secret, SecretFacts* facts) {
  const auto jwt = parse_jwt(secret);
  const std::string algorithm = json_name(jwt->header, "alg");
  const bool is_unsigned = algorithm == "none" || algorithm == "None" || algorithm == "NONE";
  facts->detail = is_unsigned ? "algorithm none: nobody signed it" : "algorithm " + algorithm;
  facts->expires_at = numeric_date(jwt->payload, "exp");
  const std::string project = json_name(jwt->payload, "ref");
  const std::string issuer = json_name(jwt->payload, "iss");
  const std::string role = json_name(jwt->payload, "role");
  if (!project.empty()) {
    facts->account = "project " + project;
  } else if (!issuer.empty()) {
    facts->account = "issuer " + issuer;
  }
  if (!role.empty()) facts->detail += ", role " + role;
  // The samples of jwt.io, which every second documentation shows.
  facts->placeholder = json_name(jwt->payload, "sub") == "1234567890" &&
                       (json_name(jwt->payload, "name") == "John Doe" || issuer.empty());
  facts->placeholder = facts->placeholder || issuer == "supabase-demo";
}

// Base64 around a whole token: where the regex cut it short, its header tells.
CheckResult check_jwt_in_base64(ByteView secret) {
  const auto bytes = decode_base64(secret);
  if (!bytes || !bytes->starts_with("eyJ")) return CheckResult::kFails;
  if (parse_jwt(*bytes)) return CheckResult::kPasses;
  return bytes->find('.') == ByteString::npos ? CheckResult::kFails : CheckResult::kPlausible;
}

void describe_jwt_in_base64(ByteView secret, SecretFacts* facts) {
  const auto bytes = decode_base64(secret);
  if (parse_jwt(*bytes)) describe_jwt(*bytes, facts);
}

// Four letters of a prefix, then 16 characters of base32 that hold the account number.
CheckResult check_aws_key_id(ByteView secret) {
  if (secret.size() != 20) return CheckResult::kFails;
  return decode_base32(secret.substr(4)) ? CheckResult::kPlausible : CheckResult::kFails;
}

// Bits 7 to 46 of the first six bytes; ids of before 2019, which go on with I or J, hold none.
void describe_aws_key_id(ByteView secret, SecretFacts* facts) {
  const std::string account = aws_account(secret);
  if (!account.empty()) facts->account = "AWS account " + account;
  facts->detail = secret.starts_with("ASIA") ? "temporary key" : "long-term key";
}

// For forms that hold no redundancy: the regex has said it all.
CheckResult check_plausible(ByteView secret) {
  return secret.empty() ? CheckResult::kFails : CheckResult::kPlausible;
}

// "xoxb-" and its kin go on with the numbers of workspace and user, "xapp-" with the app's name.
void describe_slack_token(ByteView secret, SecretFacts* facts) {
  std::array<ByteView, 4> parts;
  ByteView rest = secret;
  for (ByteView& part : parts) {
    const std::size_t dash = rest.find('-');
    part = rest.substr(0, dash);
    rest = dash == ByteView::npos ? ByteView() : rest.substr(dash + 1);
  }
  const auto is_number = [](ByteView part) {
    return part.size() >= 8 && part.find_first_not_of("0123456789") == ByteView::npos;
  };
  if (parts[0] == "xapp" && parts[2].starts_with('A')) {
    facts->account = "app " + printable_name(parts[2]);
  } else if (is_number(parts[1])) {
    facts->account = "workspace " + std::string(parts[1]);
    // The last part is the secret one.
    if (is_number(parts[2]) && !parts[3].empty())
      facts->account += ", user " + std::string(parts[2]);
  }
}

// "T.../B.../secret"
void describe_slack_webhook(ByteView secret, SecretFacts* facts) {
  const std::size_t slash = secret.find('/');
  if (slash == ByteView::npos) return;
  facts->account = "workspace " + printable_name(secret.substr(0, slash));
}

// Services whose keys say of themselves that they open a sandbox only.
void describe_live_or_test(ByteView secret, SecretFacts* facts) {
  constexpr std::array<std::string_view, 8> kMarks = {"_test_", "_TEST", "sandbox", "-development-",
                                                      "test_",  "TEST-", "_sbox_",  "-test-"};
  const ByteView head = secret.substr(0, 24);
  facts->test_mode = std::any_of(kMarks.begin(), kMarks.end(), [&](std::string_view mark) {
    return head.find(mark) != ByteView::npos;
  });
  if (facts->test_mode) {
    facts->detail = "test mode";
  } else if (head.find("live") != ByteView::npos || head.find("production") != ByteView::npos) {
    facts->detail = "live mode";
  }
}

constexpr std::array kChecks = {
    Check{"aws-key-id", check_aws_key_id, describe_aws_key_id},
    Check{"jwt", check_jwt, describe_jwt},
    Check{"jwt-in-base64", check_jwt_in_base64, describe_jwt_in_base64},
    Check{"live-or-test", check_plausible, describe_live_or_test},
    Check{"slack-token", check_plausible, describe_slack_token},
    Check{"slack-webhook", check_plausible, describe_slack_webhook},
};

}  // namespace

std::string aws_account(ByteView key_id) {
  constexpr std::uint64_t kAccounts = 1'000'000'000'000;
  if (key_id.size() != 20 || key_id[4] == 'I' || key_id[4] == 'J') return {};
  const auto bytes = decode_base32(key_id.substr(4));
  if (!bytes || bytes->size() < 6) return {};
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 6; ++i)
    number = number << 8 | static_cast<unsigned char>((*bytes)[i]);
  number = (number & 0x7fffffffff80) >> 7;
  return number < kAccounts ? in_digits(number, "0123456789", 12) : std::string();
}

std::span<const Check> token_checks() { return kChecks; }

}  // namespace dragnet
