// Trees (of both hashes), commits and tags.
#include "fuzz/target.h"
#include "git/object_parse.h"

using dragnet::ByteView;
using dragnet::fuzz::require;

namespace {

void walk_tree(ByteView bytes, std::size_t id_size) {
  dragnet::TreeReader reader(bytes, id_size);
  dragnet::TreeEntry entry;
  std::size_t at = 0;
  while (reader.next(&entry)) {
    require(entry.offset == at && entry.raw_id.size() == id_size);
    require(bytes.substr(entry.name_offset, entry.name.size()) == entry.name);
    require(entry.name.find('\0') == ByteView::npos);
    at = entry.name_offset + entry.name.size() + 1 + id_size;
  }
  require(reader.damaged() == (at != bytes.size()));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes = dragnet::fuzz::as_bytes(data, size);
  walk_tree(bytes, 20);
  walk_tree(bytes, 32);
  const auto commit = dragnet::parse_commit(bytes);
  if (commit.ok()) {
    require(!commit.value().tree.empty());
    for (const auto& parent : commit.value().parents) {
      require(parent.size == commit.value().tree.size);
    }
  }
  const auto tag = dragnet::parse_tag(bytes);
  if (tag.ok()) require(!tag.value().target.empty());
  return 0;
}
