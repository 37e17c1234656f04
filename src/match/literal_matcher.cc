#include "match/literal_matcher.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "match/anchor.h"
#include "match/literal_windows.h"

namespace dragnet {

namespace {

constexpr unsigned kStartBits = 15;
constexpr unsigned kTailBits = 12;
constexpr unsigned kEdgeBits = 16;
constexpr std::size_t kWord = 8;
// Positions whose candidates are gathered before they are looked at; they stay in the first cache.
constexpr std::size_t kBlock = WindowSieve::kBlock;
std::uint32_t start_hash(std::uint32_t key) { return (key * 0x85EBCA6BU) >> (32 - kStartBits); }
// Of the last two, or three, bytes before an end, the last one highest.
std::uint32_t tail_hash(std::uint32_t two) {
  return ((two & 0x5f5fU) * 0x9E3779B1U) >> (32 - kTailBits);
}
std::uint32_t edge_hash(std::uint32_t three) {
  return ((three & 0x5f5f5fU) * 0x9E3779B1U) >> (32 - kEdgeBits);
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

}  // namespace

struct LiteralMatcher::HashedWindow {
  std::uint32_t hash;
  Window window;
};

struct LiteralMatcher::Target {
  ByteView bytes;
  std::span<const AnchorGlance> glances;
  std::vector<AnchorHit>* hits;
  CpuLevel level;
};

// Windows that may stand at a place, to be compared in one go. Neither how many a place has nor
// which of them agree is easy to foresee: so a place's windows are written by fours, however many
// there are, and then compared without a branch. That takes a tenth off the whole.
struct LiteralMatcher::Asked {
  static constexpr std::uint32_t kAtOnce = 4;
  static constexpr std::size_t kMost = 256;  // before they are compared
  struct One {
    std::uint32_t window;  // index
    std::uint32_t at;      // where it starts in the text
  };

  std::array<One, kMost + kAtOnce> all;
  std::size_t count = 0;
};

bool LiteralMatcher::takes(const Pattern& pattern) {
  return !pattern.literals.empty() &&
         std::all_of(pattern.literals.begin(), pattern.literals.end(), [](const Literal& literal) {
           return literal.size() >= kLeastLiteral && literal.size() <= kMaxAnchorWidth;
         });
}

void LiteralMatcher::add_window(const LiteralWindow& window, const std::vector<std::uint32_t>& keys,
                                std::uint32_t literal, std::vector<HashedWindow>* windows) {
  for (const std::uint32_t key : keys) {
    filter_.add(key);
    const std::uint32_t hash = start_hash(key);
    slots_[hash].before |= halved(window.before);
    slots_[hash].after |= halved(window.after);
    const auto ahead = static_cast<std::uint32_t>(window.ahead);
    windows->push_back({hash, {literals_[literal].tail, literal, ahead}});
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
  std::memcpy(&entry.tail.value, value.data(), kWord);
  std::memcpy(&entry.tail.mask, mask.data(), kWord);
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
    out.literals_.back().sides = literal_sides(literal, known.glances);
    out.literals_.back().first_pattern = static_cast<std::uint32_t>(out.patterns_.size());
    out.literals_.back().pattern_count = static_cast<std::uint32_t>(known.ids.size());
    out.patterns_.insert(out.patterns_.end(), known.ids.begin(), known.ids.end());
    windows.push_back(literal_windows(literal, known.glances));
  }
  out.slots_.assign((std::size_t{1} << kStartBits) + 1, Slot());
  std::vector<std::size_t> chosen;
  out.sieve_ = WindowSieve::build(windows, &chosen);
  std::vector<Literal> literals;
  literals.reserve(users.size());
  std::vector<HashedWindow> hashed;
  for (const auto& [literal, known] : users) {
    const LiteralWindow& window = windows[literals.size()][chosen[literals.size()]];
    out.add_window(window, window_keys(literal, known.glances, window.ahead),
                   static_cast<std::uint32_t>(literals.size()), &hashed);
    literals.push_back(literal);
  }
  out.index_windows(std::move(hashed));
  out.index_tails(literals);
  return out;
}

void LiteralMatcher::index_windows(std::vector<HashedWindow> windows) {
  const auto place = [](const HashedWindow& a) {
    return std::tuple(a.hash, a.window.literal, a.window.ahead);
  };
  std::sort(windows.begin(), windows.end(),
            [&](const HashedWindow& a, const HashedWindow& b) { return place(a) < place(b); });
  // One is enough of those of a literal whose keys have one hash.
  windows.erase(std::unique(windows.begin(), windows.end(),
                            [&](const HashedWindow& a, const HashedWindow& b) {
                              return place(a) == place(b);
                            }),
                windows.end());
  windows_.reserve(windows.size());
  for (const HashedWindow& window : windows) {
    ++slots_[window.hash + 1].first;
    windows_.push_back(window.window);
  }
  for (std::size_t i = 1; i < slots_.size(); ++i) slots_[i].first += slots_[i - 1].first;
}

void LiteralMatcher::index_tails(const std::vector<Literal>& literals) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
  order.reserve(literals.size());
  edge_filter_.assign((std::size_t{1} << kEdgeBits) / 32, 0);
  for (std::uint32_t i = 0; i < literals.size(); ++i) {
    const Literal& literal = literals[i];
    const auto letter = [&](std::size_t back) {
      return static_cast<std::uint32_t>(literal[literal.size() - back] & 0xff);
    };
    const std::uint32_t two = letter(1) << 8 | letter(2);
    order.emplace_back(tail_hash(two), i);
    const bool any = literal.size() == 2;  // may stand before them
    for (std::uint32_t third = any ? 0 : letter(3); third <= (any ? 0xff : letter(3)); ++third) {
      const std::uint32_t bit = edge_hash(two << 8 | third);
      edge_filter_[bit / 32] |= 1U << (bit % 32);
    }
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
  return filter_.size() + slots_.size() * sizeof(Slot) + windows_.size() * sizeof(Window) +
         literals_.size() * sizeof(Entry) + heads_.size() * sizeof(heads_[0]) +
         (patterns_.size() + edge_filter_.size() + tail_starts_.size() + tails_.size()) *
             sizeof(std::uint32_t);
}

bool LiteralMatcher::consistent() const {
  if (literals_.empty()) return true;
  const auto is_literal = [&](std::uint32_t index) { return index < literals_.size(); };
  return sieve_.consistent() && filter_.consistent() &&
         slots_.size() == (std::size_t{1} << kStartBits) + 1 &&
         std::is_sorted(slots_.begin(), slots_.end(),
                        [](const Slot& a, const Slot& b) { return a.first < b.first; }) &&
         slots_.back().first == windows_.size() &&
         edge_filter_.size() == (std::size_t{1} << kEdgeBits) / 32 &&
         tail_starts_.size() == (std::size_t{1} << kTailBits) + 1 &&
         std::is_sorted(tail_starts_.begin(), tail_starts_.end()) &&
         tail_starts_.back() == tails_.size() &&
         std::all_of(tails_.begin(), tails_.end(), is_literal) &&
         std::all_of(windows_.begin(), windows_.end(),
                     [&](const Window& window) {
                       return is_literal(window.literal) && window.ahead <= kWindowReach &&
                              window.tail == literals_[window.literal].tail;
                     }) &&
         std::all_of(literals_.begin(), literals_.end(), [&](const Entry& entry) {
           return entry.head <= heads_.size() &&
                  heads_.size() - entry.head >= entry.length - std::min(entry.length, 8U) &&
                  entry.first_pattern <= patterns_.size() &&
                  patterns_.size() - entry.first_pattern >= entry.pattern_count;
         });
}

// What stands around the literal before `end`: asked here, where its patterns need not be looked
// up.
bool LiteralMatcher::Entry::may_stand(const char* end) const {
  const char* before = end - length - 1;
  std::uint64_t agree = 1;
  for (std::size_t i = 0; i < kBesideLiteral; ++i) {
    agree &= sides.before[i] >> folded_bit(static_cast<unsigned char>(*(before - i)));
    agree &= sides.after[i] >> folded_bit(static_cast<unsigned char>(end[i]));
  }
  return agree != 0;
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

// Literals that end at `end`, before which stand these eight bytes, the last of them highest.
void LiteralMatcher::look_up_end(const Target& target, std::uint64_t word,
                                 std::uint64_t end) const {
  const std::uint32_t bit = edge_hash(static_cast<std::uint32_t>(word >> 40));
  if (((edge_filter_[bit / 32] >> (bit % 32)) & 1) == 0) return;
  const std::uint32_t hash = tail_hash(static_cast<std::uint32_t>(word >> 48));
  for (std::uint32_t i = tail_starts_[hash]; i < tail_starts_[hash + 1]; ++i) {
    const Entry& entry = literals_[tails_[i]];
    if (entry.tail.is(word)) report(target, entry, end);
  }
}

// Where a window, or what stands beside it, may lie outside of the text.
void LiteralMatcher::scan_edges(const Target& target) const {
  const std::size_t size = target.bytes.size();
  std::array<char, kWord + kWindowReach> first{};  // zeros, then the first bytes
  const std::size_t near = std::min(size, kWindowReach);
  std::memcpy(first.data() + kWord, target.bytes.data(), near);
  for (std::size_t end = 2; end <= near; ++end) {
    look_up_end(target, load64(first.data() + end), end);
  }
  for (std::size_t end = std::max(near, size - std::min(size, kBesideLiteral)) + 1; end <= size;
       ++end) {
    look_up_end(target, load64(target.bytes.data() + end - kWord), end);
  }
}

// Writes the places from `from` on, of those in [from, to), where windows may stand; returns how
// many.
std::size_t LiteralMatcher::find_places(const Target& target, std::size_t from, std::size_t to,
                                        WindowSieve::Places* places) const {
  const char* bytes = target.bytes.data() + from;
  std::size_t count = to - from;
  if (WindowSieve::may_use(target.level)) {
    count = sieve_.scan({bytes, to - from + kWindowSize - 1}, places);
  } else {
    std::iota(places->begin(), places->begin() + static_cast<std::ptrdiff_t>(count),
              std::uint16_t{0});
  }
  count = filter_.keep(bytes, places, count, target.level);
  std::size_t left = 0;
  // The first window may start the text, and the last one end it: those are at the edge.
  const char* first = target.bytes.data();
  const char* last = first + target.bytes.size() - 1;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t at = (*places)[i];
    const auto before = static_cast<unsigned char>(*std::max(bytes + at - 1, first));
    const auto after = static_cast<unsigned char>(*std::min(bytes + at + kWindowSize, last));
    const Slot& slot = slots_[start_hash(load_key(bytes + at) & kFoldKey)];
    (*places)[left] = at;
    left += (slot.before >> (before & 31)) & (slot.after >> (after & 31)) & 1;
  }
  return left;
}

// Reports the literals that stand where their windows were asked for. What is at the text's edge is
// not looked at.
void LiteralMatcher::compare(const Target& target, Asked* asked) const {
  const char* text = target.bytes.data();
  const std::size_t last = target.bytes.size() - kBesideLiteral;
  struct Agreeing {
    std::uint32_t literal;  // index
    std::uint32_t end;
  };
  std::array<Agreeing, Asked::kMost + Asked::kAtOnce> agreeing;
  std::size_t count = 0;
  for (std::size_t i = 0; i < asked->count; ++i) {
    const Asked::One one = asked->all[i];
    const Window& window = windows_[one.window];
    const std::size_t wanted = std::size_t{one.at} + window.ahead;
    const std::size_t end = std::clamp(wanted, kWindowReach, last);
    const bool is = window.tail.is(load64(text + end - kWord));
    agreeing[count] = {window.literal, static_cast<std::uint32_t>(wanted)};
    count += static_cast<std::size_t>(is) & static_cast<std::size_t>(end == wanted);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Entry& entry = literals_[agreeing[i].literal];
    const std::size_t end = agreeing[i].end;
    if (end >= entry.length + kBesideLiteral && !entry.may_stand(text + end)) continue;
    report(target, entry, end);
  }
  asked->count = 0;
}

// Windows that start in [from, to).
void LiteralMatcher::scan_block(const Target& target, std::size_t from, std::size_t to) const {
  if (target.bytes.size() < kWindowReach + kBesideLiteral) return;
  WindowSieve::Places places;
  const std::size_t count = find_places(target, from, to, &places);
  Asked asked;
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::uint32_t>(from + places[i]);
    const Slot* slot = slots_.data() + start_hash(load_key(target.bytes.data() + at) & kFoldKey);
    const std::uint32_t end = slot[1].first;
    for (std::uint32_t window = slot[0].first; window < end; window += Asked::kAtOnce) {
      for (std::uint32_t k = 0; k < Asked::kAtOnce; ++k) {
        asked.all[asked.count + k] = {window + k, at};
      }
      asked.count += std::min(end - window, Asked::kAtOnce);
      if (asked.count > Asked::kMost) compare(target, &asked);
    }
  }
  compare(target, &asked);
}

void LiteralMatcher::scan(ByteView bytes, std::span<const AnchorGlance> glances,
                          std::vector<AnchorHit>* hits, CpuLevel level) const {
  if (literals_.empty() || bytes.empty()) return;
  const Target target{bytes, glances, hits, level};
  const auto before = static_cast<std::ptrdiff_t>(hits->size());
  scan_edges(target);
  const std::size_t size = bytes.size();
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
