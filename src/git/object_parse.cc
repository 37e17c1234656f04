// Git's own readers decide what history is, so these take what git takes: parents are the unbroken
// run of "parent" lines after the tree, a date is the digits after the last '>' of its line. Where
// git would refuse a whole object for one bad line we keep the rest, because a scanner that drops
// an object hides what is in it.
#include "git/object_parse.h"

#include <limits>
#include <utility>

namespace dragnet {
namespace {

// Modes have at most six digits in trees that git wrote; more would not fit 32 bits.
constexpr std::size_t kMaxModeDigits = 10;

// Takes the next line, without its newline, off the front of `rest`; false at the end or, since a
// header line always ends, where no newline is left.
bool take_line(ByteView* rest, ByteView* line) {
  const std::size_t end = rest->find('\n');
  if (end == ByteView::npos) return false;
  *line = rest->substr(0, end);
  rest->remove_prefix(end + 1);
  return true;
}

// The id after "tree ", "parent " or "object ", filling the rest of the line.
std::optional<ObjectId> id_after(ByteView line, ByteView key) {
  if (!line.starts_with(key)) return std::nullopt;
  return ObjectId::from_hex(line.substr(key.size()));
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r'; }

ByteView trim(ByteView text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Decimal digits at the front of `text`, after white space. No digits, or more than 63 bits: 0.
std::int64_t parse_seconds(ByteView text) {
  text = trim(text);
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  std::int64_t seconds = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') break;
    const int digit = c - '0';
    if (seconds > (kMax - digit) / 10) return 0;
    seconds = seconds * 10 + digit;
  }
  return seconds;
}

// A mail address may hold a '>' of its own; the date stands after the last.
std::int64_t signature_date(ByteView line) {
  const std::size_t open = line.find('<');
  const std::size_t last = line.rfind('>');
  const bool dated = open != ByteView::npos && last != ByteView::npos && last > open;
  return dated ? parse_seconds(line.substr(last + 1)) : 0;
}

// "Name <email> 1700000000 +0100", any part of which may be missing.
Signature parse_signature(ByteView line) {
  Signature signature;
  const std::size_t open = line.find('<');
  if (open == ByteView::npos) {
    signature.name = trim(line);
    return signature;
  }
  signature.name = trim(line.substr(0, open));
  const std::size_t close = line.find('>', open);
  signature.email = trim(line.substr(open + 1, close == ByteView::npos ? close : close - open - 1));
  signature.date = signature_date(line);
  return signature;
}

// The first header line that starts with `key`, without it. Headers end at an empty line.
ByteView find_header(ByteView headers, ByteView key) {
  ByteView line;
  while (take_line(&headers, &line) && !line.empty()) {
    if (line.starts_with(key)) return line.substr(key.size());
  }
  return {};
}

}  // namespace

bool read_tree_entry(ByteView bytes, std::size_t at, std::size_t id_size, TreeEntry* entry) {
  const std::size_t start = at;
  std::uint32_t mode = 0;
  std::size_t digits = 0;
  while (at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '7') {
    if (++digits > kMaxModeDigits) return false;
    mode = (mode << 3) | static_cast<std::uint32_t>(bytes[at] - '0');
    ++at;
  }
  if (digits == 0 || at >= bytes.size() || bytes[at] != ' ') return false;
  const std::size_t name = at + 1;
  const std::size_t end = bytes.find('\0', name);
  if (end == ByteView::npos || bytes.size() - end - 1 < id_size) return false;
  entry->mode = mode;
  entry->name = bytes.substr(name, end - name);
  entry->raw_id = bytes.substr(end + 1, id_size);
  entry->offset = start;
  entry->name_offset = name;
  return true;
}

bool TreeReader::next(TreeEntry* entry) {
  if (damaged_ || at_ >= bytes_.size()) return false;
  damaged_ = !read_tree_entry(bytes_, at_, id_size_, entry);
  if (damaged_) return false;
  at_ = entry->end();
  return true;
}

namespace {

// Leaves the header lines after the parents in `headers`.
Result<CommitLinks> parse_links(ByteView bytes, ByteView* headers) {
  CommitLinks fields;
  ByteView rest = bytes;
  ByteView line;
  std::optional<ObjectId> id;
  if (!take_line(&rest, &line) || !(id = id_after(line, "tree "))) {
    return unreadable_error("commit has no valid tree line");
  }
  fields.tree = *id;
  *headers = rest;
  while (take_line(&rest, &line) && line.starts_with("parent ")) {
    *headers = rest;
    id = id_after(line, "parent ");
    if (id && id->size == fields.tree.size) fields.parents.push_back(*id);
  }
  fields.committer_date = signature_date(find_header(*headers, "committer "));
  return fields;
}

}  // namespace

Result<CommitLinks> parse_commit_links(ByteView bytes) {
  ByteView headers;
  return parse_links(bytes, &headers);
}

Result<CommitFields> parse_commit(ByteView bytes) {
  ByteView headers;
  auto links = parse_links(bytes, &headers);
  if (!links) return std::move(links).error();
  CommitFields fields{std::move(links).value(), {}};
  fields.author = parse_signature(find_header(headers, "author "));
  return fields;
}

Result<TagFields> parse_tag(ByteView bytes) {
  TagFields fields;
  ByteView rest = bytes;
  ByteView line;
  std::optional<ObjectId> id;
  if (!take_line(&rest, &line) || !(id = id_after(line, "object "))) {
    return unreadable_error("tag has no valid object line");
  }
  fields.target = *id;
  const ByteView type = find_header(rest, "type ");
  for (const ObjectType known :
       {ObjectType::kCommit, ObjectType::kTree, ObjectType::kBlob, ObjectType::kTag}) {
    if (type == to_string(known)) fields.target_type = known;
  }
  fields.tagger = parse_signature(find_header(rest, "tagger "));
  return fields;
}

}  // namespace dragnet
