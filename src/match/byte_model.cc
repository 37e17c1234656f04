#include "match/byte_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <unordered_map>
#include <vector>

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

namespace {

// Draws an index with the probability of its weight. Whole numbers, so that every platform draws
// the same.
class Lot {
 public:
  void add(double weight) {
    total_ += static_cast<std::uint64_t>(weight * kScale) + 1;
    sums_.push_back(total_);
  }
  std::size_t draw(std::mt19937_64* random) const {
    const auto at = std::upper_bound(sums_.begin(), sums_.end(), (*random)() % total_);
    return static_cast<std::size_t>(at - sums_.begin());
  }

 private:
  static constexpr double kScale = 1e6;
  std::uint64_t total_ = 0;
  std::vector<std::uint64_t> sums_;
};

// The symbols that follow each; what is neither printable nor white space is left out.
std::vector<Lot> followers() {
  std::vector<Lot> out(kOther);
  for (std::size_t before = 0; before < kOther; ++before) {
    for (std::size_t next = 0; next < kOther; ++next) {
      out[before].add(model().probability[before + 1][next]);
    }
  }
  return out;
}

char byte_of(std::size_t symbol) {
  return symbol == 0 ? '\t' : symbol == 1 ? '\n' : static_cast<char>(symbol + 30);
}

// How a word stands in code: as it is, capitalised, or a constant's.
ByteString cased(std::string_view word, std::uint64_t lot) {
  ByteString out(word);
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  if (lot % 16 == 0) std::transform(out.begin(), out.end(), out.begin(), upper);
  if (lot % 4 == 1) out[0] = upper(out[0]);
  return out;
}

}  // namespace

ByteString code_like_text(std::size_t bytes, std::uint64_t seed) {
  static const std::vector<Lot> next = followers();
  static const Lot words = [] {
    Lot lot;
    for (const Word& word : kWords) lot.add(word.per_million);
    return lot;
  }();
  std::mt19937_64 random(seed);
  ByteString out;
  out.reserve(bytes + 64);
  std::size_t symbol = 1;
  while (out.size() < bytes) {
    // The table's words are about half of what code is made of.
    const std::string_view word = kWords[words.draw(&random)].text;
    out += cased(word, random());
    symbol = symbol_of(static_cast<unsigned char>(out.back()));
    for (std::size_t left = word.size() / 2 + random() % word.size(); left > 0; --left) {
      symbol = next[symbol].draw(&random);
      out += byte_of(symbol);
    }
  }
  out.resize(bytes);
  return out;
}

}  // namespace dragnet
