#include "match/literal_matcher.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <tuple>
#include <utility>

#include "match/anchor.h"
#include "match/literal_windows.h"

namespace dragnet {

namespace {

// Beyond the first cache, but not the second: a place that passes for nothing costs more.
constexpr unsigned kFilterBits = 20;
constexpr unsigned kStartBits = 15;
constexpr unsigned kTailBits = 12;
constexpr std::size_t kWord = 8;
// Positions whose candidates are gathered before they are looked at; they stay in the first cache.
constexpr std::size_t kBlock = WindowSieve::kBlock;
constexpr std::uint32_t kFilterFactor = 0x9E3779B1U;
std::uint32_t filter_hash(std::uint32_t key) { return (key * kFilterFactor) >> (32 - kFilterBits); }
std::uint32_t start_hash(std::uint32_t key) { return (key * 0x85EBCA6BU) >> (32 - kStartBits); }
std::uint32_t tail_hash(unsigned before_last, unsigned last) {
  const std::uint32_t key = (last & kFoldByte) << 8 | (before_last & kFoldByte);
  return (key * 0x9E3779B1U) >> (32 - kTailBits);
}

// Of a folded byte's bits, those of two made one.
constexpr std::uint32_t halved(std::uint64_t bits) {
  return static_cast<std::uint32_t>(bits | bits >> 32);
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

}  // namespace

struct LiteralMatcher::Target {
  ByteView bytes;
  std::span<const AnchorGlance> glances;
  std::vector<AnchorHit>* hits;
  CpuLevel level;
};

bool LiteralMatcher::takes(const Pattern& pattern) {
  return !pattern.literals.empty() &&
         std::all_of(pattern.literals.begin(), pattern.literals.end(), [](const Literal& literal) {
           return literal.size() >= kLeastLiteral && literal.size() <= kMaxAnchorWidth;
         });
}

void LiteralMatcher::add_window(const LiteralWindow& window, const std::vector<std::uint32_t>& keys,
                                std::uint32_t literal) {
  for (const std::uint32_t key : keys) {
    windows_.push_back({key, literal, static_cast<std::uint32_t>(window.ahead)});
    const std::uint32_t bit = filter_hash(key);
    filter_[bit / 32] |= 1U << (bit % 32);
    beside_[start_hash(key)].before |= halved(window.before);
    beside_[start_hash(key)].after |= halved(window.after);
  }
}

// Appends what is compared at the literal's place.
void LiteralMatcher::add_entry(const Literal& literal) {
  Entry entry;
  entry.length = static_cast<std::uint32_t>(literal.size());
  entry.head = static_cast<std::uint32_t>(heads_.size());
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
  heads_.insert(heads_.end(), literal.begin(), literal.end() - static_cast<std::ptrdiff_t>(tail));
  literals_.push_back(entry);
}

LiteralMatcher LiteralMatcher::build(std::span<const Pattern> patterns) {
  struct Users {
    std::vector<std::uint32_t> ids;
    std::vector<const AnchorGlance*> glances;
  };
  std::map<Literal, Users> users;
  for (const Pattern& pattern : patterns) {
    for (const Literal& literal : pattern.literals) {
      Users& known = users[literal];
      if (!known.ids.empty() && known.ids.back() == pattern.id) continue;
      known.ids.push_back(pattern.id);
      known.glances.push_back(pattern.glance);
    }
  }
  LiteralMatcher out;
  std::vector<std::vector<LiteralWindow>> windows;
  windows.reserve(users.size());
  for (const auto& [literal, known] : users) {
    out.add_entry(literal);
    out.literals_.back().first_pattern = static_cast<std::uint32_t>(out.patterns_.size());
    out.literals_.back().pattern_count = static_cast<std::uint32_t>(known.ids.size());
    out.patterns_.insert(out.patterns_.end(), known.ids.begin(), known.ids.end());
    windows.push_back(literal_windows(literal, known.glances));
  }
  out.beside_.assign(std::size_t{1} << kStartBits, Beside());
  std::vector<std::size_t> chosen;
  out.sieve_ = WindowSieve::build(windows, &chosen);
  std::vector<Literal> literals;
  literals.reserve(users.size());
  out.filter_.assign((std::size_t{1} << kFilterBits) / 32, 0);
  for (const auto& [literal, known] : users) {
    const LiteralWindow& window = windows[literals.size()][chosen[literals.size()]];
    out.add_window(window, window_keys(literal, known.glances, window.ahead),
                   static_cast<std::uint32_t>(literals.size()));
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
  return filter_.size() * sizeof(filter_[0]) + beside_.size() * sizeof(Beside) +
         windows_.size() * sizeof(Window) + literals_.size() * sizeof(Entry) +
         heads_.size() * sizeof(heads_[0]) +
         (starts_.size() + patterns_.size() + tail_starts_.size() + tails_.size()) * 4;
}

bool LiteralMatcher::consistent() const {
  if (literals_.empty()) return true;
  const auto is_literal = [&](std::uint32_t index) { return index < literals_.size(); };
  return filter_.size() == (std::size_t{1} << kFilterBits) / 32 && sieve_.consistent() &&
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

// Windows that start in [from, to).
void LiteralMatcher::scan_block(const Target& target, std::size_t from, std::size_t to) const {
  const char* bytes = target.bytes.data() + from;
  WindowSieve::Places candidates;
  std::size_t count = 0;
  const auto ask = [&](std::size_t at) {
    const std::uint32_t bit = filter_hash(load_key(bytes + at) & kFoldKey);
    candidates[count] = static_cast<std::uint16_t>(at);
    count += (filter_[bit / 32] >> (bit % 32)) & 1;
  };
  if (WindowSieve::may_use(target.level)) {
    const std::size_t sieved = sieve_.scan({bytes, to - from + kWindowSize - 1}, &candidates);
    for (std::size_t i = 0; i < sieved; ++i) ask(candidates[i]);
  } else {
    for (std::size_t at = 0; at < to - from; ++at) ask(at);
  }
  std::size_t left = 0;
  // The first window may start the text, and the last one end it: those are at the edge.
  const char* first = target.bytes.data();
  const char* last = first + target.bytes.size() - 1;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t at = candidates[i];
    const auto before = static_cast<unsigned char>(*std::max(bytes + at - 1, first));
    const auto after = static_cast<unsigned char>(*std::min(bytes + at + kWindowSize, last));
    const Beside& beside = beside_[start_hash(load_key(bytes + at) & kFoldKey)];
    candidates[left] = at;
    left += (beside.before >> (before & 31)) & (beside.after >> (after & 31)) & 1;
  }
  for (std::size_t i = 0; i < left; ++i) {
    const std::size_t at = candidates[i];
    const std::uint32_t key = load_key(bytes + at) & kFoldKey;
    const std::uint32_t hash = start_hash(key);
    const Window* end_of_list = windows_.data() + starts_[hash + 1];
    for (const Window* window = windows_.data() + starts_[hash]; window != end_of_list; ++window) {
      if (window->key != key) continue;
      const std::uint64_t end = from + at + window->ahead;
      if (end < kWindowReach || end + kBesideLiteral > target.bytes.size()) continue;
      const Entry& entry = literals_[window->literal];
      const std::uint64_t word = load64(target.bytes.data() + end - kWord);
      if ((word & entry.mask) == entry.value) report(target, entry, end);
    }
  }
}

void LiteralMatcher::scan(ByteView bytes, std::span<const AnchorGlance> glances,
                          std::vector<AnchorHit>* hits, CpuLevel level) const {
  if (literals_.empty()) return;
  const Target target{bytes, glances, hits, level};
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
