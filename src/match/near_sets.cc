#include "match/near_sets.h"

#include <algorithm>
#include <set>
#include <utility>

namespace dragnet {

namespace {

using Places = NfaPlaces;

constexpr std::uint32_t kNear = AnchorGlance::kNear;
// More ways to read on than these are not followed.
constexpr std::size_t kMaxPairs = 2000;

// Reads backwards over the anchor that ends at some of a regex's places, and on before it.
class Backwards {
 public:
  Backwards(const RegexNfa& regex, const Places& ends, const RegexNfa& anchor)
      : regex_(regex), anchor_(anchor) {
    for (const std::uint32_t place : ends) {
      for (std::uint32_t letter = 0; letter < anchor.places.size(); ++letter) {
        if (anchor.places[letter].last) add(place, letter, &reading_);
      }
    }
  }

  // What can stand in front of the last bytes of the anchor, as many as it has at least.
  NearSets sets_before(std::uint32_t* least_width) {
    NearSets sets = anything();
    *least_width = 0;
    for (std::uint32_t distance = 1, set = 0; set < kNear; ++distance) {
      const bool before = *least_width != 0;
      if (before) sets[set] = read_set();
      if (!step() || reading_.empty()) {
        if (!before) *least_width = distance;
        break;
      }
      if (before) ++set;
      if (!before && left_) *least_width = distance;
    }
    return sets;
  }

 private:
  using Pair = std::pair<std::uint32_t, std::uint32_t>;  // places of the regex and of the anchor
  static constexpr std::uint32_t kLeft = ~0U;            // the anchor was read

  ByteSet bytes(const Pair& pair) const {
    const ByteSet& set = regex_.places[pair.first].set;
    return pair.second == kLeft ? set : set & anchor_.places[pair.second].set;
  }
  void add(std::uint32_t place, std::uint32_t letter, std::set<Pair>* to) const {
    if (bytes({place, letter}).any()) to->emplace(place, letter);
  }
  ByteSet read_set() const {
    ByteSet set;
    for (const Pair& pair : reading_) set |= bytes(pair);
    return set;
  }

  // To the byte before. False where a match can start here, or there is too much to look at.
  bool step() {
    if (reading_.size() > kMaxPairs) return false;
    std::set<Pair> before;
    for (const auto& [place, letter] : reading_) {
      const bool leaves = letter == kLeft || anchor_.places[letter].first;
      left_ = left_ || leaves;
      if (leaves && regex_.places[place].first) return false;
      for (const std::uint32_t previous : regex_.places[place].previous) {
        if (leaves) add(previous, kLeft, &before);
        if (letter == kLeft) continue;
        for (const std::uint32_t l : anchor_.places[letter].previous) add(previous, l, &before);
      }
    }
    reading_ = std::move(before);
    return true;
  }

  const RegexNfa& regex_;
  const RegexNfa& anchor_;
  std::set<Pair> reading_;
  bool left_ = false;
};

}  // namespace

NearSets anything() {
  NearSets sets;
  for (ByteSet& set : sets) set.set();
  return sets;
}

NearSets sets_after(const RegexNfa& regex, NfaPlaces after) {
  NearSets sets = anything();
  for (ByteSet& set : sets) {
    set.reset();
    Places next;
    bool ends = false;
    for (const std::uint32_t place : after) {
      set |= regex.places[place].set;
      ends = ends || regex.places[place].last;
      next.insert(next.end(), regex.places[place].next.begin(), regex.places[place].next.end());
    }
    if (ends) break;
    tidy(&next);
    after = std::move(next);
  }
  return sets;
}

NearSets sets_before(const RegexNfa& regex, const NfaPlaces& ends, const RegexNfa& anchor,
                     std::uint32_t* least_width) {
  return Backwards(regex, ends, anchor).sets_before(least_width);
}

}  // namespace dragnet
