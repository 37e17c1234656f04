// Mnemonic phrases (BIP-39): 12, 15, 18, 21 or 24 words of a list of 2,048, eleven bits each; a bit
// of SHA-256 for every 32 bits stands at the end. Twelve words that are all of the list are no
// prose already; the sum throws out 15 of 16 that only look like a phrase.
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/hash.h"
#include "match/check_table.h"

namespace dragnet {

namespace {

constexpr std::array<std::string_view, 2048> kWords = {
#include "match/bip39_words.inc"
};

constexpr std::size_t kMostWords = 24;

// The words' numbers; nothing where one is not of the list or there are too many.
std::optional<std::vector<unsigned>> word_numbers(ByteView phrase) {
  std::vector<unsigned> numbers;
  numbers.reserve(kMostWords);
  constexpr std::string_view kBetween = " \t\r\n,\"'";
  while (true) {
    phrase.remove_prefix(std::min(phrase.find_first_not_of(kBetween), phrase.size()));
    if (phrase.empty()) return numbers;
    const ByteView word = phrase.substr(0, phrase.find_first_of(kBetween));
    phrase.remove_prefix(word.size());
    const auto* const at = std::lower_bound(kWords.begin(), kWords.end(), word);
    if (at == kWords.end() || *at != word || numbers.size() == kMostWords) return std::nullopt;
    numbers.push_back(static_cast<unsigned>(at - kWords.begin()));
  }
}

bool has_right_sum(const std::vector<unsigned>& numbers) {
  if (numbers.size() < 12 || numbers.size() % 3 != 0) return false;
  std::vector<unsigned> bits;
  bits.reserve(numbers.size() * 11);
  for (const unsigned number : numbers) {
    for (int bit = 10; bit >= 0; --bit) bits.push_back(number >> bit & 1U);
  }
  const std::size_t sum_bits = numbers.size() / 3;
  const std::size_t entropy_bits = bits.size() - sum_bits;
  ByteString entropy;
  for (std::size_t i = 0; i < entropy_bits; i += 8) {
    unsigned byte = 0;
    for (std::size_t bit = 0; bit < 8; ++bit) byte = byte << 1 | bits[i + bit];
    entropy += static_cast<char>(byte);
  }
  const unsigned sum = sha256(entropy)[0];
  for (std::size_t i = 0; i < sum_bits; ++i) {
    if ((sum >> (7 - i) & 1U) != bits[entropy_bits + i]) return false;
  }
  return true;
}

CheckResult check_bip39(ByteView secret) {
  const auto numbers = word_numbers(secret);
  return numbers && has_right_sum(*numbers) ? CheckResult::kPasses : CheckResult::kFails;
}

// Phrases of documentation and development networks use a word or two over and over: "abandon
// abandon ... about", "test test ... junk", "legal winner thank year ... yellow" (twice four
// words).
void describe_bip39(ByteView secret, SecretFacts* facts) {
  auto numbers = *word_numbers(secret);
  facts->detail = std::to_string(numbers.size()) + " words";
  const std::size_t count = numbers.size();
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  // Of twelve random words, more than two repeats come once in some hundred million.
  facts->placeholder = numbers.size() + 3 <= count;
}

constexpr std::array kChecks = {Check{"bip39", check_bip39, describe_bip39}};

}  // namespace

std::span<const Check> phrase_checks() { return kChecks; }

}  // namespace dragnet
