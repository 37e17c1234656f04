#include "match/text_sample.h"

#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "match/byte_blocks.h"

namespace dragnet {

namespace {

constexpr unsigned kSize = 12;

bool is_text(unsigned byte) {
  return (byte >= 0x20 && byte < 0x7f) || byte == '\t' || byte == '\n' || byte == '\r';
}

bool is_zlib(const std::uint8_t* b) {
  return b[0] == 0x78 && (b[1] == 0x01 || b[1] == 0x5e || b[1] == 0x9c || b[1] == 0xda);
}

bool is_ascii(const std::uint8_t* b) {
  const bool marked = b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf;
  for (unsigned i = marked ? 3 : 0; i < kSize; ++i) {
    if (!is_text(b[i])) return false;
  }
  return true;
}

// In either byte order, after a mark or without one.
bool is_utf16(const std::uint8_t* b) {
  const bool marked = (b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff);
  bool little = true;
  bool big = true;
  for (unsigned i = marked ? 2 : 0; i < kSize; i += 2) {
    little = little && is_text(b[i]) && b[i + 1] == 0;
    big = big && b[i] == 0 && is_text(b[i + 1]);
  }
  return little || big;
}

// False where nothing of that begins with `byte`.
bool may_begin_text(std::uint8_t byte) {
  return is_text(byte) || byte == 0 || byte == 0x1f || byte == 0xef || byte >= 0xfe;
}

bool looks_like_text(const std::uint8_t* b) {
  const bool gzip = b[0] == 0x1f && b[1] == 0x8b && b[2] == 8;
  return gzip || is_zlib(b) || is_ascii(b) || is_utf16(b);
}

}  // namespace

bool base64_sample(const char* encoded) {
  std::array<std::uint8_t, kSize> bytes;
  for (unsigned group = 0; group < kSize / 3; ++group) {
    std::uint32_t bits = 0;
    for (unsigned i = 0; i < 4; ++i) {
      bits = bits << 6 | kBase64Values[static_cast<unsigned char>(encoded[4 * group + i])];
    }
    bytes[3 * group] = static_cast<std::uint8_t>(bits >> 16);
    bytes[3 * group + 1] = static_cast<std::uint8_t>(bits >> 8);
    bytes[3 * group + 2] = static_cast<std::uint8_t>(bits);
  }
  return looks_like_text(bytes.data());
}

bool hex_sample(const char* encoded) {
  std::array<std::uint8_t, kSize> bytes;
  for (unsigned i = 0; i < kSize; ++i) {
    const int high = hex_value(encoded[2 * i]);
    const int low = hex_value(encoded[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    // Most samples are hashes, and over with this.
    if (i == 0 && !may_begin_text(bytes[0])) return false;
  }
  return looks_like_text(bytes.data());
}

}  // namespace dragnet
