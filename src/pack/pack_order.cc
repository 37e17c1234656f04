// Offsets are sorted digit by digit (11 bits, lowest first), which leaves the order of equal ones:
// 849,014 offsets below 2^32 take three passes.
#include "pack/pack_order.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dragnet {
namespace {

constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
// Below this the counting of digits costs more than comparing.
constexpr std::size_t kWorthCounting = 1024;

void sort_by_digit(const std::vector<PackEntryPlace>& from, unsigned shift,
                   std::vector<PackEntryPlace>* to) {
  std::array<std::size_t, kDigits> at{};
  const auto digit = [shift](const PackEntryPlace& place) {
    return static_cast<std::size_t>(place.offset >> shift) & (kDigits - 1);
  };
  for (const PackEntryPlace& place : from) ++at[digit(place)];
  std::size_t below = 0;
  for (std::size_t& slot : at) below += std::exchange(slot, below);
  for (const PackEntryPlace& place : from) (*to)[at[digit(place)]++] = place;
}

// Below this a thread costs more than it saves.
constexpr std::size_t kWorthAThread = 20000;

}  // namespace

std::size_t threads_worth(std::size_t entries, unsigned threads) {
  return std::clamp<std::size_t>(entries / kWorthAThread, 1, std::max(threads, 1U));
}

std::vector<PackEntryPlace> places_in_pack_order(const PackIndex& index) {
  std::vector<PackEntryPlace> places(index.size());
  std::uint64_t all_bits = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::uint64_t offset = index.offset(i).value_or(PackEntryPlace::kNowhere);
    places[i] = {offset, static_cast<std::uint32_t>(i)};
    all_bits |= offset;
  }
  if (places.size() < kWorthCounting) {
    std::sort(places.begin(), places.end(), [](const PackEntryPlace& a, const PackEntryPlace& b) {
      return a.offset != b.offset ? a.offset < b.offset : a.position < b.position;
    });
    return places;
  }
  std::vector<PackEntryPlace> sorted(places.size());
  for (unsigned shift = 0; shift < 64 && all_bits >> shift != 0; shift += kDigitBits) {
    sort_by_digit(places, shift, &sorted);
    places.swap(sorted);
  }
  return places;
}

std::uint64_t entry_end(const std::vector<PackEntryPlace>& places, std::size_t number,
                        std::uint64_t pack_size) {
  const std::uint64_t start = places[number].offset;
  while (++number < places.size()) {
    if (places[number].offset != start) return std::min(places[number].offset, pack_size);
  }
  return pack_size;
}

}  // namespace dragnet
