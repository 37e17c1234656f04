#include "input/tip_file.h"

#include <algorithm>

#include "git/object_parse.h"

namespace dragnet {

Result<ByteString> read_tip_file(ObjectSession* session, std::span<const Ref> refs,
                                 std::string_view branch, std::size_t id_size,
                                 std::string_view name, std::uint64_t limit) {
  const auto ref = std::find_if(refs.begin(), refs.end(), [&](const Ref& other) {
    return other.name == branch && !other.commit.empty();
  });
  if (ref == refs.end()) return ByteString();
  const auto commit = session->read(ref->commit);
  if (!commit) return commit.error();
  const auto links = parse_commit_links(commit->bytes);
  if (!links) return links.error();
  const auto tree = session->read(links->tree);
  if (!tree) return tree.error();
  TreeReader reader(tree->bytes, id_size);
  TreeEntry entry;
  while (reader.next(&entry)) {
    if (entry.name != name || (entry.mode & 0170000) != 0100000) continue;
    const ObjectId id = ObjectId::from_raw(entry.raw_id.data(), entry.raw_id.size());
    const auto header = session->header(id);
    if (!header) return header.error();
    if (header->size > limit || header->read_cost > limit) {
      return Error{ErrorKind::kTooLarge, "it is too large", {}};
    }
    const auto blob = session->read(id);
    if (!blob) return blob.error();
    return ByteString(blob->bytes);
  }
  return ByteString();
}

}  // namespace dragnet
