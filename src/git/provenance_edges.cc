#include "git/provenance_edges.h"

#include <algorithm>
#include <utility>

namespace dragnet::provenance {

namespace {

constexpr std::size_t kRecordHead = 12;
constexpr std::size_t kMaxName = (std::size_t{1} << 30) - 1;

}  // namespace

void ChunkWriter::add(const EdgeRecord& record) {
  const std::size_t size = std::min(record.name.size(), kMaxName);
  const std::uint32_t words[3] = {
      record.first | static_cast<std::uint32_t>(record.last) << 16, record.target,
      static_cast<std::uint32_t>(size) << 2 | static_cast<std::uint32_t>(record.kind)};
  records_.append(reinterpret_cast<const char*>(words), sizeof words);
  records_.append(record.name.substr(0, size));
}

void ChunkWriter::append(ChunkWriter* other) {
  const auto shift = static_cast<std::uint32_t>(trees_.size());
  trees_.insert(trees_.end(), other->trees_.begin(), other->trees_.end());
  std::size_t at = records_.size();
  records_.append(other->records_);
  while (at < records_.size()) {
    std::uint32_t words[3];
    std::memcpy(words, records_.data() + at, sizeof words);
    words[0] += shift | shift << 16;  // positions stay below 4,096, so nothing is carried
    std::memcpy(records_.data() + at, words, sizeof words[0]);
    at += kRecordHead + (words[2] >> 2);
  }
  other->trees_.clear();
  other->records_.clear();
}

ByteString ChunkWriter::take() {
  ByteString chunk;
  if (!records_.empty()) {
    const auto count = static_cast<std::uint32_t>(trees_.size());
    chunk.reserve(sizeof count * (1 + trees_.size()) + records_.size());
    chunk.append(reinterpret_cast<const char*>(&count), sizeof count);
    chunk.append(reinterpret_cast<const char*>(trees_.data()), sizeof count * trees_.size());
    chunk.append(records_);
  }
  trees_.clear();
  records_.clear();
  return chunk;
}

ChunkReader::ChunkReader(ByteView bytes) : bytes_(bytes), trees_(load(bytes.data())) {
  at_ = sizeof(std::uint32_t) * (1 + std::size_t{trees_});
}

bool ChunkReader::next(EdgeRecord* record) {
  if (at_ + kRecordHead > bytes_.size()) return false;
  const char* head = bytes_.data() + at_;
  const std::uint32_t range = load(head);
  const std::uint32_t name = load(head + 8);
  record->first = static_cast<std::uint16_t>(range & 0xFFFF);
  record->last = static_cast<std::uint16_t>(range >> 16);
  record->target = load(head + 4);
  record->kind = static_cast<EdgeKind>(name & 3);
  record->name = bytes_.substr(at_ + kRecordHead, name >> 2);
  at_ += kRecordHead + (name >> 2);
  return true;
}

void ChunkStore::add(ByteString chunk) {
  if (chunk.empty()) return;
  const std::scoped_lock lock(mutex_);
  Place place;
  place.size = chunk.size();
  if (chunk.size() <= memory_) {
    memory_ -= chunk.size();
    place.bytes = std::move(chunk);
  } else if (!error_) {
    place.offset = file_.size();
    Status written = file_.append(chunk);
    if (!written.ok()) error_ = written.error();
  }
  chunks_.push_back(std::move(place));
}

// A chunk that is in the file stays there: reading it again costs no memory.
void ChunkStore::shorten(std::size_t place, ByteString chunk) {
  Place& old = chunks_[place];
  if (chunk.empty()) chunk.assign(sizeof(std::uint32_t), '\0');  // no trees
  if (old.bytes.empty() || chunk.size() >= old.size) return;
  old.size = chunk.size();
  chunk.shrink_to_fit();
  old.bytes = std::move(chunk);
}

Status ChunkStore::status() const {
  if (error_) return *error_;
  return ok_status();
}

Result<ByteView> ChunkStore::view(std::size_t chunk, ByteString* scratch) const {
  const Place& place = chunks_[chunk];
  if (!place.bytes.empty()) return ByteView(place.bytes);
  const Status read = file_.read(place.offset, place.size, scratch);
  if (!read.ok()) return read.error();
  return ByteView(*scratch);
}

}  // namespace dragnet::provenance
