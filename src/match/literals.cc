#include "match/literals.h"

#include <algorithm>

#include "match/byte_model.h"
#include "match/byte_sets.h"

namespace dragnet {

namespace {

// As the common words are written.
std::string lowered(const Literal& literal) {
  std::string out;
  for (const char16_t letter : literal) {
    const unsigned byte = letter & 0xffU;
    out += static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
  }
  return out;
}

bool letter_covers(char16_t wide, char16_t narrow) {
  if (wide == narrow) return true;
  if ((wide & kBothCases) == 0) return false;
  const unsigned lower = wide & 0xffU;
  return narrow == lower || narrow == lower - 32;
}

std::string literal_text(const Literal& literal) {
  std::string out;
  for (const char16_t letter : literal) out += class_text(letter_set(letter));
  return out;
}

}  // namespace

ByteSet letter_set(char16_t letter) {
  ByteSet set;
  set.set(letter & 0xffU);
  if ((letter & kBothCases) != 0) set.set((letter & 0xffU) - 32);
  return set;
}

std::vector<Literal> single_letters(const ByteSet& set) {
  std::vector<Literal> out;
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (!set[byte]) continue;
    const bool upper = byte >= 'A' && byte <= 'Z';
    const bool lower = byte >= 'a' && byte <= 'z';
    if (upper && set[byte + 32]) continue;
    const bool both = lower && set[byte - 32];
    out.emplace_back(1, static_cast<char16_t>(byte | (both ? kBothCases : 0)));
  }
  if (out.size() > kMaxPieceLiterals) out.clear();
  return out;
}

std::vector<Literal> crossed(const std::vector<Literal>& a, const std::vector<Literal>& b) {
  std::vector<Literal> out;
  if (a.size() * b.size() > kMaxPieceLiterals) return out;
  out.reserve(a.size() * b.size());
  for (const Literal& left : a) {
    for (const Literal& right : b) out.push_back(left + right);
  }
  return out;
}

double share_of_words(const std::vector<Literal>& literals) {
  double sum = 0;
  for (const Literal& literal : literals) sum += word_share(lowered(literal));
  return sum;
}

std::string literals_text(std::vector<Literal> literals) {
  std::sort(literals.begin(), literals.end(), [](const Literal& a, const Literal& b) {
    return a.size() != b.size() ? a.size() < b.size() : a > b;  // letters in both cases first
  });
  std::vector<Literal> kept;
  std::string text;
  for (const Literal& literal : literals) {
    const auto ends_it = [&](const Literal& shorter) {
      return std::equal(shorter.begin(), shorter.end(),
                        literal.end() - static_cast<std::ptrdiff_t>(shorter.size()), letter_covers);
    };
    if (std::any_of(kept.begin(), kept.end(), ends_it)) continue;
    text += (kept.empty() ? "" : "|") + literal_text(literal);
    kept.push_back(literal);
  }
  return text;
}

}  // namespace dragnet
