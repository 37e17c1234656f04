#include "match/precheck.h"

#include <algorithm>
#include <array>
#include <bit>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "match/anchor_places.h"
#include "match/near_sets.h"
#include "match/regex_nfa.h"

namespace dragnet {

namespace {

using Places = NfaPlaces;
constexpr std::uint32_t kNear = AnchorGlance::kNear;

constexpr unsigned char kNo = 0;
constexpr unsigned char kMaybe = 1;
constexpr unsigned kFirstState = 2;
// What is not reached within the limit passes. Forwards a chain of 80 bytes takes 80 states; the
// default rules' tables take 2.0 MB, with 40 states a quarter less, and a hit costs a third more.
// Backwards few rules take many, those with lists of words before the anchor, and no state's number
// may exceed a byte.
constexpr std::size_t kMaxStatesForward = 80;
constexpr std::size_t kMaxStatesBackward = 250;

// So many bytes are read on before it is asked what is remembered.
constexpr std::uint64_t kShortRun = 32;

// Least number of bytes from one of `open`, itself included, to a place that is `wanted`; 0 where
// there is no way.
template <typename Wanted>
std::uint32_t least_bytes(const RegexNfa& regex, const Places& from, const Wanted& wanted) {
  std::vector<std::uint32_t> distance(regex.places.size());  // 0: not reached
  std::deque<std::uint32_t> open(from.begin(), from.end());
  for (const std::uint32_t place : from) distance[place] = 1;
  while (!open.empty()) {
    const std::uint32_t place = open.front();
    open.pop_front();
    if (wanted(place)) return distance[place];
    for (const std::uint32_t next : regex.places[place].next) {
      if (distance[next] != 0) continue;
      distance[next] = distance[place] + 1;
      open.push_back(next);
    }
  }
  return 0;
}

// Has matches start with the byte before them where that must be one of a few. Whether any must.
bool add_fronts(RegexNfa* regex) {
  bool any = false;
  std::unordered_map<ByteSet, std::uint32_t> fronts;  // the place of each
  const std::size_t count = regex->places.size();
  for (std::uint32_t place = 0; place < count; ++place) {
    const ByteSet front = regex->places[place].front;
    if (!regex->places[place].first || front.all()) continue;
    any = true;
    regex->places[place].first = false;
    if (front.none()) continue;  // only at the text's start
    const auto [known, added] =
        fronts.emplace(front, static_cast<std::uint32_t>(regex->places.size()));
    if (added) {
      regex->places.emplace_back().set = front;
      regex->places.back().first = true;
    }
    regex->places[known->second].next.push_back(place);
    regex->places[place].previous.push_back(known->second);
  }
  return any;
}

// By class, as a precheck has it.
std::string refused_bits(const std::string& classes, std::uint32_t count, const NearSets& after,
                         const NearSets& before) {
  std::string refused(count, '\xff');
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const std::size_t index = static_cast<unsigned char>(classes[byte]);
    for (std::uint32_t i = 0; i < kNear; ++i) {
      if (after[i][byte]) refused[index] &= static_cast<char>(~(1U << i));
      if (before[i][byte]) refused[index] &= static_cast<char>(~(1U << (kNear + i)));
    }
  }
  return refused;
}

// Bytes that no place tells apart, as one number each; `count` of them.
std::string byte_classes(const RegexNfa& regex, std::uint32_t* count) {
  std::string classes(256, '\0');
  unsigned used = 1;
  std::unordered_set<ByteSet> sets;
  for (const RegexNfa::Place& place : regex.places) {
    if (!sets.insert(place.set).second) continue;
    std::map<std::pair<char, bool>, unsigned> split;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const auto next = static_cast<unsigned>(split.size());
      split.emplace(std::pair(classes[byte], place.set[byte]), next);
    }
    if (split.size() == used) continue;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      classes[byte] = static_cast<char>(split.at({classes[byte], place.set[byte]}));
    }
    used = static_cast<unsigned>(split.size());
  }
  *count = used;
  return classes;
}

std::uint32_t row_bits(std::size_t classes) {
  return static_cast<std::uint32_t>(std::bit_width(classes - 1));
}

// The automaton that reads on from the ends of the anchor, in one direction.
class Automaton {
 public:
  Automaton(const RegexNfa& regex, const std::string& classes, std::uint32_t count, bool forward)
      : regex_(regex), forward_(forward), sample_(count) {
    for (std::size_t byte = 256; byte-- > 0;) {
      sample_[static_cast<unsigned char>(classes[byte])] = byte;
    }
  }

  // `entered` are the places that read the first byte.
  std::string table(Places entered) {
    state_of(std::move(entered));
    std::string out;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const Places reading = *states_[i];
      for (const std::size_t byte : sample_) out += static_cast<char>(step(reading, byte));
      out.resize((i + 1) << row_bits(sample_.size()), static_cast<char>(kMaybe));
    }
    return out;
  }

 private:
  // What reading `byte` at one of `reading` leads to.
  unsigned char step(const Places& reading, std::size_t byte) {
    Places after;
    bool any = false;
    for (const std::uint32_t index : reading) {
      const RegexNfa::Place& place = regex_.places[index];
      if (!place.set[byte]) continue;
      any = true;
      if (forward_ ? place.last : place.first) return kMaybe;
      const Places& next = forward_ ? place.next : place.previous;
      after.insert(after.end(), next.begin(), next.end());
    }
    if (!any) return kNo;
    tidy(&after);
    return state_of(std::move(after));
  }

  unsigned char state_of(Places places) {
    const auto known = numbers_.find(places);
    if (known != numbers_.end()) return known->second;
    if (states_.size() >= (forward_ ? kMaxStatesForward : kMaxStatesBackward)) return kMaybe;
    const auto number = static_cast<unsigned char>(kFirstState + states_.size());
    states_.push_back(&numbers_.emplace(std::move(places), number).first->first);
    return number;
  }

  const RegexNfa& regex_;
  bool forward_;
  std::vector<std::size_t> sample_;  // a byte of each class
  std::map<Places, unsigned char> numbers_;
  std::vector<const Places*> states_;
};

// Tables may come from a file: what lies outside of them is a maybe, at no cost when they are read.
unsigned char at(std::string_view table, std::size_t index) {
  return index < table.size() ? static_cast<unsigned char>(table[index]) : kMaybe;
}

}  // namespace

Precheck Precheck::derive(const RegexNode& regex_tree, const RegexNode& anchor_tree) {
  Precheck out;
  auto regex = build_nfa(regex_tree);
  const auto anchor = build_nfa(anchor_tree);
  if (!regex || !anchor || regex->nullable || anchor->nullable) return out;
  Places ends = necessary_ends(*regex, *anchor, asserts(anchor_tree));
  out.least_before_ = least_bytes(*regex, first_places(*regex), [&](std::uint32_t place) {
    return std::binary_search(ends.begin(), ends.end(), place);
  });
  ByteSet first;
  ByteSet front;
  for (const std::uint32_t place : first_places(*regex)) {
    first |= regex->places[place].set;
    front |= regex->places[place].front;
  }
  out.bounded_front_ = add_fronts(&*regex);
  std::uint32_t count = 0;
  out.classes_ = byte_classes(*regex, &count);
  out.row_bits_ = row_bits(count);
  out.starts_.assign(256, '\0');
  for (std::size_t byte = 0; byte < 256; ++byte) {
    char& traits = out.starts_[octet(out.classes_[byte])];
    traits = static_cast<char>(traits | (first[byte] ? kFirst : 0) | (front[byte] ? kFront : 0));
  }
  Places after;
  NearSets near_after = anything();
  bool may_end = false;
  for (const std::uint32_t place : ends) {
    may_end = may_end || regex->places[place].last;
    after.insert(after.end(), regex->places[place].next.begin(), regex->places[place].next.end());
  }
  tidy(&after);
  if (!may_end) {
    out.least_after_ =
        least_bytes(*regex, after, [&](std::uint32_t place) { return regex->places[place].last; });
    near_after = sets_after(*regex, after);
    out.forward_ = Automaton(*regex, out.classes_, count, true).table(std::move(after));
  }
  const NearSets near_before = sets_before(*regex, ends, *anchor, &out.nearest_);
  out.refused_ = refused_bits(out.classes_, count, near_after, near_before);
  out.backward_ = Automaton(*regex, out.classes_, count, false).table(std::move(ends));
  return out;
}

void Precheck::set_tail(std::uint32_t tail) {
  tail_ = std::min(tail, least_after_);
  least_after_ -= tail_;
  least_before_ += tail_;
}

// From `point` until it is decided or at `limit`.
template <bool kForward>
RunMemo::Point Precheck::read_on(ByteView text, RunMemo::Point point, std::uint64_t limit) const {
  const std::string& table = kForward ? forward_ : backward_;
  while (point.state >= kFirstState && point.at != limit) {
    const auto byte = static_cast<unsigned char>(text[kForward ? point.at : point.at - 1]);
    const std::size_t row = std::size_t{point.state - kFirstState} << row_bits_;
    point.state = at(table, row + at(classes_, byte));
    point.at = kForward ? point.at + 1 : point.at - 1;
  }
  return point;
}

// The same from the anchor on, with what earlier runs know of the way.
template <bool kForward>
RunMemo::Point Precheck::run(ByteView text, std::uint64_t start, std::uint64_t limit,
                             const MemoSlot& slot) const {
  constexpr std::uint64_t kStep = RunMemo::kStep;
  // `past`: whether `a` is farther on than `b`.
  const auto past = [](std::uint64_t a, std::uint64_t b) { return kForward ? a > b : a < b; };
  const auto next_stop = [&](std::uint64_t place) {
    if (!kForward) return place == 0 ? limit : std::max((place - 1) / kStep * kStep, limit);
    return std::min((place / kStep + 1) * kStep, limit);
  };
  // Most runs are over after a few bytes.
  const std::uint64_t near = kForward ? std::min(start + kShortRun, limit)
                                      : std::max(start, kShortRun + limit) - kShortRun;
  RunMemo::Point point = read_on<kForward>(text, {start, kFirstState}, near);
  if (point.state < kFirstState || point.at == limit) return point;
  RuleMemo* rule = slot.get();
  if (rule == nullptr) return read_on<kForward>(text, point, limit);
  RunMemo* memo = kForward ? &rule->forward : &rule->backward;
  std::uint64_t number = memo->begin();
  while (point.state >= kFirstState && point.at != limit) {
    point = read_on<kForward>(text, point, next_stop(point.at));
    if (point.state < kFirstState || point.at % kStep != 0) continue;
    const std::uint64_t own = number;
    const auto known = memo->join(point, &number);
    if (!known) continue;
    if (own != number) memo->end(own, *known);
    // It was decided by a byte that this run may not read.
    if (past(known->at, limit)) return {limit, kFirstState};
    point = *known;
  }
  memo->end(number, point);
  return point;
}

bool Precheck::passes(ByteView text, std::uint64_t from, std::uint64_t end, std::uint64_t to,
                      const MemoSlot& memo) const {
  if (end - from < tail_) return false;
  end -= tail_;
  if (!forward_.empty()) {
    const auto ahead = run<true>(text, end, to, memo);
    if (ahead.state != kMaybe) return false;
  }
  if (backward_.empty()) return true;
  // The byte before the word is not the match's: it may lie before `from`, and be absent.
  const std::uint64_t first = bounded_front_ && from > 0 ? from - 1 : from;
  const auto behind = run<false>(text, end, first, memo);
  if (behind.state >= kFirstState) return bounded_front_ && behind.at == 0;
  return behind.state == kMaybe;
}

AnchorGlance::AnchorGlance(const Precheck& precheck, std::uint32_t width)
    : nearest_(precheck.nearest_),
      tail_(precheck.tail_),
      behind_(width + 1 > precheck.tail_ ? width + 1 - precheck.tail_ : 0),
      row_bits_(precheck.row_bits_),
      classes_(precheck.classes_),
      forward_(precheck.forward_),
      backward_(precheck.backward_) {
  // What may not be read refuses nothing.
  unsigned readable = 0;
  for (std::uint32_t i = 0; i < kNear; ++i) {
    if (i <= tail_) readable |= 1U << i;
    if (nearest_ + i < behind_) readable |= 1U << (kNear + i);
  }
  for (std::size_t byte = 0; byte < refused_.size(); ++byte) {
    const std::size_t index = at(classes_, byte);
    if (index >= precheck.refused_.size()) continue;
    const auto refused = static_cast<unsigned char>(precheck.refused_[index]);
    refused_[byte] = static_cast<std::uint8_t>(refused & readable);
  }
}

ByteSet AnchorGlance::let_through(std::uint32_t bit) const {
  ByteSet set;
  for (std::size_t byte = 0; byte < refused_.size(); ++byte) {
    set[byte] = ((refused_[byte] >> bit) & 1) == 0;
  }
  return set;
}

bool AnchorGlance::reads_on(ByteView bytes, std::uint64_t end) const {
  const auto next = [&](std::string_view table, unsigned state, std::uint64_t offset) {
    const std::size_t row = std::size_t{state - kFirstState} << row_bits_;
    return at(table, row + at(classes_, static_cast<unsigned char>(bytes[offset])));
  };
  if (!forward_.empty()) {
    const std::uint64_t to = std::min<std::uint64_t>(end + tail_ + 1, bytes.size());
    unsigned state = kFirstState;
    for (std::uint64_t i = end; state >= kFirstState && i < to; ++i) {
      state = next(forward_, state, i);
    }
    if (state == kNo) return false;
  }
  if (backward_.empty()) return true;
  const std::uint64_t from = end > behind_ ? end - behind_ : 0;
  unsigned state = kFirstState;
  for (std::uint64_t i = end; state >= kFirstState && i > from; --i) {
    state = next(backward_, state, i - 1);
  }
  return state != kNo;
}

}  // namespace dragnet
