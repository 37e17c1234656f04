#include "match/checks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/ascii.h"
#include "match/check_table.h"

namespace dragnet {

namespace {

// Calls `visit` for every check until it returns true.
template <typename Visit>
void visit_checks(const Visit& visit) {
  for (const auto checks : {checksum_checks(), encoded_checks(), hash_checks(), key_checks(),
                            phrase_checks(), token_checks()}) {
    for (const Check& check : checks) {
      if (visit(check)) return;
    }
  }
}

const Check* find_check(std::string_view name) {
  const Check* found = nullptr;
  visit_checks([&](const Check& check) {
    if (check.name == name) found = &check;
    return found != nullptr;
  });
  return found;
}

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

// Of each byte, whether one of those words begins with it.
constexpr std::array<bool, 256> kBeginsPlaceholder = [] {
  std::array<bool, 256> begins{};
  for (const std::string_view word : kPlaceholderWords) begins[octet(word.front())] = true;
  return begins;
}();

bool has_placeholder_word(ByteView lower_text) {
  for (std::size_t at = 0; at < lower_text.size(); ++at) {
    if (!kBeginsPlaceholder[octet(lower_text[at])]) continue;
    const ByteView rest = lower_text.substr(at);
    if (std::any_of(kPlaceholderWords.begin(), kPlaceholderWords.end(), [&](std::string_view word) {
          return rest.front() == word.front() && rest.starts_with(word);
        })) {
      return true;
    }
  }
  return false;
}

// n log2(n), of a number of bytes from 1 on.
double times_log2(std::size_t n) {
  static const std::array<double, 512> kSmall = [] {
    std::array<double, 512> products{};
    for (std::size_t i = 1; i < products.size(); ++i) {
      products[i] = static_cast<double>(i) * std::log2(static_cast<double>(i));
    }
    return products;
  }();
  return n < kSmall.size() ? kSmall[n] : static_cast<double>(n) * std::log2(static_cast<double>(n));
}

}  // namespace

bool is_check(std::string_view name) { return find_check(name) != nullptr; }

std::string check_names() {
  std::vector<std::string_view> names;
  visit_checks([&](const Check& check) {
    names.push_back(check.name);
    return false;
  });
  std::sort(names.begin(), names.end());
  std::string out;
  for (const std::string_view name : names) out.append(out.empty() ? "" : ", ").append(name);
  return out;
}

CheckResult run_check(std::string_view name, ByteView secret) {
  return find_check(name)->run(secret);
}

SecretFacts describe_secret(std::string_view name, ByteView secret) {
  SecretFacts facts;
  const Check* check = find_check(name);
  if (check != nullptr && check->describe != nullptr) check->describe(secret, &facts);
  return facts;
}

// With n bytes of which byte i stands there c_i times: log2(n) - sum(c_i log2(c_i)) / n.
double shannon_entropy(ByteView bytes) {
  if (bytes.empty()) return 0;
  std::array<std::uint32_t, 256> counts{};
  for (const char c : bytes) ++counts[octet(c)];
  double sum = 0;
  std::size_t left = bytes.size();
  for (const char c : bytes) {
    std::uint32_t& count = counts[octet(c)];
    if (count == 0) continue;
    sum += times_log2(count);
    left -= count;
    count = 0;
    if (left == 0) break;
  }
  const auto size = static_cast<double>(bytes.size());
  return std::max(0.0, (times_log2(bytes.size()) - sum) / size);
}

bool is_placeholder(ByteView secret) {
  constexpr std::size_t kLongRun = 8;
  const ByteString text = lowered(secret);
  return has_placeholder_word(text) || longest_run(text, 0) >= kLongRun ||
         longest_run(text, 1) >= kLongRun || longest_run(text, -1) >= kLongRun;
}

}  // namespace dragnet
