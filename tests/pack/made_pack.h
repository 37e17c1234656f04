// A pack and its index made to measure: entries of which the tests choose every byte.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "base/crc32.h"
#include "base/git_hash.h"
#include "base/object_id.h"
#include "support/git_fixture.h"

namespace dragnet::test_support {

inline std::string big_endian(std::uint64_t value, int bytes = 4) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift);
  }
  return out;
}

// Stored blocks, as zlib's format allows.
inline std::string stored_zlib(const std::string& bytes) {
  std::string out = "\x78\x01";
  std::size_t at = 0;
  do {
    const std::size_t size = std::min<std::size_t>(bytes.size() - at, 65535);
    out += static_cast<char>(at + size == bytes.size() ? 1 : 0);
    for (const std::size_t part : {size & 255, size >> 8, ~size & 255, ~size >> 8 & 255}) {
      out += static_cast<char>(part);
    }
    out.append(bytes, at, size);
    at += size;
  } while (at < bytes.size());
  std::uint64_t a = 1;
  std::uint64_t b = 0;
  for (const char c : bytes) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  return out + big_endian(b << 16 | a);
}

// A number of 7 bits a byte, lowest first.
inline std::string delta_size(std::uint64_t value) {
  std::string out;
  for (; value > 127; value >>= 7) out += static_cast<char>(0x80 | (value & 127));
  return out + static_cast<char>(value);
}

class MadePack {
 public:
  explicit MadePack(std::size_t id_size = kSha1Size) : hasher_(id_size) {}

  static constexpr int kOffsetDelta = 6;
  static constexpr int kIdDelta = 7;

  // Where the next entry will start.
  std::uint64_t next_offset() const { return pack_.size(); }
  // Adds an entry: `base` are the bytes between its size and its deflated data, `stored` is what it
  // inflates to. Returns its offset.
  std::uint64_t add(const ObjectId& id, int type, const std::string& base,
                    const std::string& stored) {
    const std::uint64_t offset = pack_.size();
    std::uint64_t size = stored.size() >> 4;
    pack_ += static_cast<char>((size != 0 ? 0x80 : 0) | type << 4 | (stored.size() & 15));
    if (size != 0) pack_ += delta_size(size);
    pack_ += base;
    pack_ += stored_zlib(stored);
    entries_[id] = {offset, crc32(pack_.substr(offset))};
    return offset;
  }
  // A whole blob; returns its id.
  ObjectId add_blob(const std::string& bytes) {
    const ObjectId id = *hasher_.object(ObjectType::kBlob, bytes);
    add(id, 3, "", bytes);
    return id;
  }
  // A blob as a delta of the blob `base` by name, which need not be in this pack: the front that
  // both share is copied, the rest inserted.
  ObjectId add_delta(const std::string& base, const std::string& bytes) {
    const ObjectId base_id = *hasher_.object(ObjectType::kBlob, base);
    const ObjectId id = *hasher_.object(ObjectType::kBlob, bytes);
    add(id, kIdDelta, std::string(base_id.bytes.begin(), base_id.bytes.begin() + base_id.size),
        delta(base, bytes));
    return id;
  }
  static std::string delta(const std::string& base, const std::string& bytes) {
    const auto shared = std::mismatch(base.begin(), base.end(), bytes.begin(), bytes.end());
    const std::size_t same =
        std::min<std::size_t>(static_cast<std::size_t>(shared.first - base.begin()), 0xffff);
    std::string out = delta_size(base.size()) + delta_size(bytes.size());
    if (same != 0) {
      out += static_cast<char>(0xb0);
      out += static_cast<char>(same & 255);
      out += static_cast<char>(same >> 8);
    }
    for (std::size_t at = same; at < bytes.size(); at += 127) {
      const std::string part = bytes.substr(at, 127);
      out += static_cast<char>(part.size());
      out += part;
    }
    return out;
  }

  std::string pack() const {
    std::string bytes = pack_;
    bytes.replace(8, 4, big_endian(entries_.size()));
    return bytes + raw_hash(bytes);
  }
  std::string index() const {
    std::string bytes = std::string("\377tOc", 4) + big_endian(2);
    for (int byte = 0; byte < 256; ++byte) {
      bytes += big_endian(static_cast<std::uint64_t>(
          std::count_if(entries_.begin(), entries_.end(),
                        [&](const auto& entry) { return entry.first.bytes[0] <= byte; })));
    }
    for (const auto& [id, entry] : entries_)
      bytes.append(id.bytes.begin(), id.bytes.begin() + id.size);
    for (const auto& [id, entry] : entries_) bytes += big_endian(entry.second);
    for (const auto& [id, entry] : entries_) bytes += big_endian(entry.first);
    const std::string whole = pack();
    bytes += whole.substr(whole.size() - raw_hash("").size());
    return bytes + raw_hash(bytes);
  }
  void write(const std::string& folder, const std::string& name = "pack-made") const {
    std::filesystem::create_directories(folder);
    write_bytes(folder + "/" + name + ".pack", pack());
    write_bytes(folder + "/" + name + ".idx", index());
  }

 private:
  std::string raw_hash(const std::string& bytes) const {
    const auto hash = hasher_.hash(bytes);
    return {hash->bytes.begin(), hash->bytes.begin() + hash->size};
  }

  mutable GitHasher hasher_;
  std::string pack_ = std::string("PACK") + std::string("\0\0\0\2\0\0\0\0", 8);
  std::map<ObjectId, std::pair<std::uint64_t, std::uint32_t>> entries_;
};

}  // namespace dragnet::test_support
