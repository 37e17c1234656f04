#include "match/literal_matcher.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <tuple>
#include <utility>

#include "match/anchor.h"
#include "match/literal_windows.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define DRAGNET_AVX2
#endif

namespace dragnet {

namespace {

// Beyond the first cache, but not the second: a place that passes for nothing costs more.
constexpr unsigned kFilterBits = 20;
constexpr unsigned kSecondBits = 20;
constexpr unsigned kStartBits = 16;
constexpr unsigned kTailBits = 12;
constexpr std::size_t kWord = 8;
// Positions whose candidates are gathered before they are looked at; they stay in the first cache.
constexpr std::size_t kBlock = 4096;
constexpr std::uint32_t kFilterFactor = 0x9E3779B1U;
std::uint32_t filter_hash(std::uint32_t key) { return (key * kFilterFactor) >> (32 - kFilterBits); }
std::uint32_t second_hash(std::uint32_t key) { return (key * 0xC2B2AE35U) >> (32 - kSecondBits); }
std::uint32_t start_hash(std::uint32_t key) { return (key * 0x85EBCA6BU) >> (32 - kStartBits); }
std::uint32_t tail_hash(unsigned before_last, unsigned last) {
  const std::uint32_t key = (last & kFoldByte) << 8 | (before_last & kFoldByte);
  return (key * 0x9E3779B1U) >> (32 - kTailBits);
}

std::uint64_t load64(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

bool is_letter(char byte, char16_t letter) {
  const auto octet = static_cast<unsigned char>(byte);
  const unsigned wanted = letter & 0xffU;
  return octet == wanted || ((letter & kBothCases) != 0 && octet + 32U == wanted);
}

bool in_order(const std::vector<std::uint32_t>& starts, std::size_t count, std::size_t last) {
  return starts.size() == count + 1 && std::is_sorted(starts.begin(), starts.end()) &&
         starts.back() == last;
}

#ifdef DRAGNET_AVX2

bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}

// Of each mask of eight lanes, those that are set, at the front.
constexpr std::array<std::uint64_t, 256> kFront = [] {
  std::array<std::uint64_t, 256> out{};
  for (unsigned mask = 0; mask < 256; ++mask) {
    unsigned filled = 0;
    for (std::uint64_t lane = 0; lane < 8; ++lane) {
      if ((mask >> lane & 1) != 0) out[mask] |= lane << (8 * filled++);
    }
  }
  return out;
}();

// The windows from `*start` on, sixteen bytes at a time as long as they start before `to` (and lie
// in the text with the next two), whose bit is set; `*start` becomes the first not looked at.
__attribute__((target("avx2"))) std::size_t filter_avx2(const char* bytes,
                                                        const std::uint32_t* filter,
                                                        std::size_t* start, std::size_t to,
                                                        std::uint32_t* candidates) {
  const __m256i fold = _mm256_set1_epi32(static_cast<int>(kFoldKey));
  const __m256i factor = _mm256_set1_epi32(static_cast<int>(kFilterFactor));
  const __m256i places = _mm256_setr_epi32(0, 4, 8, 12, 2, 6, 10, 14);
  std::size_t count = 0;
  std::size_t at = *start;
  for (; at + 16 <= to; at += 16) {
    const __m128i even = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at));
    const __m128i odd = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at + 2));
    const __m256i keys = _mm256_and_si256(_mm256_set_m128i(odd, even), fold);
    const __m256i bits =
        _mm256_srli_epi32(_mm256_mullo_epi32(keys, factor), 32 - static_cast<int>(kFilterBits));
    const __m256i words =
        _mm256_i32gather_epi32(reinterpret_cast<const int*>(filter), _mm256_srli_epi32(bits, 5), 4);
    // The wanted bit becomes the sign.
    const __m256i up = _mm256_andnot_si256(bits, _mm256_set1_epi32(31));
    const int mask = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_sllv_epi32(words, up)));
    const __m256i lanes = _mm256_cvtepu8_epi32(
        _mm_cvtsi64_si128(static_cast<long long>(kFront[static_cast<unsigned>(mask)])));
    const __m256i offsets = _mm256_add_epi32(_mm256_set1_epi32(static_cast<int>(at)), places);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(candidates + count),
                        _mm256_permutevar8x32_epi32(offsets, lanes));
    count += static_cast<unsigned>(__builtin_popcount(static_cast<unsigned>(mask)));
  }
  *start = at;
  return count;
}

#endif

}  // namespace

struct LiteralMatcher::Target {
  ByteView bytes;
  std::span<const AnchorGlance> glances;
  std::vector<AnchorHit>* hits;
};

bool LiteralMatcher::takes(const Pattern& pattern) {
  return !pattern.literals.empty() &&
         std::all_of(pattern.literals.begin(), pattern.literals.end(), [&](const Literal& literal) {
           if (literal.size() < 2 || literal.size() > kMaxAnchorWidth) return false;
           return literal.size() > 2 || (literal_window(literal, {pattern.glance}, 0) &&
                                         literal_window(literal, {pattern.glance}, 1));
         });
}

void LiteralMatcher::add_windows(const Literal& literal,
                                 const std::vector<const AnchorGlance*>& glances,
                                 std::uint32_t index) {
  for (const std::size_t parity : {0, 1}) {
    const auto found = literal_window(literal, glances, parity);
    if (!found) continue;  // `takes` refused it
    const auto ahead = static_cast<std::uint32_t>(found->ahead);
    for (const std::uint32_t key : found->keys) {
      add_window({key, index, ahead}, {found->before, found->after});
    }
  }
}

void LiteralMatcher::add_window(const Window& window, const Beside& beside) {
  windows_.push_back(window);
  const std::uint32_t bit = filter_hash(window.key);
  filter_[bit / 32] |= 1U << (bit % 32);
  const std::uint32_t again = second_hash(window.key);
  second_[again / 32] |= 1U << (again % 32);
  beside_[start_hash(window.key)].before |= beside.before;
  beside_[start_hash(window.key)].after |= beside.after;
}

LiteralMatcher LiteralMatcher::build(std::span<const Pattern> patterns) {
  struct User {
    std::uint32_t id;
    const AnchorGlance* glance;
  };
  std::map<Literal, std::vector<User>> users;
  for (const Pattern& pattern : patterns) {
    for (const Literal& literal : pattern.literals) {
      std::vector<User>& known = users[literal];
      if (known.empty() || known.back().id != pattern.id) {
        known.push_back({pattern.id, pattern.glance});
      }
    }
  }
  LiteralMatcher out;
  out.filter_.assign((std::size_t{1} << kFilterBits) / 32, 0);
  out.second_.assign((std::size_t{1} << kSecondBits) / 32, 0);
  out.beside_.assign(std::size_t{1} << kStartBits, Beside());
  std::vector<Literal> literals;
  for (const auto& [literal, known] : users) {
    Entry entry;
    entry.length = static_cast<std::uint32_t>(literal.size());
    entry.head = static_cast<std::uint32_t>(out.heads_.size());
    entry.first_pattern = static_cast<std::uint32_t>(out.patterns_.size());
    entry.pattern_count = static_cast<std::uint32_t>(known.size());
    std::array<unsigned char, kWord> value{};
    std::array<unsigned char, kWord> mask{};
    const std::size_t tail = std::min(literal.size(), kWord);
    for (std::size_t i = 0; i < tail; ++i) {
      const char16_t letter = literal[literal.size() - tail + i];
      mask[kWord - tail + i] = (letter & kBothCases) != 0 ? 0xdf : 0xff;
      value[kWord - tail + i] = static_cast<unsigned char>(letter & mask[kWord - tail + i]);
    }
    std::memcpy(&entry.value, value.data(), kWord);
    std::memcpy(&entry.mask, mask.data(), kWord);
    out.heads_.insert(out.heads_.end(), literal.begin(),
                      literal.end() - static_cast<std::ptrdiff_t>(tail));
    std::vector<const AnchorGlance*> glances;
    for (const User& user : known) {
      out.patterns_.push_back(user.id);
      glances.push_back(user.glance);
    }
    out.add_windows(literal, glances, static_cast<std::uint32_t>(out.literals_.size()));
    out.literals_.push_back(entry);
    literals.push_back(literal);
  }
  out.index_windows();
  out.index_tails(literals);
  return out;
}

void LiteralMatcher::index_windows() {
  std::sort(windows_.begin(), windows_.end(), [](const Window& a, const Window& b) {
    return std::tuple(start_hash(a.key), a.key, a.literal, a.ahead) <
           std::tuple(start_hash(b.key), b.key, b.literal, b.ahead);
  });
  starts_.assign((std::size_t{1} << kStartBits) + 1, 0);
  for (const Window& window : windows_) ++starts_[start_hash(window.key) + 1];
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
}

void LiteralMatcher::index_tails(const std::vector<Literal>& literals) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
  order.reserve(literals.size());
  for (std::uint32_t i = 0; i < literals.size(); ++i) {
    const Literal& literal = literals[i];
    order.emplace_back(
        tail_hash(literal[literal.size() - 2] & 0xffU, literal[literal.size() - 1] & 0xffU), i);
  }
  std::sort(order.begin(), order.end());
  tail_starts_.assign((std::size_t{1} << kTailBits) + 1, 0);
  for (const auto& [hash, literal] : order) {
    ++tail_starts_[hash + 1];
    tails_.push_back(literal);
  }
  for (std::size_t i = 1; i < tail_starts_.size(); ++i) tail_starts_[i] += tail_starts_[i - 1];
}

std::size_t LiteralMatcher::size() const {
  return (filter_.size() + second_.size()) * sizeof(filter_[0]) + beside_.size() * sizeof(Beside) +
         windows_.size() * sizeof(Window) + literals_.size() * sizeof(Entry) +
         heads_.size() * sizeof(heads_[0]) +
         (starts_.size() + patterns_.size() + tail_starts_.size() + tails_.size()) * 4;
}

bool LiteralMatcher::consistent() const {
  if (literals_.empty()) return true;
  const auto is_literal = [&](std::uint32_t index) { return index < literals_.size(); };
  return filter_.size() == (std::size_t{1} << kFilterBits) / 32 &&
         second_.size() == (std::size_t{1} << kSecondBits) / 32 &&
         beside_.size() == std::size_t{1} << kStartBits &&
         in_order(starts_, std::size_t{1} << kStartBits, windows_.size()) &&
         in_order(tail_starts_, std::size_t{1} << kTailBits, tails_.size()) &&
         std::all_of(tails_.begin(), tails_.end(), is_literal) &&
         std::all_of(windows_.begin(), windows_.end(),
                     [&](const Window& window) {
                       return is_literal(window.literal) && window.ahead <= kWindowReach;
                     }) &&
         std::all_of(literals_.begin(), literals_.end(), [&](const Entry& entry) {
           return entry.head <= heads_.size() &&
                  heads_.size() - entry.head >= entry.length - std::min(entry.length, 8U) &&
                  entry.first_pattern <= patterns_.size() &&
                  patterns_.size() - entry.first_pattern >= entry.pattern_count;
         });
}

// The last eight bytes before `end` are the literal's, what lies before those is looked at here.
void LiteralMatcher::report(const Target& target, const Entry& entry, std::uint64_t end) const {
  if (entry.length > end) return;
  if (entry.length > kWord) {
    const char* start = target.bytes.data() + end - entry.length;
    const std::uint16_t* head = heads_.data() + entry.head;
    for (std::size_t i = 0; i < entry.length - kWord; ++i) {
      if (!is_letter(start[i], head[i])) return;
    }
  }
  for (std::uint32_t i = 0; i < entry.pattern_count; ++i) {
    const std::uint32_t pattern = patterns_[entry.first_pattern + i];
    std::uint64_t to = end;
    if (pattern < target.glances.size()) {
      to = target.glances[pattern].anchor_end(target.bytes, end);
      if (to == 0) continue;
    }
    target.hits->push_back({pattern, static_cast<std::uint32_t>(to)});
  }
}

void LiteralMatcher::scan_edge(const Target& target, std::uint64_t end) const {
  const char* at = target.bytes.data() + end;
  const std::uint32_t hash =
      tail_hash(static_cast<unsigned char>(at[-2]), static_cast<unsigned char>(at[-1]));
  if (tail_starts_[hash] == tail_starts_[hash + 1]) return;
  std::array<char, kWord> last{};
  const std::size_t have = std::min<std::uint64_t>(end, kWord);
  std::memcpy(last.data() + kWord - have, at - have, have);
  const std::uint64_t word = load64(last.data());
  for (std::uint32_t i = tail_starts_[hash]; i < tail_starts_[hash + 1]; ++i) {
    const Entry& entry = literals_[tails_[i]];
    if ((word & entry.mask) == entry.value) report(target, entry, end);
  }
}

// Windows that start in [from, to), which is at an even offset.
void LiteralMatcher::scan_block(const Target& target, std::size_t from, std::size_t to) const {
  std::array<std::uint32_t, kBlock / 2 + 8> candidates;
  const char* bytes = target.bytes.data();
  const std::size_t last = target.bytes.size() - 1;
  std::size_t count = 0;
  std::size_t start = from;
#ifdef DRAGNET_AVX2
  if (has_avx2()) count = filter_avx2(bytes, filter_.data(), &start, to, candidates.data());
#endif
  for (std::size_t at = start; at < to; at += 2) {
    const std::uint32_t bit = filter_hash(load_key(bytes + at) & kFoldKey);
    candidates[count] = static_cast<std::uint32_t>(at);
    count += (filter_[bit / 32] >> (bit % 32)) & 1;
  }
  const std::uint32_t* second = second_.data();
  std::size_t left = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t at = candidates[i];
    const std::uint32_t bit = second_hash(load_key(bytes + at) & kFoldKey);
    candidates[left] = at;
    left += (second[bit / 32] >> (bit % 32)) & 1;
  }
  count = left;
  left = 0;
  // The first window may start the text, and the last one end it: those are at the edge.
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t at = candidates[i];
    const auto before = static_cast<unsigned char>(bytes[at - (at > 0 ? 1 : 0)]);
    const auto after =
        static_cast<unsigned char>(bytes[std::min<std::size_t>(at + kWindowSize, last)]);
    const Beside& beside = beside_[start_hash(load_key(bytes + at) & kFoldKey)];
    candidates[left] = at;
    left += (beside.before >> folded_bit(before)) & (beside.after >> folded_bit(after)) & 1;
  }
  for (std::size_t i = 0; i < left; ++i) {
    const std::size_t at = candidates[i];
    const std::uint32_t key = load_key(bytes + at) & kFoldKey;
    const std::uint32_t hash = start_hash(key);
    const Window* end_of_list = windows_.data() + starts_[hash + 1];
    for (const Window* window = windows_.data() + starts_[hash]; window != end_of_list; ++window) {
      if (window->key != key) continue;
      const std::uint64_t end = at + window->ahead;
      if (end < kWindowReach || end + kBesideLiteral > target.bytes.size())
        continue;  // at the edge
      const Entry& entry = literals_[window->literal];
      if ((load64(bytes + end - kWord) & entry.mask) == entry.value) report(target, entry, end);
    }
  }
}

void LiteralMatcher::scan(ByteView bytes, std::span<const AnchorGlance> glances,
                          std::vector<AnchorHit>* hits) const {
  if (literals_.empty()) return;
  const Target target{bytes, glances, hits};
  const auto before = static_cast<std::ptrdiff_t>(hits->size());
  const std::size_t size = bytes.size();
  for (std::size_t end = 2; end < kWindowReach && end <= size; ++end) scan_edge(target, end);
  for (std::size_t end = std::max(kWindowReach, size - std::min(size, kBesideLiteral - 1));
       end <= size; ++end) {
    scan_edge(target, end);
  }
  const std::size_t places = size < kWindowSize ? 0 : size - kWindowSize + 1;
  for (std::size_t at = 0; at < places; at += kBlock) {
    scan_block(target, at, std::min(at + kBlock, places));
  }
  const auto order = [](const AnchorHit& a, const AnchorHit& b) {
    return std::tie(a.end, a.pattern) < std::tie(b.end, b.pattern);
  };
  std::sort(hits->begin() + before, hits->end(), order);
  hits->erase(std::unique(hits->begin() + before, hits->end(),
                          [](const AnchorHit& a, const AnchorHit& b) {
                            return a.end == b.end && a.pattern == b.pattern;
                          }),
              hits->end());
}

}  // namespace dragnet
