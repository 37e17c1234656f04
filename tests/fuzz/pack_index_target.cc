// A pack index: first byte 0 for SHA-1, else SHA-256; then the file. Every question it answers is
// asked, with answers held against the slow way.
#include "fuzz/target.h"
#include "pack/pack_index.h"
#include "pack/pack_order.h"

using dragnet::ByteView;
using dragnet::PackIndex;
using dragnet::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t id_size = data[0] == 0 ? 20 : 32;
  const ByteView bytes = dragnet::fuzz::as_bytes(data + 1, size - 1);
  const auto loaded = PackIndex::parse(bytes, id_size, nullptr);
  if (!loaded.ok()) return 0;
  const PackIndex& index = loaded.value();
  (void)index.trusted();
  const auto places = dragnet::places_in_pack_order(index);
  require(places.size() == index.size());
  for (std::size_t i = 0; i < index.size(); ++i) {
    (void)index.crc(i);
    require(index.offset(places[i].position).value_or(~std::uint64_t{0}) == places[i].offset);
    require(i == 0 || places[i - 1].offset <= places[i].offset);
    require(dragnet::entry_end(places, i, bytes.size()) <= bytes.size());
    const auto found = index.find(index.raw_id(i));
    require(!found || index.id(*found) == index.id(i));
    const auto [first, last] = index.find_prefix(index.raw_id(i), i % 65);
    require(first <= last && last <= index.size());
  }
  return 0;
}
