// How people's words look: a list of common words and how often letters follow each other.
//
// Both were counted in the working trees of public repositories by tools/value_model; the numbers
// are data (src/match/data/language.txt).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace dragnet {

class LanguageModel {
 public:
  // Reads what tools/value_model writes.
  static Result<LanguageModel> parse(std::string_view text);
  // The one that is part of the program.
  static const LanguageModel& standard();

  struct Words {
    float covered = 0;          // letters in words, 0-1 of all letters
    std::uint32_t longest = 0;  // letters
    std::uint32_t count = 0;
  };
  // The cover of `text`'s letter runs by words of three letters and more that leaves the fewest
  // letters, longer words first. Linear.
  Words words(ByteView text) const;

  // Whether `text` is nothing but words and what joins them: blanks, _ - . / : and such.
  bool reads_as_words(ByteView text) const;

  // Bits that the letters of `run` (letters only, either case) take on average, each told from the
  // two before it: 2 to 4 for words, 5 and more for random ones.
  float bits_per_letter(ByteView run) const;

 private:
  // 26 letters a bit each, and one for "a word ends here"; children are in order of letters.
  struct Node {
    std::uint32_t mask = 0;
    std::uint32_t first = 0;
  };
  static constexpr std::uint32_t kEnds = 1U << 26;

  void build(const std::vector<std::string>& sorted_words);

  std::vector<Node> trie_;
  std::array<std::uint8_t, 27 * 27 * 27> bits_{};  // eighths of a bit
};

}  // namespace dragnet
