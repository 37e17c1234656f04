#include "match/literal_matcher.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "match/anchor.h"

#ifdef STATS
unsigned long long g_stats[8];
#define STAT(i, n) g_stats[i] += (n)
#else
#define STAT(i, n)
#endif
namespace dragnet {

namespace {

constexpr unsigned kFilterBits = 18;
constexpr unsigned kSecondBits = 19;
constexpr unsigned kStartBits = 14;
constexpr unsigned kTailBits = 12;
constexpr std::size_t kWindow = 4;
constexpr std::size_t kWord = 8;
// Bytes next to a literal that a window may hold, on each side.
constexpr std::size_t kAround = 2;
// No window starts more than this before its literal's end.
constexpr std::size_t kReach = 12;
// Positions whose candidates are gathered before they are looked at; they stay in the first cache.
constexpr std::size_t kBlock = 4096;
// Combinations that a window may stand for.
constexpr std::size_t kMostKeys = 8192;
// What a key costs by making the filter less selective, in matches a byte.
constexpr double kKeyCost = 1.5e-6;

// What is left of a byte in a key: both cases of a letter become one, bytes above ASCII become some
// in it.
constexpr std::uint32_t kFoldByte = 0x5f;
constexpr std::uint32_t kFold = kFoldByte * 0x01010101U;

std::uint32_t filter_hash(std::uint32_t key) { return key * 0x9E3779B1U; }
std::uint32_t second_hash(std::uint32_t key) { return key * 0xC2B2AE35U; }
std::uint32_t start_hash(std::uint32_t key) { return (key * 0x85EBCA6BU) >> (32 - kStartBits); }
std::uint32_t tail_hash(unsigned before_last, unsigned last) {
  const std::uint32_t key = (last & kFoldByte) << 8 | (before_last & kFoldByte);
  return (key * 0x9E3779B1U) >> (32 - kTailBits);
}

std::uint32_t load32(const char* at) {
  std::uint32_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}
std::uint64_t load64(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

ByteSet letter_set(char16_t letter) {
  ByteSet set;
  set.set(letter & 0xffU);
  if ((letter & kBothCases) != 0) set.set((letter & 0xffU) - 32);
  return set;
}

bool is_letter(char byte, char16_t letter) {
  const auto octet = static_cast<unsigned char>(byte);
  const unsigned wanted = letter & 0xffU;
  return octet == wanted || ((letter & kBothCases) != 0 && octet + 32U == wanted);
}

// What can stand at each place of a literal and around it.
struct Places {
  std::vector<ByteSet> sets;  // kAround bytes before it, those of it, kAround after it
  std::size_t end = 0;        // index of the first byte after the literal
};

Places places_of(const Literal& literal, const std::vector<const AnchorGlance*>& glances) {
  Places out;
  const std::size_t size = literal.size();
  out.sets.assign(size + 2 * kAround, ByteSet());
  out.end = kAround + size;
  for (std::size_t i = 0; i < size; ++i) out.sets[kAround + i] = letter_set(literal[i]);
  for (const AnchorGlance* glance : glances) {
    for (std::size_t i = 0; i < kAround; ++i) {
      ByteSet any;
      any.set();
      const auto distance = static_cast<std::uint32_t>(i);
      out.sets[out.end + i] |= glance != nullptr ? glance->after(distance) : any;
      // What a glance knows of the bytes before counts from the least width of the anchor.
      const bool known = glance != nullptr && glance->nearest() == size;
      out.sets[kAround - 1 - i] |= known ? glance->before(distance) : any;
    }
  }
  return out;
}

std::vector<unsigned> folded_bytes(const ByteSet& set) {
  ByteSet folded;
  for (std::size_t byte = 0; byte < set.size(); ++byte) {
    if (set[byte]) folded.set(byte & kFoldByte);
  }
  std::vector<unsigned> out;
  for (std::size_t byte = 0; byte < folded.size(); ++byte) {
    if (folded[byte]) out.push_back(static_cast<unsigned>(byte));
  }
  return out;
}

std::size_t key_count(const Places& places, std::size_t start) {
  std::size_t count = 1;
  for (std::size_t i = start; i < start + kWindow; ++i) {
    count *= folded_bytes(places.sets[i]).size();
    if (count > kMostKeys) return count;
  }
  return count;
}

double window_rate(const Places& places, std::size_t start) {
  Piece piece = empty_piece();
  for (std::size_t i = start; i < start + kWindow; ++i) {
    ByteSet both = places.sets[i];
    for (unsigned c = 'a'; c <= 'z'; ++c) {
      if (both[c] || both[c - 32]) both.set(c).set(c - 32);
    }
    piece = joined(piece, class_piece(both));
  }
  return piece.rate;
}

// The cheapest window of that parity, by how far it starts before the literal's end.
std::optional<std::size_t> best_window(const Places& places, std::size_t parity) {
  std::optional<std::size_t> best;
  double least = 0;
  const std::size_t most = std::min(kReach, places.end);
  for (std::size_t ahead = kWindow - kAround; ahead <= most; ++ahead) {
    if (ahead % 2 != parity) continue;
    const std::size_t start = places.end - ahead;
    const std::size_t keys = key_count(places, start);
    if (keys > kMostKeys) continue;
    const double cost = window_rate(places, start) + kKeyCost * static_cast<double>(keys);
    if (best && cost >= least) continue;
    best = ahead;
    least = cost;
  }
  return best;
}

// Every way to take a byte of each set, as a word.
std::vector<std::uint32_t> keys_of(const Places& places, std::size_t start) {
  std::vector<std::uint32_t> keys = {0};
  for (std::size_t i = 0; i < kWindow; ++i) {
    std::vector<std::uint32_t> longer;
    for (const unsigned byte : folded_bytes(places.sets[start + i])) {
      for (const std::uint32_t key : keys) {
        std::array<char, kWindow> bytes;
        std::memcpy(bytes.data(), &key, kWindow);
        bytes[i] = static_cast<char>(byte);
        longer.push_back(load32(bytes.data()));
      }
    }
    keys = std::move(longer);
  }
  return keys;
}

bool in_order(const std::vector<std::uint32_t>& starts, std::size_t count, std::size_t last) {
  return starts.size() == count + 1 && std::is_sorted(starts.begin(), starts.end()) &&
         starts.back() == last;
}

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
           const Places places = places_of(literal, {pattern.glance});
           return literal.size() > 2 || (best_window(places, 0) && best_window(places, 1));
         });
}

void LiteralMatcher::add_windows(const Literal& literal,
                                 const std::vector<const AnchorGlance*>& glances,
                                 std::uint32_t index) {
  const Places places = places_of(literal, glances);
  for (const std::size_t parity : {0, 1}) {
    const auto ahead = best_window(places, parity);
    if (!ahead) continue;  // `takes` refused it
    for (const std::uint32_t key : keys_of(places, places.end - *ahead)) {
      windows_.push_back({key, index, static_cast<std::uint32_t>(*ahead)});
    }
  }
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
  filter_.assign((std::size_t{1} << kFilterBits) / 64, 0);
  second_.assign((std::size_t{1} << kSecondBits) / 64, 0);
  starts_.assign((std::size_t{1} << kStartBits) + 1, 0);
  for (const Window& window : windows_) {
    const std::uint32_t bit = filter_hash(window.key) >> (32 - kFilterBits);
    filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    const std::uint32_t again = second_hash(window.key) >> (32 - kSecondBits);
    second_[again / 64] |= std::uint64_t{1} << (again % 64);
    ++starts_[start_hash(window.key) + 1];
  }
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
  return (filter_.size() + second_.size()) * sizeof(filter_[0]) + windows_.size() * sizeof(Window) +
         literals_.size() * sizeof(Entry) + heads_.size() * sizeof(heads_[0]) +
         (starts_.size() + patterns_.size() + tail_starts_.size() + tails_.size()) * 4;
}

bool LiteralMatcher::consistent() const {
  if (literals_.empty()) return true;
  const auto is_literal = [&](std::uint32_t index) { return index < literals_.size(); };
  return filter_.size() == (std::size_t{1} << kFilterBits) / 64 &&
         second_.size() == (std::size_t{1} << kSecondBits) / 64 &&
         in_order(starts_, std::size_t{1} << kStartBits, windows_.size()) &&
         in_order(tail_starts_, std::size_t{1} << kTailBits, tails_.size()) &&
         std::all_of(tails_.begin(), tails_.end(), is_literal) &&
         std::all_of(windows_.begin(), windows_.end(),
                     [&](const Window& window) {
                       return is_literal(window.literal) && window.ahead <= kReach;
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
  STAT(4, 1);
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
  std::array<std::uint32_t, kBlock / 2> candidates;
  const char* bytes = target.bytes.data();
  const std::uint64_t* filter = filter_.data();
  std::size_t count = 0;
  for (std::size_t at = from; at < to; at += 2) {
    const std::uint32_t bit = filter_hash(load32(bytes + at) & kFold) >> (32 - kFilterBits);
    candidates[count] = static_cast<std::uint32_t>(at);
    count += (filter[bit / 64] >> (bit % 64)) & 1;
  }
  STAT(0, count);
  const std::uint64_t* second = second_.data();
  std::size_t left = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t at = candidates[i];
    const std::uint32_t bit = second_hash(load32(bytes + at) & kFold) >> (32 - kSecondBits);
    candidates[left] = at;
    left += (second[bit / 64] >> (bit % 64)) & 1;
  }
  STAT(1, left);
  for (std::size_t i = 0; i < left; ++i) {
    const std::size_t at = candidates[i];
    const std::uint32_t key = load32(bytes + at) & kFold;
    const std::uint32_t hash = start_hash(key);
    const Window* end_of_list = windows_.data() + starts_[hash + 1];
    for (const Window* window = windows_.data() + starts_[hash]; window != end_of_list; ++window) {
      STAT(2, 1);
      if (window->key != key) continue;
      STAT(3, 1);
      const std::uint64_t end = at + window->ahead;
      if (end < kReach || end + kAround > target.bytes.size()) continue;  // at the edge
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
  for (std::size_t end = 2; end < kReach && end <= size; ++end) scan_edge(target, end);
  for (std::size_t end = std::max(kReach, size - std::min(size, kAround - 1)); end <= size; ++end) {
    scan_edge(target, end);
  }
  const std::size_t places = size < kWindow ? 0 : size - kWindow + 1;
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
