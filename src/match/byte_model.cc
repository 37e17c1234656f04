#include "match/byte_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace dragnet {

namespace {

constexpr std::size_t kSymbols = 98;
constexpr std::size_t kOther = kSymbols - 1;

// -log2 of a probability as a letter, 'a' for 0; the first row is that of single symbols.
constexpr std::array<const char*, kSymbols + 1> kTable = {
#include "match/byte_pairs.inc"
};

struct Word {
  std::string_view text;
  double per_million;
};

constexpr Word kWords[] = {
#include "match/common_words.inc"
};

// Longer parts of words say nothing new: an anchor of that length is rare enough.
constexpr std::size_t kLongestPart = 12;

// Every part of every common word, with what the words that have it add up to.
using WordParts = std::unordered_map<std::string_view, double>;

WordParts word_parts() {
  WordParts parts;
  for (const Word& word : kWords) {
    for (std::size_t start = 0; start + 2 <= word.text.size(); ++start) {
      const std::size_t longest = std::min(kLongestPart, word.text.size() - start);
      for (std::size_t size = 2; size <= longest; ++size) {
        parts[word.text.substr(start, size)] += word.per_million * 1e-6;
      }
    }
  }
  return parts;
}

std::size_t symbol_of(unsigned byte) {
  if (byte == '\t') return 0;
  if (byte == '\n') return 1;
  return byte >= 32 && byte < 127 ? byte - 30 : kOther;
}

// The symbols of a set, and what of each is in it: 1 for a printable one, a share for the one that
// many bytes have. Most sets are one byte.
struct Membership {
  explicit Membership(const std::bitset<256>& set) {
    constexpr double kOtherBytes = 256 - (kSymbols - 1);
    double other = 0;
    for (std::size_t byte = set._Find_first(); byte < set.size(); byte = set._Find_next(byte)) {
      const std::size_t symbol = symbol_of(static_cast<unsigned>(byte));
      if (symbol == kOther) {
        other += 1 / kOtherBytes;
      } else {
        add(symbol, 1);
      }
    }
    if (other > 0) add(kOther, other);
  }
  void add(std::size_t symbol, double weight) {
    symbols[count] = static_cast<std::uint8_t>(symbol);
    weights[count++] = weight;
  }

  std::size_t count = 0;
  std::array<std::uint8_t, kSymbols> symbols;
  std::array<double, kSymbols> weights;
};

struct Model {
  Model() {
    for (std::size_t row = 0; row <= kSymbols; ++row) {
      for (std::size_t column = 0; column < kSymbols; ++column) {
        probability[row][column] = std::exp2(-(kTable[row][column] - 'a'));
      }
    }
  }
  std::array<std::array<double, kSymbols>, kSymbols + 1> probability;
};

const Model& model() {
  static const Model instance;
  return instance;
}

}  // namespace

double byte_share(const std::bitset<256>& set) {
  const Membership members(set);
  double sum = 0;
  for (std::size_t i = 0; i < members.count; ++i) {
    sum += members.weights[i] * model().probability[0][members.symbols[i]];
  }
  return std::min(sum, 1.0);
}

double follow_share(const std::bitset<256>& before, const std::bitset<256>& next) {
  const Membership from(before);
  const Membership to(next);
  double weight = 0;
  double sum = 0;
  for (std::size_t i = 0; i < from.count; ++i) {
    const std::size_t symbol = from.symbols[i];
    const double share = from.weights[i] * model().probability[0][symbol];
    weight += share;
    const auto& after = model().probability[symbol + std::size_t{1}];
    for (std::size_t j = 0; j < to.count; ++j) {
      sum += share * to.weights[j] * after[to.symbols[j]];
    }
  }
  return weight == 0 ? 0 : std::min(sum / weight, 1.0);
}

double word_share(std::string_view literal) {
  static const WordParts parts = word_parts();
  const auto found = parts.find(literal.substr(0, kLongestPart));
  return found == parts.end() ? 0 : found->second;
}

}  // namespace dragnet
