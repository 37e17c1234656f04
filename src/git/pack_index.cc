#include "git/pack_index.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace dragnet {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFanoutBytes = 256 * 4;
constexpr std::size_t kTrailerBytes = 2 * kRawIdSize;
constexpr std::uint32_t kLargeOffset = 0x80000000U;
constexpr std::size_t kPackHeaderBytes = 12;

std::uint32_t load32(const char* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(at[i]);
  return value;
}

std::uint64_t load64(const char* at) {
  return static_cast<std::uint64_t>(load32(at)) << 32 | load32(at + 4);
}

Error damaged(const std::string& why) { return unreadable_error("damaged pack index: " + why); }

// A regular file's size, or nothing: reading from a pipe that was put there would never end.
std::optional<std::uint64_t> regular_size(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || error) return std::nullopt;
  const std::uint64_t size = fs::file_size(path, error);
  if (error) return std::nullopt;
  return size;
}

}  // namespace

Result<PackIndex> PackIndex::load(const std::string& path) {
  const auto size = regular_size(path);
  std::ifstream file(path, std::ios::binary);
  if (!size || !file) return unreadable_error("pack index cannot be read");
  std::string bytes(*size, '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    return unreadable_error("pack index cannot be read");
  }
  PackIndex index;
  Status status = index.parse(bytes);
  if (!status.ok()) return std::move(status).error();
  return index;
}

Status PackIndex::parse(ByteView bytes) {
  const bool version2 = bytes.starts_with(ByteView("\377tOc", 4));
  std::size_t at = 0;
  if (version2) {
    if (bytes.size() < 8 || load32(bytes.data() + 4) != 2) return damaged("unknown version");
    at = 8;
  }
  if (bytes.size() < at + kFanoutBytes + kTrailerBytes) return damaged("it is too short");
  for (std::size_t i = 0; i < 256; ++i) {
    fanout_[i + 1] = load32(bytes.data() + at + 4 * i);
    if (fanout_[i + 1] < fanout_[i]) return damaged("its table of first bytes goes backwards");
  }
  at += kFanoutBytes;
  count_ = fanout_[256];
  const std::size_t room = bytes.size() - at - kTrailerBytes;
  const std::size_t width = version2 ? kRawIdSize + 4 + 4 : kRawIdSize + 4;
  if (count_ > room / width || (!version2 && count_ * width != room)) {
    return damaged("its size does not fit its number of objects");
  }
  // Large offsets: at most one for each object but the first.
  const std::size_t large = room - count_ * width;
  if (large % 8 != 0 || large / 8 > count_) {
    return damaged("its size does not fit its number of objects");
  }
  offsets_.resize(count_);
  if (version2) {
    ids_.assign(bytes.substr(at, count_ * kRawIdSize));
    const char* offsets = bytes.data() + at + count_ * (kRawIdSize + 4);
    for (std::size_t i = 0; i < count_; ++i) offsets_[i] = load32(offsets + 4 * i);
    large_offsets_.resize(large / 8);
    for (std::size_t i = 0; i < large_offsets_.size(); ++i) {
      large_offsets_[i] = load64(offsets + 4 * count_ + 8 * i);
    }
  } else {
    ids_.reserve(count_ * kRawIdSize);
    for (std::size_t i = 0; i < count_; ++i) {
      const char* entry = bytes.data() + at + i * width;
      offsets_[i] = load32(entry);
      ids_.append(entry + 4, kRawIdSize);
    }
    // Version 1 has no large offsets, so its top bit is a bit like any other.
    for (std::uint32_t& offset : offsets_) {
      if ((offset & kLargeOffset) == 0) continue;
      large_offsets_.push_back(offset);
      offset = kLargeOffset | static_cast<std::uint32_t>(large_offsets_.size() - 1);
    }
  }
  pack_checksum_.assign(bytes.substr(bytes.size() - kTrailerBytes, kRawIdSize));
  return ok_status();
}

std::optional<std::uint64_t> PackIndex::offset(std::size_t position) const {
  const std::uint32_t value = offsets_[position];
  if ((value & kLargeOffset) == 0) return value;
  const std::uint32_t large = value & ~kLargeOffset;
  if (large >= large_offsets_.size()) return std::nullopt;
  return large_offsets_[large];
}

std::optional<std::size_t> PackIndex::find(const void* raw_id) const {
  const auto [first, last] = find_prefix(raw_id, 2 * kRawIdSize);
  if (first == last) return std::nullopt;
  return first;
}

std::pair<std::size_t, std::size_t> PackIndex::find_prefix(const void* raw_prefix,
                                                           std::size_t digits) const {
  const auto* prefix = static_cast<const unsigned char*>(raw_prefix);
  digits = std::min(digits, 2 * kRawIdSize);
  // How the id at a position compares with the prefix, over the prefix's digits only.
  const auto compare = [&](std::size_t position) {
    const char* id = raw_id(position);
    const int whole = std::memcmp(id, prefix, digits / 2);
    if (whole != 0 || digits % 2 == 0) return whole;
    return (static_cast<unsigned char>(id[digits / 2]) >> 4) - (prefix[digits / 2] >> 4);
  };
  const auto partition = [&](std::size_t low, std::size_t high, auto goes_before) {
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (goes_before(compare(middle))) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  };
  const std::size_t low = digits < 2 ? 0 : fanout_[prefix[0]];
  const std::size_t high = digits < 2 ? count_ : fanout_[prefix[0] + 1U];
  const std::size_t first = partition(low, high, [](int order) { return order < 0; });
  const std::size_t last = partition(first, high, [](int order) { return order <= 0; });
  return {first, last};
}

Result<PackFile> open_pack(const std::string& index_path) {
  PackFile pack;
  pack.index_path = index_path;
  pack.path = index_path.substr(0, index_path.size() - 4) + ".pack";
  const auto size = regular_size(pack.path);
  if (!size) return unreadable_error("there is no readable .pack file next to this index");
  if (*size < kPackHeaderBytes + kRawIdSize) return unreadable_error("the pack is cut off");
  pack.size = *size;
  auto index = PackIndex::load(index_path);
  if (!index.ok()) return std::move(index).error();
  pack.index = std::move(index.value());

  std::ifstream file(pack.path, std::ios::binary);
  char header[kPackHeaderBytes];
  char checksum[kRawIdSize];
  if (!file || !file.read(header, sizeof header) ||
      !file.seekg(static_cast<std::streamoff>(pack.data_end())) ||
      !file.read(checksum, sizeof checksum)) {
    return unreadable_error("the pack cannot be read");
  }
  const std::uint32_t version = load32(header + 4);
  if (ByteView(header, 4) != "PACK" || (version != 2 && version != 3)) {
    return unreadable_error("this is no pack");
  }
  if (load32(header + 8) != pack.index.size() ||
      ByteView(checksum, sizeof checksum) != pack.index.pack_checksum()) {
    return unreadable_error("pack and index do not belong together, or one of them is cut off");
  }
  return pack;
}

}  // namespace dragnet
