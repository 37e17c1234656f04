// A multi-pack-index: first byte 0 for SHA-1, else SHA-256; then the file.
#include "fuzz/target.h"
#include "pack/multi_pack_index.h"

using dragnet::ByteView;
using dragnet::MultiPackIndex;
using dragnet::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t id_size = data[0] == 0 ? 20 : 32;
  const ByteView bytes = dragnet::fuzz::as_bytes(data + 1, size - 1);
  const auto loaded = MultiPackIndex::parse(bytes, id_size, nullptr);
  if (!loaded.ok()) return 0;
  const MultiPackIndex& index = loaded.value();
  (void)index.trusted();
  std::size_t placed = 0;
  for (std::size_t i = 0; i < index.size(); ++i) {
    const auto place = index.place(i);
    require(!place || place->pack < index.packs().size());
    placed += place && place->pack < 16 ? 1 : 0;
  }
  std::size_t listed = 0;
  for (std::size_t pack = 0; pack < index.packs().size() && pack < 16; ++pack) {
    std::size_t damaged = 0;
    const dragnet::PackIndex made = index.index_of(pack, &damaged);
    listed += made.size();
    for (std::size_t i = 1; i < made.size(); ++i) require(made.id(i - 1) <= made.id(i));
  }
  require(listed == placed);
  return 0;
}
