#include "git/loose_object.h"

#include <optional>
#include <string_view>
#include <utility>

#include "io/mapped_file.h"

namespace dragnet {
namespace {

// "commit 18446744073709551615\0" and nothing longer.
constexpr std::size_t kMaxHeaderBytes = 32;
// Deflate makes at most 1,032 bytes of one. What claims more cannot be whole, and is not given the
// memory that it claims.
constexpr std::uint64_t kMaxRatio = 1040;

}  // namespace

std::optional<LooseHeader> parse_loose_header(ByteView start) {
  const std::size_t end = start.find('\0');
  const std::size_t space = start.find(' ');
  if (end == ByteView::npos || space >= end) return std::nullopt;
  LooseHeader parsed;
  parsed.length = end + 1;
  bool known = false;
  for (const ObjectType type :
       {ObjectType::kCommit, ObjectType::kTree, ObjectType::kBlob, ObjectType::kTag}) {
    if (start.substr(0, space) != to_string(type)) continue;
    parsed.type = type;
    known = true;
  }
  const ByteView digits = start.substr(space + 1, end - space - 1);
  if (!known || digits.empty() || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  for (const char c : digits) {
    const std::uint64_t size = parsed.size;
    if (c < '0' || c > '9' || size > 0xffffffffffffULL) return std::nullopt;
    parsed.size = size * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return parsed;
}

namespace {

Result<LooseHeader> parse_front(PrefixInflater* inflater, ByteView deflated) {
  char start[kMaxHeaderBytes];
  const auto outcome = inflater->inflate(deflated, start, sizeof start);
  const auto parsed = parse_loose_header(ByteView(start, outcome.produced));
  if (outcome.damaged || !parsed) return unreadable_error("loose object is damaged");
  if (parsed->size / kMaxRatio > deflated.size()) {
    return unreadable_error("loose object claims to be larger than its file can be");
  }
  return *parsed;
}

}  // namespace

Result<LooseHeader> LooseReader::header(const std::string& path) {
  const auto file = MappedFile::open(path);
  if (!file.ok()) return file.error();
  return parse_front(&inflater_, file.value().bytes());
}

Result<ObjectSession::View> LooseReader::read(const std::string& path) {
  const auto file = MappedFile::open(path);
  if (!file.ok()) return file.error();
  return read_bytes(file.value().bytes());
}

Result<ObjectSession::View> LooseReader::read_bytes(ByteView deflated) {
  whole_ = {};
  const auto parsed = parse_front(&inflater_, deflated);
  if (!parsed.ok()) return parsed.error();
  const std::size_t length = parsed.value().length;
  const std::size_t size = static_cast<std::size_t>(parsed.value().size);
  // A byte more than there should be, so that a stream that goes on is noticed.
  const std::size_t capacity = length + size + 1;
  auto room = SharedObject::make(parsed.value().type, capacity, large_);
  if (!room.ok()) return std::move(room).error();
  whole_ = std::move(room).value();
  char* const out = whole_.data.get();
  const auto outcome = inflater_.inflate(deflated, out, capacity);
  if (!outcome.ended || outcome.produced != length + size) {
    return unreadable_error("loose object is damaged or cut off");
  }
  return ObjectSession::View{parsed.value().type, ByteView(out + length, size)};
}

}  // namespace dragnet
