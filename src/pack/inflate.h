// Whole zlib streams of known size, the fast way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"

struct libdeflate_decompressor;

namespace dragnet {

// Not thread safe; one per thread.
class Inflater {
 public:
  Inflater();

  // Inflates the stream that `deflated` starts with (other bytes may follow it) to `out`, which it
  // has to fill to exactly `size` bytes. False where it does not, or where its checksum is wrong.
  [[nodiscard]] bool inflate(ByteView deflated, char* out, std::size_t size) {
    std::size_t used = 0;
    return inflate(deflated, out, size, &used);
  }
  // The same; `used` is how many bytes of `deflated` the stream took.
  [[nodiscard]] bool inflate(ByteView deflated, char* out, std::size_t size, std::size_t* used);

 private:
  struct Free {
    void operator()(libdeflate_decompressor* decompressor) const;
  };
  std::unique_ptr<libdeflate_decompressor, Free> decompressor_;
};

// The CRC-32 that pack indexes keep of each entry's bytes: the same as base/crc32.h, for much of
// it.
std::uint32_t pack_crc32(ByteView bytes);

}  // namespace dragnet
