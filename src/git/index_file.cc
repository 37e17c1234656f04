#include "git/index_file.h"

#include <optional>
#include <utility>

#include "base/git_hash.h"

namespace dragnet {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kStatBytes = 40;
constexpr std::uint16_t kHasExtended = 0x4000;
// No file has a longer path, and version 4 could make gigabytes of paths of a small file.
constexpr std::size_t kMaxPath = 4096;

Error damaged(const char* why) { return unreadable_error("damaged index: " + std::string(why)); }

std::uint32_t load(ByteView bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

class IndexParser {
 public:
  IndexParser(ByteView bytes, std::size_t id_size) : bytes_(bytes), id_size_(id_size) {}
  Result<std::vector<IndexFileEntry>> parse();

 private:
  Status check_file();
  Status read_entry(IndexFileEntry* entry);
  Status read_path(std::size_t start, IndexFileEntry* entry);
  std::optional<std::size_t> take_strip();
  Status check_extensions();

  ByteView bytes_;  // without the checksum, once that is checked
  std::size_t id_size_;
  std::uint32_t version_ = 0;
  std::size_t at_ = kHeaderBytes;
  std::string last_path_;
};

Status IndexParser::check_file() {
  if (bytes_.size() < kHeaderBytes + id_size_) return damaged("it is too short");
  if (!bytes_.starts_with("DIRC")) return damaged("it is none");
  version_ = load(bytes_, 4, 4);
  if (version_ < 2 || version_ > 4) return unreadable_error("unknown version of the index");
  const ByteView sum = bytes_.substr(bytes_.size() - id_size_);
  bytes_.remove_suffix(id_size_);
  // Git may be told to leave the checksum out.
  if (sum.find_first_not_of('\0') == ByteView::npos) return ok_status();
  const auto actual = GitHasher(id_size_).hash(bytes_);
  if (actual && *actual != ObjectId::from_raw(sum.data(), id_size_)) {
    return damaged("wrong checksum");
  }
  return ok_status();
}

// How many bytes at the end of the last path are not part of this one: 7 bits a byte, highest
// first, one added for each byte that follows.
std::optional<std::size_t> IndexParser::take_strip() {
  std::size_t value = 0;
  for (std::size_t i = 0; i < 4 && at_ < bytes_.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes_[at_++]);
    value = (i == 0 ? 0 : value + 1) << 7 | (byte & 0x7fU);
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

Status IndexParser::read_path(std::size_t start, IndexFileEntry* entry) {
  std::size_t kept = 0;
  if (version_ == 4) {
    const auto strip = take_strip();
    if (!strip || *strip > last_path_.size()) return damaged("a path is cut off");
    kept = last_path_.size() - *strip;
  }
  const std::size_t end = bytes_.find('\0', at_);
  if (end == ByteView::npos) return damaged("a path is cut off");
  if (kept + (end - at_) > kMaxPath || kept + (end - at_) == 0) {
    return damaged("a path is empty or too long");
  }
  entry->path.assign(last_path_, 0, kept).append(bytes_.substr(at_, end - at_));
  last_path_ = entry->path;
  // Entries of the older versions end with one to eight zero bytes, at a multiple of eight.
  at_ = version_ == 4 ? end + 1 : start + (end - start) / 8 * 8 + 8;
  return at_ > bytes_.size() ? damaged("an entry is cut off") : ok_status();
}

Status IndexParser::read_entry(IndexFileEntry* entry) {
  const std::size_t start = at_;
  const std::size_t fixed = kStatBytes + id_size_ + 2;
  if (bytes_.size() - at_ < fixed) return damaged("an entry is cut off");
  const auto field = [&](std::size_t number) { return load(bytes_, start + 4 * number, 4); };
  entry->changed[0] = field(0);
  entry->changed[1] = field(1);
  entry->modified[0] = field(2);
  entry->modified[1] = field(3);
  entry->device = field(4);
  entry->inode = field(5);
  entry->mode = field(6);
  entry->user = field(7);
  entry->group = field(8);
  entry->size = field(9);
  entry->id = ObjectId::from_raw(bytes_.data() + start + kStatBytes, id_size_);
  entry->flags = static_cast<std::uint16_t>(load(bytes_, start + kStatBytes + id_size_, 2));
  at_ += fixed;
  if (version_ >= 3 && (entry->flags & kHasExtended) != 0) {
    if (bytes_.size() - at_ < 2) return damaged("an entry is cut off");
    entry->extended = static_cast<std::uint16_t>(load(bytes_, at_, 2));
    at_ += 2;
  }
  return read_path(start, entry);
}

Status IndexParser::check_extensions() {
  while (at_ < bytes_.size()) {
    if (bytes_.size() - at_ < 8) return damaged("an extension is cut off");
    const std::uint32_t size = load(bytes_, at_ + 4, 4);
    const char first = bytes_[at_];
    if (first < 'A' || first > 'Z') {
      return unreadable_error("split and sparse indexes are not supported");
    }
    at_ += 8;
    if (size > bytes_.size() - at_) return damaged("an extension is cut off");
    at_ += size;
  }
  return ok_status();
}

Result<std::vector<IndexFileEntry>> IndexParser::parse() {
  Status status = check_file();
  if (!status.ok()) return std::move(status).error();
  const std::size_t count = load(bytes_, 8, 4);
  if (count > bytes_.size() / (kStatBytes + id_size_)) return damaged("it is too short");
  std::vector<IndexFileEntry> entries(count);
  for (IndexFileEntry& entry : entries) {
    status = read_entry(&entry);
    if (!status.ok()) return std::move(status).error();
  }
  status = check_extensions();
  if (!status.ok()) return std::move(status).error();
  return entries;
}

}  // namespace

Result<std::vector<IndexFileEntry>> parse_index_file(ByteView bytes, std::size_t id_size) {
  return IndexParser(bytes, id_size).parse();
}

}  // namespace dragnet
