#include "base/crc32.h"

#include <array>

namespace dragnet {

namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t sum = byte;
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 1U) != 0 ? sum >> 1 ^ 0xEDB88320U : sum >> 1;
    table[byte] = sum;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> kTable = make_table();

}  // namespace

std::uint32_t crc32(ByteView data) {
  std::uint32_t sum = 0xFFFFFFFFU;
  for (const char c : data) sum = kTable[(sum ^ static_cast<unsigned char>(c)) & 0xffU] ^ sum >> 8;
  return ~sum;
}

}  // namespace dragnet
