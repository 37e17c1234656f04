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
