#include "match/match_context.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/ascii.h"
#include "base/date.h"
#include "base/digits.h"
#include "match/check_table.h"
#include "match/regex_store.h"

namespace dragnet {

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::int64_t kLatest = 253'402'300'799;  // the year 9999

// "user@host", "user" or "host"; nothing where a part is a template or holds the secret.
std::string account_of(ByteView user, ByteView host, ByteView secret) {
  const auto clean = [&](ByteView part) {
    const bool holds_secret = secret.size() >= 4 && part.find(secret) != ByteView::npos;
    const bool is_template = part.find_first_of("{}<>$%*\\\"'` ") != ByteView::npos;
    return holds_secret || is_template ? std::string() : printable_name(part);
  };
  const std::string name = clean(user);
  // Of one letter: a rule's regex ends after the host's first.
  const std::string place = host.size() > 1 ? clean(host) : std::string();
  if (name.empty() || place.empty()) return name + place;
  return name + "@" + place;
}

// The characters of a host with its port from `at` on.
ByteView host_at(ByteView text, std::size_t at) {
  const ByteView rest = text.substr(std::min(at, text.size()));
  std::size_t end = 0;
  const auto is_host = [](char c) {
    return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_' || c == ':' ||
           c == '[' || c == ']';
  };
  while (end < rest.size() && is_host(rest[end])) ++end;
  ByteView host = rest.substr(0, end);
  while (host.ends_with(':') || host.ends_with('.')) host.remove_suffix(1);
  return host;
}

void set_place(ByteView user, ByteView host, ByteView secret, MatchContext* context) {
  context->account = account_of(user, host, secret);
  context->local = is_local_host(host);
}

// By the regex's named groups, on the match alone.
bool by_groups(const re2::RE2& regex, ByteView match, ByteView secret, MatchContext* context) {
  constexpr int kMostGroups = 32;
  const auto& names = regex.NamedCapturingGroups();
  const auto wanted = [&](const char* name) {
    const auto at = names.find(name);
    return at == names.end() || at->second >= kMostGroups ? 0 : at->second;
  };
  const int user = wanted("user"), host = wanted("host"), account = wanted("account");
  if (user == 0 && host == 0 && account == 0) return false;
  std::array<re2::StringPiece, kMostGroups> groups;
  const int count = std::max({user, host, account}) + 1;
  if (!regex.Match({match.data(), match.size()}, 0, match.size(), re2::RE2::ANCHOR_BOTH,
                   groups.data(), count)) {
    return false;
  }
  const auto text = [&](int group) {
    const auto& piece = groups[static_cast<std::size_t>(group)];
    return group == 0 ? ByteView() : ByteView(piece.data(), piece.size());
  };
  set_place(text(user), text(host), secret, context);
  if (account != 0 && !text(account).empty()) {
    context->account = account_of(text(account), {}, secret);
  }
  return true;
}

// "scheme://user:SECRET@host"
bool by_address(ByteView match, ByteView secret, MatchContext* context) {
  const std::size_t scheme = match.find("://");
  if (scheme == ByteView::npos) return false;
  const std::size_t start = scheme + 3;
  const std::string wanted = ":" + std::string(secret) + "@";
  const std::size_t colon = match.find(wanted, start);
  if (colon == ByteView::npos) return false;
  const ByteView user = match.substr(start, colon - start);
  if (user.find_first_of("/ \t\n@") != ByteView::npos) return false;
  set_place(user, host_at(match, colon + wanted.size()), secret, context);
  return true;
}

// The value of "key=" after `from`, up to a separator; keys are compared without regard to case.
ByteView parameter(ByteView text, const std::string& lower_text, std::string_view key) {
  for (std::size_t at = lower_text.find(key); at != std::string::npos;
       at = lower_text.find(key, at + 1)) {
    const bool starts = at == 0 || std::string_view("?&;: /").find(text[at - 1]) != ByteView::npos;
    if (!starts) continue;
    const ByteView rest = text.substr(at + key.size());
    return rest.substr(0, rest.find_first_of("&;\"' \t\r\n<>,"));
  }
  return {};
}

// "jdbc:mysql://host:3306/db?user=app&password=SECRET"
bool by_jdbc(ByteView match, ByteView secret, MatchContext* context) {
  if (!match.starts_with("jdbc:")) return false;
  const std::string lower = lowered(match);
  std::size_t host = match.find("//");
  host = host == ByteView::npos ? match.find('@') : host + 1;
  if (host == ByteView::npos) return false;
  ByteView user = parameter(match, lower, "user=");
  if (user.empty()) user = parameter(match, lower, "username=");
  set_place(user, host_at(match, host + 1), secret, context);
  return true;
}

std::string percent_decoded(ByteView text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digits = text.substr(i).substr(0, 3);
    const auto value = digits.size() == 3 && digits[0] == '%'
                           ? from_digits(lowered(digits.substr(1)), "0123456789abcdef")
                           : std::nullopt;
    out += value ? static_cast<char>(*value) : text[i];
    i += value ? 2 : 0;
  }
  return out;
}

// "20240131T235959Z", as AWS and Google write it.
std::optional<std::int64_t> compact_date(ByteView text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const std::string date(text);
  return parse_date(date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 2) + "T" +
                    date.substr(9, 2) + ":" + date.substr(11, 2) + ":" + date.substr(13, 2) + "Z");
}

// Seconds since 1970 or an ISO date.
std::optional<std::int64_t> any_date(ByteView text) {
  const auto seconds = from_digits(text, kDigits);
  if (seconds && !text.empty()) {
    if (*seconds > static_cast<std::uint64_t>(kLatest)) return std::nullopt;
    return static_cast<std::int64_t>(*seconds);
  }
  return parse_date(percent_decoded(text));
}

// A date and the seconds from it: "X-Amz-Date", "X-Amz-Expires".
std::optional<std::int64_t> date_and_span(ByteView match, const std::string& lower,
                                          const std::string& prefix) {
  const auto date = compact_date(parameter(match, lower, prefix + "date="));
  const auto span = from_digits(parameter(match, lower, prefix + "expires="), kDigits);
  if (!date || !span || *span > 1'000'000'000) return std::nullopt;
  return *date + static_cast<std::int64_t>(*span);
}

void by_signature(ByteView match, ByteView secret, MatchContext* context) {
  // In HTML "&amp;" is "&"; the parameter behind it starts after the semicolon.
  const std::string lower = lowered(match);
  if (lower.find("sig=") == std::string::npos && lower.find("signature=") == std::string::npos) {
    return;
  }
  for (const char* prefix : {"x-amz-", "x-goog-"}) {
    if (!context->expires_at) context->expires_at = date_and_span(match, lower, prefix);
  }
  for (const char* key : {"se=", "expires=", "temp_url_expires=", "x-oss-expires="}) {
    const ByteView value = parameter(match, lower, key);
    if (!context->expires_at && !value.empty()) context->expires_at = any_date(value);
  }
  for (const char* key : {"awsaccesskeyid=", "x-amz-credential="}) {
    const ByteView value = parameter(match, lower, key);
    const std::string account = aws_account(value.substr(0, 20));
    if (!account.empty()) context->account = "AWS account " + account;
  }
  for (const char* key : {"googleaccessid=", "x-goog-credential="}) {
    const std::string value = percent_decoded(parameter(match, lower, key));
    const ByteView name = ByteView(value).substr(0, value.find('/'));
    if (name.find('@') != ByteView::npos) context->account = account_of(name, {}, secret);
  }
}

auto order(const MatchContext& context) {
  return std::tuple(context.local, context.account.empty(), std::string_view(context.account),
                    context.expires_at);
}

}  // namespace

bool operator<(const MatchContext& a, const MatchContext& b) { return order(a) < order(b); }

MatchContext match_context(const RulePack& pack, std::uint32_t index, ByteView match,
                           ByteView secret) {
  MatchContext context;
  const Rule& rule = pack.rules()[index].rule;
  if (rule.kind != FindingKind::kSecret || rule.regex.empty()) return context;
  if (rule.regex.find("(?P<") != std::string::npos &&
      by_groups(pack.regexes().at(index), match, secret, &context)) {
    return context;
  }
  if (by_address(match, secret, &context) || by_jdbc(match, secret, &context)) return context;
  if (match.size() > secret.size()) by_signature(match, secret, &context);
  return context;
}

bool is_local_host(ByteView host) {
  constexpr std::array<std::string_view, 8> kNames = {
      "localhost",   "0.0.0.0",     "host.docker.internal", "::1",
      "example.com", "example.org", "example.net",          "example.edu"};
  constexpr std::array<std::string_view, 10> kEndings = {
      ".localhost", ".localdomain", ".example",     ".invalid",     ".test",
      ".local",     ".example.com", ".example.org", ".example.net", ".example.edu"};
  std::string name = lowered(host);
  if (name.starts_with('[')) {
    name = name.substr(1, name.find(']') - 1);
  } else if (std::count(name.begin(), name.end(), ':') == 1) {
    name.erase(name.find(':'));
  }
  const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         std::any_of(kEndings.begin(), kEndings.end(), ends) ||
         (name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string::npos);
}

}  // namespace dragnet
