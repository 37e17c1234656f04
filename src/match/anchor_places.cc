#include "match/anchor_places.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace dragnet {

namespace {

using Places = NfaPlaces;

// Steps of each search below; beyond them the answer is the careful one.
constexpr std::size_t kMaxSteps = 20000;

// Places of the regex where text that the anchor matches can end.
Places anchor_ends(const RegexNfa& regex, const RegexNfa& anchor) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;  // of the regex, of the anchor
  std::vector<std::pair<std::uint32_t, std::uint32_t>> open;
  const auto visit = [&](std::uint32_t place, std::uint32_t letter) {
    if ((regex.places[place].set & anchor.places[letter].set).none()) return;
    if (seen.emplace(place, letter).second) open.emplace_back(place, letter);
  };
  for (std::uint32_t letter = 0; letter < anchor.places.size(); ++letter) {
    if (!anchor.places[letter].first) continue;
    for (std::uint32_t place = 0; place < regex.places.size(); ++place) visit(place, letter);
  }
  Places ends;
  while (!open.empty()) {
    const auto [place, letter] = open.back();
    open.pop_back();
    if (anchor.places[letter].last) ends.push_back(place);
    for (const std::uint32_t next : regex.places[place].next) {
      for (const std::uint32_t next_letter : anchor.places[letter].next) visit(next, next_letter);
    }
  }
  tidy(&ends);
  return ends;
}

// Finds the places that can only be reached over the anchor: whatever a match reads up to there
// ends with text that the anchor matches.
class MustRead {
 public:
  MustRead(const RegexNfa& regex, const RegexNfa& anchor) : regex_(regex), anchor_(anchor) {}

  // Whether the search was given up somewhere: then what holds is not all that does.
  bool gave_up() const { return steps_ > kMaxSteps; }

  bool holds(std::uint32_t place) {
    Places last;
    for (std::uint32_t letter = 0; letter < anchor_.places.size(); ++letter) {
      if (anchor_.places[letter].last) last.push_back(letter);
    }
    return reads(place, last);
  }

 private:
  // Whether every byte of `place` continues the anchor, read backwards, at one of `letters`.
  bool reads(std::uint32_t place, const Places& letters) {
    if (++steps_ > kMaxSteps) return false;
    const ByteSet& set = regex_.places[place].set;
    std::set<Places> subsets;
    for (std::size_t byte = 0; byte < set.size(); ++byte) {
      if (!set[byte]) continue;
      Places fitting;
      for (const std::uint32_t letter : letters) {
        if (anchor_.places[letter].set[byte]) fitting.push_back(letter);
      }
      if (fitting.empty()) return false;
      subsets.insert(std::move(fitting));
    }
    return std::all_of(subsets.begin(), subsets.end(),
                       [&](const Places& fitting) { return goes_on(place, fitting); });
  }

  bool goes_on(std::uint32_t place, const Places& letters) {
    Places before;
    for (const std::uint32_t letter : letters) {
      if (anchor_.places[letter].first) return true;  // all of the anchor was read
      const auto& previous = anchor_.places[letter].previous;
      before.insert(before.end(), previous.begin(), previous.end());
    }
    if (regex_.places[place].first) return false;
    tidy(&before);
    // Each step goes one letter back in the anchor, which has no loop: this ends.
    const auto& previous = regex_.places[place].previous;
    return std::all_of(previous.begin(), previous.end(), [&](std::uint32_t p) {
      const auto known = known_.find({p, before});
      if (known != known_.end()) return known->second;
      const bool holds = reads(p, before);
      known_.emplace(std::pair(p, before), holds);
      return holds;
    });
  }

  const RegexNfa& regex_;
  const RegexNfa& anchor_;
  std::map<std::pair<std::uint32_t, Places>, bool> known_;
  std::size_t steps_ = 0;
};

// Whether every match passes one of `places`.
bool is_cut(const RegexNfa& regex, const Places& places) {
  std::vector<bool> seen(regex.places.size());
  for (const std::uint32_t place : places) seen[place] = true;
  Places open;
  const auto visit = [&](std::uint32_t place) {
    if (seen[place] || regex.places[place].set.none()) return;
    seen[place] = true;
    open.push_back(place);
  };
  for (std::uint32_t place = 0; place < regex.places.size(); ++place) {
    if (regex.places[place].first) visit(place);
  }
  while (!open.empty()) {
    const RegexNfa::Place& place = regex.places[open.back()];
    open.pop_back();
    if (place.last) return false;
    for (const std::uint32_t next : place.next) visit(next);
  }
  return true;
}

// Follows every way through the regex with what of the anchor was read last.
class EveryWay {
 public:
  EveryWay(const RegexNfa& regex, const RegexNfa& anchor) : regex_(regex), anchor_(anchor) {
    // Bytes that no letter of the anchor tells apart are one.
    std::map<Places, ByteSet> groups;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      Places letters;
      for (std::uint32_t letter = 0; letter < anchor.places.size(); ++letter) {
        if (anchor.places[letter].set[byte]) letters.push_back(letter);
      }
      groups[std::move(letters)].set(byte);
    }
    groups_.assign(groups.begin(), groups.end());
  }

  // Whether each of them ends the anchor at one of `ends`. False also where there is too much.
  bool meets(const Places& ends) {
    open_.clear();
    seen_.clear();
    for (const std::uint32_t place : first_places(regex_)) visit(place, {});
    for (std::size_t steps = 0; !open_.empty(); ++steps) {
      if (steps > kMaxSteps) return false;
      const State state = *open_.back();
      open_.pop_back();
      const RegexNfa::Place& place = regex_.places[state.first];
      const bool complete =
          std::any_of(state.second.begin(), state.second.end(),
                      [&](std::uint32_t letter) { return anchor_.places[letter].last; });
      if (complete && std::binary_search(ends.begin(), ends.end(), state.first)) continue;
      if (place.last) return false;
      for (const std::uint32_t next : place.next) visit(next, state.second);
    }
    return true;
  }

 private:
  using State = std::pair<std::uint32_t, Places>;  // of the regex; of the anchor, read just now

  void visit(std::uint32_t place, const Places& before) {
    Places possible;
    for (std::uint32_t letter = 0; letter < anchor_.places.size(); ++letter) {
      const RegexNfa::Place& read = anchor_.places[letter];
      const bool follows = std::any_of(before.begin(), before.end(), [&](std::uint32_t previous) {
        return std::binary_search(read.previous.begin(), read.previous.end(), previous);
      });
      if (read.first || follows) possible.push_back(letter);
    }
    for (const auto& [letters, bytes] : groups_) {
      if ((bytes & regex_.places[place].set).none()) continue;
      Places read;
      std::set_intersection(possible.begin(), possible.end(), letters.begin(), letters.end(),
                            std::back_inserter(read));
      const auto [state, added] = seen_.emplace(place, std::move(read));
      if (added) open_.push_back(&*state);
    }
  }

  const RegexNfa& regex_;
  const RegexNfa& anchor_;
  std::vector<std::pair<Places, ByteSet>> groups_;
  std::set<State> seen_;
  std::vector<const State*> open_;
};

// How many bytes a match has at least up to each place, itself included; 0: not reached.
std::vector<std::uint32_t> distances(const RegexNfa& regex) {
  std::vector<std::uint32_t> distance(regex.places.size());
  Places open = first_places(regex);
  for (std::uint32_t at = 1; !open.empty(); ++at) {
    Places next;
    for (const std::uint32_t place : open) {
      if (distance[place] != 0) continue;
      distance[place] = at;
      next.insert(next.end(), regex.places[place].next.begin(), regex.places[place].next.end());
    }
    tidy(&next);
    open = std::move(next);
  }
  return distance;
}

// Of `ends` those nearest to the match's start, as many as it takes to meet every way.
Places nearest_ends(const RegexNfa& regex, const RegexNfa& anchor, const Places& ends) {
  EveryWay every_way(regex, anchor);
  const auto distance = distances(regex);
  const auto up_to = [&](std::uint32_t limit) {
    Places some;
    for (const std::uint32_t place : ends) {
      if (distance[place] <= limit) some.push_back(place);
    }
    return some;
  };
  std::uint32_t low = 0;  // too near
  std::uint32_t high = 0;
  for (const std::uint32_t place : ends) high = std::max(high, distance[place]);
  if (high == 0 || !every_way.meets(up_to(high))) return ends;
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    (every_way.meets(up_to(middle)) ? high : low) = middle;
  }
  return up_to(high);
}

}  // namespace

void tidy(NfaPlaces* places) {
  std::sort(places->begin(), places->end());
  places->erase(std::unique(places->begin(), places->end()), places->end());
}

NfaPlaces first_places(const RegexNfa& regex) {
  Places out;
  for (std::uint32_t place = 0; place < regex.places.size(); ++place) {
    if (regex.places[place].first) out.push_back(place);
  }
  return out;
}

bool asserts(const RegexNode& node) {
  return is_assertion(node.kind) ||
         std::any_of(node.children.begin(), node.children.end(), asserts);
}

NfaPlaces necessary_ends(const RegexNfa& regex, const RegexNfa& anchor, bool asserted) {
  // The place that makes the anchor necessary is one where it can end. Where that is written in the
  // regex as it stands in the anchor, the anchor must be read there: if no match gets by all such
  // places, they are the ones. The fewer places, the more is refused.
  Places ends = anchor_ends(regex, anchor);
  if (asserted) return ends;
  MustRead must_read(regex, anchor);
  Places sure;
  for (const std::uint32_t place : ends) {
    if (must_read.holds(place)) sure.push_back(place);
  }
  if (!must_read.gave_up() && is_cut(regex, sure)) return sure;
  return nearest_ends(regex, anchor, ends);
}

}  // namespace dragnet
