// Hexadecimal, base64 and CRC-32 against slow, obvious versions of the same.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/base64.h"
#include "base/crc32.h"
#include "base/hex.h"

namespace dragnet {
namespace {

ByteString random_bytes(std::mt19937* random, std::size_t size) {
  ByteString out;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>((*random)() & 0xff);
  return out;
}

TEST(Hex, RoundTrips) {
  std::mt19937 random(3);
  EXPECT_EQ(to_hex(ByteString("\x00\x0f\xf0\xff\x9a", 5)), "000ff0ff9a");
  for (std::size_t size = 0; size < 200; ++size) {
    const ByteString bytes = random_bytes(&random, size);
    std::string hex = to_hex(bytes);
    ASSERT_EQ(hex.size(), 2 * size);
    ASSERT_EQ(from_hex(hex), bytes);
    for (char& c : hex) {
      if (c >= 'a' && random() % 2 == 0) c = static_cast<char>(c - 'a' + 'A');
    }
    ASSERT_EQ(from_hex(hex), bytes) << hex;
  }
}

TEST(Hex, RefusesEverythingThatIsNoDigit) {
  EXPECT_FALSE(from_hex("0").has_value());
  EXPECT_FALSE(from_hex("abc").has_value());
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool digit = std::string_view("0123456789abcdefABCDEF").find(c) != std::string_view::npos;
    EXPECT_EQ(from_hex(std::string{c, '0'}).has_value(), digit) << byte;
    EXPECT_EQ(from_hex(std::string{'0', c}).has_value(), digit) << byte;
  }
}

// One bit after the other, with the alphabet spelled out.
std::optional<ByteString> slow_base64(ByteView text) {
  const std::string standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::size_t size = text.size();
  while (size > 0 && text[size - 1] == '=') --size;
  if (size % 4 == 1) return std::nullopt;
  std::vector<bool> bits;
  for (std::size_t i = 0; i < size; ++i) {
    std::size_t value = standard.find(text[i]);
    if (value == std::string::npos) value = url.find(text[i]);
    if (value == std::string::npos) return std::nullopt;
    for (std::size_t bit = 6; bit-- > 0;) bits.push_back((value >> bit & 1) != 0);
  }
  ByteString out;
  for (std::size_t i = 0; i + 8 <= bits.size(); i += 8) {
    unsigned byte = 0;
    for (std::size_t bit = 0; bit < 8; ++bit) byte = byte * 2 + (bits[i + bit] ? 1 : 0);
    out += static_cast<char>(byte);
  }
  return out;
}

TEST(Base64, KnownVectors) {  // RFC 4648, section 10
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYg"), "foob");
  EXPECT_EQ(decode_base64("Zm9vYmE"), "fooba");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(decode_base64("-_+/"), "\xfb\xff\xbf");
}

TEST(Base64, DecodesAsABitByBitDecoderDoes) {
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
  std::mt19937 random(4);
  for (int i = 0; i < 20000; ++i) {
    ByteString text;
    const std::size_t size = random() % 40;
    for (std::size_t j = 0; j < size; ++j) text += letters[random() % letters.size()];
    if (random() % 2 == 0) text.append(random() % 4, '=');
    // A stray byte, padding in the middle, or nothing out of place.
    if (!text.empty() && random() % 3 == 0) {
      text[random() % text.size()] = random() % 2 == 0 ? '=' : static_cast<char>(random() & 0xff);
    }
    ASSERT_EQ(decode_base64(text), slow_base64(text)) << text;
  }
}

TEST(Base64, RefusesBadInput) {
  for (const char* text : {"A", "AAAAA", "AA=A", "=AAA", "AA==A", "AAA AAAA", "AAA\n", "AA*A"}) {
    EXPECT_FALSE(decode_base64(text).has_value()) << text;
  }
  for (int byte = 0; byte < 256; ++byte) {
    const ByteString text{'A', static_cast<char>(byte), 'A', 'A'};
    EXPECT_EQ(decode_base64(text), slow_base64(text)) << byte;
  }
}

TEST(Crc32, KnownVectors) {
  EXPECT_EQ(crc32(""), 0U);
  EXPECT_EQ(crc32("a"), 0xE8B7BE43U);
  EXPECT_EQ(crc32("abc"), 0x352441C2U);
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
  EXPECT_EQ(crc32("The quick brown fox jumps over the lazy dog"), 0x414FA339U);
  EXPECT_EQ(crc32(ByteString(32, '\0')), 0x190A55ADU);
  EXPECT_EQ(crc32(ByteString(32, '\xff')), 0xFF6CAB0BU);
}

TEST(Crc32, DividesAsByHand) {
  std::mt19937 random(5);
  for (std::size_t size = 0; size < 100; ++size) {
    const ByteString bytes = random_bytes(&random, size);
    std::uint32_t sum = ~0U;
    for (const char c : bytes) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        const bool odd = ((sum ^ (static_cast<unsigned char>(c) >> bit)) & 1U) != 0;
        sum = sum >> 1 ^ (odd ? 0xEDB88320U : 0);
      }
    }
    ASSERT_EQ(crc32(bytes), ~sum);
  }
}

}  // namespace
}  // namespace dragnet
