#include "findings/identity.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/hex.h"

namespace dragnet {
namespace {

std::string hex(const Identity& identity) {
  return to_hex({reinterpret_cast<const char*>(identity.data()), identity.size()});
}

IdentityKey key_of(const std::string& bytes) {
  return IdentityKey::from_file_bytes(bytes, "test").value();
}

// Computed apart from dragnet:
//   printf 'aws-access-token\0a canonical secret' |
//     openssl dgst -sha256 -hmac 'dragnet public identity key, version 1' | cut -c1-32
// Stored triage is keyed by these values: if this fails, the code is wrong, not the test.
TEST(Identity, OfThePublicKeyNeverChanges) {
  const IdentityKey key = IdentityKey::public_key();
  EXPECT_EQ(key.id(), "public");
  EXPECT_TRUE(key.is_public());
  EXPECT_EQ(hex(key.identity("aws-access-token", "a canonical secret")),
            "7fced08be9a9321d3f2f948372ec237b");
  EXPECT_EQ(hex(key.place_identity("aws-access-token", "a place")),
            "1c4ec04e8463e331be1795aba992535c");
}

TEST(Identity, DependsOnKeyFamilyAndSecret) {
  const IdentityKey key = key_of("0123456789abcdef");
  const IdentityKey other = key_of("0123456789abcdeg");
  EXPECT_EQ(key.identity("a", "s"), key_of("0123456789abcdef").identity("a", "s"));
  std::set<Identity> distinct;
  for (const IdentityKey& one : {key, other, IdentityKey::public_key()}) {
    for (const char* family : {"a", "b"}) {
      for (const char* secret : {"s", "t", ""}) {
        EXPECT_TRUE(distinct.insert(one.identity(family, secret)).second);
        EXPECT_TRUE(distinct.insert(one.place_identity(family, secret)).second);
      }
    }
  }
}

TEST(Identity, OfAPlaceIsThatOfThePlaceAlone) {
  // There is no way to hand it a secret; two secrets at one place share it.
  const IdentityKey key = IdentityKey::public_key();
  EXPECT_EQ(key.place_identity("generic", "repo\npath"),
            key.place_identity("generic", "repo\npath"));
  EXPECT_NE(key.place_identity("generic", "repo\npath"),
            key.place_identity("generic", "repo\nelse"));
  EXPECT_NE(key.place_identity("generic", "hunter2"), key.identity("generic", "hunter2"));
}

TEST(Identity, KeyFiles) {
  const std::string bytes = "0123456789abcdef";
  const IdentityKey key = key_of(bytes);
  EXPECT_FALSE(key.is_public());
  EXPECT_EQ(key.id().size(), 16U);
  EXPECT_EQ(key.id().find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(key.id().find(bytes), std::string::npos);
  for (const char* end : {"\n", "\r\n", " \t\n\n", "\v\f"}) {
    EXPECT_EQ(key_of(bytes + end).id(), key.id());
    EXPECT_EQ(key_of(bytes + end).identity("a", "s"), key.identity("a", "s"));
  }
  EXPECT_NE(key_of("\n" + bytes).id(), key.id());
  const std::string any("\0\xff\n\0 a key of any bytes", 24);
  EXPECT_NE(key_of(any).id(), key.id());
}

TEST(Identity, ShortKeysAreRefusedByName) {
  for (const std::string& bytes :
       {std::string(), std::string(15, 'k'), std::string(15, 'k') + "\n", std::string(100, ' ')}) {
    const auto key = IdentityKey::from_file_bytes(bytes, "org.key");
    ASSERT_FALSE(key.ok());
    EXPECT_EQ(key.error().kind, ErrorKind::kUsage);
    EXPECT_NE(key.error().message.find("org.key"), std::string::npos);
    EXPECT_EQ(key.error().text().find("kkk"), std::string::npos);  // no key in messages
    EXPECT_FALSE(key.error().hint.empty());
  }
}

// A key block with the line ends and the indentation asked for.
std::string block(const std::vector<std::string>& lines, const std::string& indent,
                  const std::string& end) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : indent) + line + end;
  return out;
}

TEST(CanonicalSecret, IsOneForAllSpellings) {
  const std::string dashes(5, '-');
  std::mt19937 random(12);
  std::vector<std::string> lines = {dashes + "BEGIN TEST " + "KEY" + dashes};
  for (int i = 0; i < 20; ++i) {
    std::string line(64, 'A');
    for (char& c : line)
      c = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/"[random() % 54];
    lines.push_back(line);
  }
  lines.push_back(dashes + "END TEST " + "KEY" + dashes);
  const ByteString canonical = canonical_secret(block(lines, "", "\n"));
  for (const char* end : {"\n", "\r\n", "\\n", "\\r\\n", "\\n\n", "\\n\r\n", "\n\n"}) {
    for (const char* indent : {"", "  ", "\t", "        ", " \t "}) {
      EXPECT_EQ(canonical_secret(block(lines, indent, end)), canonical);
      std::string without_last = block(lines, indent, end);
      without_last.resize(without_last.size() - std::string(end).size());
      EXPECT_EQ(canonical_secret(without_last), canonical);
    }
  }
  EXPECT_EQ(canonical_secret(canonical), canonical);
  std::vector<std::string> changed = lines;
  changed[5][10] = changed[5][10] == 'A' ? 'B' : 'A';
  EXPECT_NE(canonical_secret(block(changed, "", "\n")), canonical);
}

TEST(CanonicalSecret, LeavesSingleLinesAsTheyAre) {
  std::mt19937 random(13);
  for (int i = 0; i < 2000; ++i) {
    ByteString secret(random() % 30, '\0');
    for (char& c : secret) c = static_cast<char>(random() & 0xff);
    if (secret.find('\n') != ByteString::npos || secret.find("\\n") != ByteString::npos) continue;
    ASSERT_EQ(canonical_secret(secret), secret);
  }
  EXPECT_EQ(canonical_secret("pass word\twith blanks"), "pass word\twith blanks");
  EXPECT_EQ(canonical_secret("back\\slash\\"), "back\\slash\\");
  EXPECT_EQ(canonical_secret("\\"), "\\");
  EXPECT_EQ(canonical_secret("a\n\\"), "a\\");
}

TEST(EstimatedBits, GrowsWithEveryByte) {
  EXPECT_EQ(estimated_bits(""), 0);
  std::mt19937 random(14);
  for (int i = 0; i < 300; ++i) {
    ByteString secret;
    double before = 0;
    for (int j = 0; j < 60; ++j) {
      secret += static_cast<char>(i % 3 == 0 ? random() & 0xff : 'a' + random() % (i % 26 + 1));
      const double bits = estimated_bits(secret);
      ASSERT_GE(bits, before - 1e-9);
      ASSERT_LE(bits, 8.0 * static_cast<double>(secret.size()));
      before = bits;
    }
  }
}

TEST(EstimatedBits, SeparatesWhatCanBeGuessed) {
  for (const std::string& guessable :
       {std::string("hunter2"), std::string("password"), std::string("correct-horse"),
        std::string("0123456789"), std::string(10000, 'a'), std::string("xxxxxxxxxxxxxxxxxxxx")}) {
    EXPECT_LT(estimated_bits(guessable), kGuessableBits) << guessable.substr(0, 30);
  }
  std::mt19937 random(15);
  for (int i = 0; i < 1000; ++i) {
    std::string hex_digits(40, '0');
    for (char& c : hex_digits) c = "0123456789abcdef"[random() % 16];
    std::string letters(24, 'a');
    for (char& c : letters) {
      c = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"[random() % 62];
    }
    ASSERT_GE(estimated_bits(hex_digits), kGuessableBits) << hex_digits;
    ASSERT_GE(estimated_bits(letters), kGuessableBits) << letters;
  }
}

}  // namespace
}  // namespace dragnet
