#include "base/hash.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "base/git_hash.h"
#include "base/hex.h"

namespace dragnet {
namespace {

template <typename Digest>
std::string hex(const Digest& digest) {
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

ByteString raw(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

TEST(Sha256, KnownVectors) {  // FIPS 180-4's examples, RFC 6234
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(sha256(ByteString(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(GitHash, KnownVectors) {
  GitHasher hasher(kSha1Size);
  const auto of = [&](ByteView a, ByteView b) {
    const auto digest = hasher.hash(a, b);
    return digest ? digest->hex() : "refused";
  };
  EXPECT_EQ(of("", ""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(of("abc", ""), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(of("a", "bc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(of(ByteString("blob 0\0", 7), ""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  EXPECT_EQ(hasher.object(ObjectType::kBlob, "")->hex(),
            "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  GitHasher sha256_hasher(kSha256Size);
  EXPECT_EQ(sha256_hasher.object(ObjectType::kTree, "")->hex(),
            "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321");
}

// HMAC by its definition (RFC 2104).
std::string slow_hmac(ByteString key, const ByteString& message) {
  if (key.size() > 64) key = raw(sha256(key));
  key.resize(64, '\0');
  ByteString inner;
  ByteString outer;
  for (const char c : key) {
    inner += static_cast<char>(c ^ 0x36);
    outer += static_cast<char>(c ^ 0x5c);
  }
  return hex(sha256(outer + raw(sha256(inner + message))));
}

// Ours puts a zero byte into the message, which no published vector has: so the definition is held
// against the vectors of RFC 4231, and ours against the definition.
TEST(Hmac, TheDefinitionGivesTheKnownVectors) {
  EXPECT_EQ(slow_hmac(ByteString(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(slow_hmac("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(slow_hmac(ByteString(20, '\xaa'), ByteString(50, '\xdd')),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(
      slow_hmac(ByteString(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, IsTheDefinition) {
  std::mt19937 random(6);
  const auto bytes = [&](std::size_t most) {
    ByteString out(random() % (most + 1), '\0');
    for (char& c : out) c = static_cast<char>(random() & 0xff);
    return out;
  };
  EXPECT_EQ(hex(hmac_sha256("", "", "")), slow_hmac("", ByteString(1, '\0')));
  for (int i = 0; i < 300; ++i) {
    const ByteString key = bytes(150);
    const ByteString a = bytes(100);
    const ByteString b = bytes(100);
    ASSERT_EQ(hex(hmac_sha256(key, a, b)), slow_hmac(key, a + '\0' + b));
  }
  EXPECT_NE(hmac_sha256("key", "ab", "c"), hmac_sha256("key", "a", "bc"));
}

TEST(Checksum64, ChangesWithEveryBit) {
  std::mt19937_64 random(7);
  for (std::size_t size = 0; size <= 200; ++size) {
    for (const bool zeros : {false, true}) {
      ByteString data(size, '\0');
      for (char& c : data) c = zeros ? '\0' : static_cast<char>(random() & 0xff);
      std::set<std::uint64_t> sums = {checksum64(data)};
      for (std::size_t bit = 0; bit < 8 * size; ++bit) {
        data[bit / 8] = static_cast<char>(data[bit / 8] ^ 1 << bit % 8);
        ASSERT_TRUE(sums.insert(checksum64(data)).second) << size << " bytes, bit " << bit;
        data[bit / 8] = static_cast<char>(data[bit / 8] ^ 1 << bit % 8);
      }
    }
  }
}

TEST(Checksum64, ChangesWithSizeSeedAndOrder) {
  std::set<std::uint64_t> sums;
  for (std::size_t size = 0; size <= 200; ++size) {
    EXPECT_TRUE(sums.insert(checksum64(ByteString(size, '\0'))).second) << size;
    EXPECT_TRUE(sums.insert(checksum64(ByteString(size, '\0'), 1)).second) << size;
  }
  // Two whole blocks of 32 bytes, and two words of a block, changed for one another.
  const ByteString a(32, 'a');
  const ByteString b(32, 'b');
  EXPECT_NE(checksum64(a + b), checksum64(b + a));
  EXPECT_NE(checksum64(a.substr(8) + b.substr(24)), checksum64(b.substr(24) + a.substr(8)));
}

TEST(Checksum64, DoesNotDependOnWhereTheBytesLie) {
  ByteString buffer(300, '\0');
  for (std::size_t i = 0; i < buffer.size(); ++i) buffer[i] = static_cast<char>(i * 7);
  const ByteString wanted = buffer.substr(0, 100);
  const std::uint64_t sum = checksum64(wanted);
  for (std::size_t at = 0; at < 16; ++at) {
    ByteString moved(at, 'x');
    moved += wanted;
    EXPECT_EQ(checksum64(ByteView(moved).substr(at)), sum);
  }
}

using Hash = std::uint64_t (*)(ByteView, std::uint64_t);

// By chance two of these are the same once in a hundred million runs.
TEST(Hash64, ChangesWithEveryBitSizeAndSeed) {
  std::mt19937_64 random(11);
  for (const Hash hash : {Hash{hash64}, Hash{seeded_hash64}}) {
    std::set<std::uint64_t> of_zeros;
    for (std::size_t size = 0; size <= 200; ++size) {
      EXPECT_TRUE(of_zeros.insert(hash(ByteString(size, '\0'), 0)).second) << size;
      EXPECT_TRUE(of_zeros.insert(hash(ByteString(size, '\0'), 1)).second) << size;
      ByteString data(size, '\0');
      for (char& c : data) c = static_cast<char>(random() & 0xff);
      std::set<std::uint64_t> sums = {hash(data, 5)};
      for (std::size_t bit = 0; bit < 8 * size; ++bit) {
        data[bit / 8] = static_cast<char>(data[bit / 8] ^ 1 << bit % 8);
        ASSERT_TRUE(sums.insert(hash(data, 5)).second) << size << " bytes, bit " << bit;
        data[bit / 8] = static_cast<char>(data[bit / 8] ^ 1 << bit % 8);
      }
    }
  }
}

// What makes `hash64` forget does nothing here: no word is multiplied by another one.
TEST(Hash64, OfASeedForgetsNothing) {
  const auto word = [](std::uint64_t value) {
    ByteString bytes;
    for (unsigned i = 0; i < 8; ++i) bytes += static_cast<char>(value >> (8 * i));
    return bytes;
  };
  for (const std::uint64_t factor : {0x9E3779B185EBCA87ULL, 0xC2B2AE3D27D4EB4FULL}) {
    for (std::size_t at = 8; at <= 40; at += 8) {
      const ByteString rest = word(factor) + ByteString(20, 'c');
      EXPECT_NE(seeded_hash64(ByteString(at, 'a') + rest, 3),
                seeded_hash64(ByteString(at, 'b') + rest, 3));
    }
  }
}

}  // namespace
}  // namespace dragnet
