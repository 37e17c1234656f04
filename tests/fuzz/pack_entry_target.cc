// A pack, given as the bytes after its 12-byte header, and an index that names every entry of the
// first 64 offsets: headers, chains and sizes. Its first byte is 0 for SHA-1, else SHA-256.
#include <string>
#include <vector>

#include "fuzz/target.h"
#include "pack/inflate.h"
#include "pack/pack_headers.h"

using dragnet::ObjectId;
using dragnet::PackFile;
using dragnet::PackIndex;
using dragnet::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t id_size = data[0] == 0 ? 20 : 32;
  std::string bytes = "PACK12345678";
  bytes += dragnet::fuzz::as_bytes(data + 1, size - 1);
  std::vector<PackIndex::Entry> entries(64);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string raw(id_size, static_cast<char>(i));
    entries[i] = {ObjectId::from_raw(raw.data(), id_size), 12 + i};
  }
  PackFile pack;
  pack.bytes = bytes;
  pack.index = PackIndex::make(entries, id_size, false);
  pack.own_index = false;

  dragnet::PackHeaders headers(pack);
  dragnet::Inflater inflater;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const char* reason = nullptr;
    const auto entry = headers.entry(12 + i, &reason);
    require(entry.has_value() || reason != nullptr);
    if (!entry) continue;
    require(entry->data_offset <= bytes.size());
    require(entry->stored_size <= 1041 * bytes.size());
    std::string out(static_cast<std::size_t>(entry->stored_size), '\0');
    (void)inflater.inflate(pack.bytes.substr(entry->data_offset), out.data(), out.size());
    // Both ways of following a chain find the same end.
    const auto header = headers.header(i);
    const auto tail = headers.tail(12 + i);
    require(header.ok() == tail.has_value());
    require(!header.ok() || header.value().type == tail->type);
    require(!header.ok() || header.value().read_cost == tail->read_cost);
  }
  std::vector<dragnet::ObjectHeader> objects;
  std::vector<dragnet::Unreadable> unreadable;
  std::vector<dragnet::ThinObject> thin;
  std::vector<std::size_t> bad;
  dragnet::list_pack(pack, 1, {&objects, &unreadable, &thin, &bad});
  require(objects.size() + bad.size() == entries.size());
  require(unreadable.size() + thin.size() == bad.size());
  return 0;
}
