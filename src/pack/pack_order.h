// The entries of a pack in the order in which they stand there, which no index has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "pack/pack_index.h"

namespace dragnet {

struct PackEntryPlace {
  // What stands for an offset that the index names without having it.
  static constexpr std::uint64_t kNowhere = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t offset = 0;
  std::uint32_t position = 0;  // in the index
};

// All entries of `index`, by offset, then by position: two where a damaged index has one offset
// twice. 16 bytes an entry, and as much again while it is sorted.
std::vector<PackEntryPlace> places_in_pack_order(const PackIndex& index);

// Where the entry `places[number]` ends at the latest: where the next one starts, or the bytes of
// the pack, `pack_size` of them, end. At most `pack_size`, which says nothing of its offset.
std::uint64_t entry_end(const std::vector<PackEntryPlace>& places, std::size_t number,
                        std::uint64_t pack_size);

// How many of `threads` to read so many entries with, at least one: below 20,000 each a thread
// costs more than it saves.
std::size_t threads_worth(std::size_t entries, unsigned threads);

}  // namespace dragnet
