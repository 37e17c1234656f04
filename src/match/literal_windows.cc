#include "match/literal_windows.h"

#include <algorithm>
#include <array>
#include <utility>

#include "match/anchor.h"
#include "match/literals.h"

namespace dragnet {

namespace {

// Combinations that a window may stand for.
constexpr std::size_t kMostKeys = 8192;
// A place that the sieve lets through costs one, and one that has a key another. What a key costs
// by making the table of bits less selective.
constexpr double kKeyCost = 2e-6;

// What can stand at each place of a literal and around it.
struct Places {
  std::vector<ByteSet>
      sets;             // kBesideLiteral bytes before it, those of it, kBesideLiteral after it
  std::size_t end = 0;  // index of the first byte after the literal
};

Places places_of(const Literal& literal, const std::vector<const AnchorGlance*>& glances) {
  Places out;
  const std::size_t size = literal.size();
  out.sets.assign(size + 2 * kBesideLiteral, ByteSet());
  out.end = kBesideLiteral + size;
  for (std::size_t i = 0; i < size; ++i) out.sets[kBesideLiteral + i] = letter_set(literal[i]);
  for (const AnchorGlance* glance : glances) {
    for (std::size_t i = 0; i < kBesideLiteral; ++i) {
      ByteSet any;
      any.set();
      const auto distance = static_cast<std::uint32_t>(i);
      out.sets[out.end + i] |= glance != nullptr ? glance->after(distance) : any;
      // What a glance knows of the bytes before counts from the least width of the anchor.
      const bool known = glance != nullptr && glance->nearest() == size;
      out.sets[kBesideLiteral - 1 - i] |= known ? glance->before(distance) : any;
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

std::uint64_t folded_bits(const ByteSet& set) {
  std::uint64_t bits = 0;
  for (const unsigned byte : folded_bytes(set)) bits |= std::uint64_t{1} << folded_bit(byte);
  return bits;
}

std::size_t key_count(const Places& places, std::size_t start) {
  std::size_t count = 1;
  for (std::size_t i = start; i < start + kWindowSize; ++i) {
    count *= folded_bytes(places.sets[i]).size();
    if (count > kMostKeys) return count;
  }
  return count;
}

double window_rate(const Places& places, std::size_t start) {
  Piece piece = empty_piece();
  for (std::size_t i = start; i < start + kWindowSize; ++i) {
    ByteSet both = places.sets[i];
    for (unsigned c = 'a'; c <= 'z'; ++c) {
      if (both[c] || both[c - 32]) both.set(c).set(c - 32);
    }
    piece = joined(piece, class_piece(both));
  }
  return piece.rate;
}

// Every way to take a byte of each set, as a word.
std::vector<std::uint32_t> keys_of(const Places& places, std::size_t start) {
  std::vector<std::uint32_t> keys = {0};
  for (std::size_t i = 0; i < kWindowSize; ++i) {
    std::vector<std::uint32_t> longer;
    for (const unsigned byte : folded_bytes(places.sets[start + i])) {
      for (const std::uint32_t key : keys) {
        std::array<char, kWindowSize> bytes;
        std::memcpy(bytes.data(), &key, kWindowSize);
        bytes[i] = static_cast<char>(byte);
        longer.push_back(load_key(bytes.data()));
      }
    }
    keys = std::move(longer);
  }
  return keys;
}

}  // namespace

std::vector<LiteralWindow> literal_windows(const Literal& literal,
                                           const std::vector<const AnchorGlance*>& glances) {
  const Places places = places_of(literal, glances);
  std::vector<LiteralWindow> out;
  const std::size_t most = std::min(kWindowReach, places.end);
  for (std::size_t ahead = kWindowSize - kBesideLiteral; ahead <= most; ++ahead) {
    const std::size_t start = places.end - ahead;
    const std::size_t keys = key_count(places, start);
    if (keys > kMostKeys) continue;
    LiteralWindow window;
    window.ahead = ahead;
    window.cost = window_rate(places, start) + kKeyCost * static_cast<double>(keys);
    for (std::size_t i = 0; i < kWindowSize; ++i) {
      window.bytes[i] = folded_bits(places.sets[start + i]);
    }
    const std::size_t next = start + kWindowSize;
    if (start > 0) window.before = folded_bits(places.sets[start - 1]);
    if (next < places.sets.size()) window.after = folded_bits(places.sets[next]);
    out.push_back(window);
  }
  return out;
}

LiteralSides literal_sides(const Literal& literal,
                           const std::vector<const AnchorGlance*>& glances) {
  const Places places = places_of(literal, glances);
  LiteralSides out;
  for (std::size_t i = 0; i < kBesideLiteral; ++i) {
    out.before[i] = folded_bits(places.sets[kBesideLiteral - 1 - i]);
    out.after[i] = folded_bits(places.sets[places.end + i]);
  }
  return out;
}

std::vector<std::uint32_t> window_keys(const Literal& literal,
                                       const std::vector<const AnchorGlance*>& glances,
                                       std::size_t ahead) {
  const Places places = places_of(literal, glances);
  return keys_of(places, places.end - ahead);
}

}  // namespace dragnet
