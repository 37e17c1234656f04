#include "git/ref_parse.h"

#include <algorithm>

namespace dragnet {

std::optional<RefValue> parse_loose_ref(ByteView text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  RefValue ref;
  if (text.starts_with("ref:")) {
    text.remove_prefix(4);
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    if (text.empty() || text.find('\n') != ByteView::npos) return std::nullopt;
    ref.symbolic = text;
    return ref;
  }
  // Git itself takes what follows the id after white space.
  const auto id =
      ObjectId::from_hex(text.substr(0, std::min(text.find_first_of(" \t\n"), text.size())));
  if (!id) return std::nullopt;
  ref.id = *id;
  return ref;
}

std::vector<PackedRef> parse_packed_refs(ByteView text, std::vector<std::size_t>* damaged) {
  std::vector<PackedRef> refs;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const ByteView line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    // "^<id>" is what the tag above leads to; we look for ourselves.
    if (line.empty() || line.front() == '#' || line.front() == '^') continue;
    const std::size_t space = line.find(' ');
    const auto id = ObjectId::from_hex(line.substr(0, std::min(space, line.size())));
    if (!id || space == ByteView::npos || space + 1 == line.size()) {
      damaged->push_back(number);
      continue;
    }
    refs.push_back({std::string(line.substr(space + 1)), *id});
  }
  return refs;
}

}  // namespace dragnet
