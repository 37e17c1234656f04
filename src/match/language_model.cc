#include "match/language_model.h"

#include <algorithm>

#include "base/ascii.h"
#include "match/embedded_data.h"

namespace dragnet {

namespace {

constexpr unsigned kEdge = 26;  // before the first letter
constexpr std::size_t kMaxWord = 14;
constexpr std::size_t kMaxText = 512;

int letter(char c) { return is_letter(c) ? lower(c) - 'a' : -1; }

// std::popcount is a call on processors as old as we support.
constexpr std::uint32_t bit_count(std::uint32_t bits) {
  bits -= bits >> 1 & 0x55555555;
  bits = (bits & 0x33333333) + (bits >> 2 & 0x33333333);
  return ((bits + (bits >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24;
}

// Takes the next line off `text`.
std::string_view next_line(std::string_view* text) {
  const std::size_t end = text->find('\n');
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  return line;
}

}  // namespace

// The file: comments (#), "trigrams" and 27 lines of 729 characters, each '!' + eighths of a bit;
// then "words" and lines of words, sorted, separated by blanks.
Result<LanguageModel> LanguageModel::parse(std::string_view text) {
  const auto bad = [](const char* what) {
    return unreadable_error(std::string("language model: ") + what);
  };
  LanguageModel model;
  std::string_view line = next_line(&text);
  while (line.starts_with('#')) line = next_line(&text);
  if (line != "trigrams") return bad("no trigrams");
  for (std::size_t first = 0; first < 27; ++first) {
    line = next_line(&text);
    if (line.size() != 27 * 27) return bad("a line of trigrams is too short or too long");
    for (std::size_t i = 0; i < line.size(); ++i) {
      model.bits_[first * 27 * 27 + i] = static_cast<std::uint8_t>(line[i] - '!');
    }
  }
  if (next_line(&text) != "words") return bad("no words");
  std::vector<std::string> words;
  while (!text.empty()) {
    line = next_line(&text);
    while (!line.empty()) {
      const std::size_t end = std::min(line.find(' '), line.size());
      const std::string_view word = line.substr(0, end);
      line.remove_prefix(std::min(end + 1, line.size()));
      if (word.empty()) continue;
      if (word.size() > kMaxWord ||
          std::any_of(word.begin(), word.end(), [](char c) { return c < 'a' || c > 'z'; })) {
        return bad("a word is too long or has other letters");
      }
      if (!words.empty() && words.back() >= word) return bad("words are not sorted");
      words.emplace_back(word);
    }
  }
  model.build(words);
  return model;
}

const LanguageModel& LanguageModel::standard() {
  static const LanguageModel model = [] {
    auto parsed = parse(embedded_language());
    return parsed ? std::move(parsed).value() : LanguageModel();
  }();
  return model;
}

// Level by level, so that a node's children stand side by side.
void LanguageModel::build(const std::vector<std::string>& sorted_words) {
  struct Range {
    std::size_t from, to, depth;
  };
  trie_.assign(1, {});
  std::vector<Range> ranges = {{0, sorted_words.size(), 0}};
  for (std::size_t node = 0; node < trie_.size(); ++node) {
    const Range range = ranges[node];
    std::size_t at = range.from;
    std::uint32_t mask = 0;
    if (at < range.to && sorted_words[at].size() == range.depth) {
      mask |= kEnds;
      ++at;
    }
    trie_[node].first = static_cast<std::uint32_t>(trie_.size());
    while (at < range.to) {
      const char c = sorted_words[at][range.depth];
      std::size_t end = at;
      while (end < range.to && sorted_words[end][range.depth] == c) ++end;
      mask |= 1U << (c - 'a');
      trie_.emplace_back();
      ranges.push_back({at, end, range.depth + 1});
      at = end;
    }
    trie_[node].mask = mask;
  }
}

LanguageModel::Words LanguageModel::words(ByteView text) const {
  Words out;
  text = text.substr(0, kMaxText);
  // best[i]: letters covered in text[i, size).
  std::array<std::uint16_t, kMaxText + 1> best;  // NOLINT: most of it is never looked at
  std::array<std::uint8_t, kMaxText> taken;      // NOLINT: the same
  std::uint32_t letters = 0;
  best[text.size()] = 0;
  for (std::size_t i = text.size(); i-- > 0;) {
    best[i] = best[i + 1];
    taken[i] = 0;
    if (letter(text[i]) < 0) continue;
    ++letters;
    std::uint32_t node = 0;
    for (std::size_t j = i; j < text.size() && j < i + kMaxWord && !trie_.empty(); ++j) {
      const int c = letter(text[j]);
      if (c < 0) break;
      const std::uint32_t mask = trie_[node].mask;
      if ((mask >> c & 1) == 0) break;
      const std::uint32_t before = mask & ((1U << c) - 1);
      node = trie_[node].first + bit_count(before);
      const auto size = static_cast<std::uint16_t>(j + 1 - i);
      if (size < 3 || (trie_[node].mask & kEnds) == 0) continue;
      const auto covered = static_cast<std::uint16_t>(best[j + 1] + size);
      if (covered >= best[i]) {
        best[i] = covered;
        taken[i] = static_cast<std::uint8_t>(size);
      }
    }
  }
  for (std::size_t i = 0; i < text.size();) {
    if (taken[i] == 0 || best[i] == best[i + 1]) {
      ++i;
      continue;
    }
    ++out.count;
    out.longest = std::max<std::uint32_t>(out.longest, taken[i]);
    i += taken[i];
  }
  if (letters > 0) out.covered = static_cast<float>(best[0]) / static_cast<float>(letters);
  return out;
}

bool LanguageModel::reads_as_words(ByteView text) const {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return letter(c) >= 0 || c == ' ' || c == '_' || c == '-' || c == '.' || c == '/' || c == ':' ||
           c == ',';
  });
  return plain && words(text).covered == 1;
}

float LanguageModel::bits_per_letter(ByteView run) const {
  unsigned before = kEdge;
  unsigned last = kEdge;
  std::uint32_t sum = 0;
  std::uint32_t count = 0;
  for (const char c : run) {
    const int code = letter(c);
    if (code < 0) continue;
    sum += bits_[(before * 27 + last) * 27 + static_cast<unsigned>(code)];
    ++count;
    before = last;
    last = static_cast<unsigned>(code);
  }
  return count == 0 ? 0 : static_cast<float>(sum) / (8.0F * static_cast<float>(count));
}

}  // namespace dragnet
