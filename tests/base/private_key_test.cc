#include "base/private_key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "base/base64.h"
#include "support/made_by_tools.h"

namespace dragnet {
namespace {

using test_support::MadeByTools;

// The base64 between the first BEGIN and END.
ByteString pem_bytes(std::string text) {
  text.erase(0, text.find('\n') + 1);
  text.erase(std::min(text.find("-----END"), text.size()));
  std::erase(text, '\n');
  return decode_base64(text).value_or("");
}

TEST_F(MadeByTools, OpensslKeysOfEveryKind) {
  if (!has("openssl")) GTEST_SKIP();
  struct Case {
    std::string command, type;
    unsigned bits;
    bool encrypted;
  };
  const std::vector<Case> cases = {
      {"openssl genrsa -traditional -out k 1024", "RSA", 1024, false},
      {"openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out k", "RSA", 2048, false},
      {"openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 -out k", "RSA", 1024,
       false},
      {"openssl ecparam -name prime256v1 -genkey -noout -out k", "EC P-256", 256, false},
      {"openssl ecparam -name secp384r1 -genkey -noout -out k", "EC P-384", 384, false},
      {"openssl ecparam -name secp256k1 -genkey -noout -out k", "EC secp256k1", 256, false},
      {"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out k", "EC P-521", 521,
       false},
      {"openssl genpkey -algorithm ED25519 -out k", "Ed25519", 256, false},
      {"openssl genpkey -algorithm ED448 -out k", "Ed448", 456, false},
      {"openssl genpkey -algorithm X25519 -out k", "X25519", 253, false},
      {"openssl dsaparam -genkey -noout -out d 1024 && openssl dsa -in d -out k", "DSA", 1024,
       false},
      {"openssl dsaparam -genkey -noout -out d 1024 && openssl pkcs8 -topk8 -nocrypt -in d -out k",
       "DSA", 1024, false},
      {"openssl genpkey -algorithm ED25519 -aes256 -pass pass:x -out k", "", 0, true},
      {"openssl genrsa -out r 1024 && openssl pkcs8 -topk8 -in r -passout pass:x -scrypt -out k",
       "", 0, true},
      {"openssl genrsa -out r 1024 && openssl pkcs8 -topk8 -in r -passout pass:x "
       "-v1 PBE-SHA1-3DES -out k",
       "", 0, true},
  };
  for (const Case& c : cases) {
    ASSERT_TRUE(run("rm -f k && " + c.command)) << c.command;
    const auto key = parse_der_private_key(pem_bytes(read("k")));
    ASSERT_TRUE(key.has_value()) << c.command;
    EXPECT_EQ(key->type, c.type) << c.command;
    EXPECT_EQ(key->bits, c.bits) << c.command;
    EXPECT_EQ(key->encrypted, c.encrypted) << c.command;
  }
}

// A curve of explicit parameters is the author's own: OpenSSL is not asked to compute on it.
TEST_F(MadeByTools, ExplicitCurvesAndPublicKeysAreNotRead) {
  if (!has("openssl")) GTEST_SKIP();
  ASSERT_TRUE(run("openssl ecparam -name prime256v1 -genkey -noout -param_enc explicit -out k"));
  EXPECT_FALSE(parse_der_private_key(pem_bytes(read("k"))));
  ASSERT_TRUE(run("openssl genrsa -out r 1024 && openssl rsa -in r -pubout -out k"));
  EXPECT_FALSE(parse_der_private_key(pem_bytes(read("k"))));
}

TEST_F(MadeByTools, SshKeysOfEveryKind) {
  if (!has("ssh-keygen")) GTEST_SKIP();
  struct Case {
    std::string options, type;
    unsigned bits;
  };
  const std::vector<Case> cases = {
      {"-t rsa -b 1024", "RSA", 1024},
      {"-t rsa -b 3072", "RSA", 3072},
      {"-t ed25519", "Ed25519", 256},
      {"-t ecdsa -b 256", "EC P-256", 256},
      {"-t ecdsa -b 384", "EC P-384", 384},
      {"-t ecdsa -b 521", "EC P-521", 521},
      {"-t dsa", "DSA", 1024},
  };
  for (const Case& c : cases) {
    for (const std::string protection : {"", "secret", "secret -Z chacha20-poly1305@openssh.com",
                                         "secret -Z aes256-gcm@openssh.com"}) {
      const std::string command = "rm -f k && ssh-keygen -q -a 1 -C 'a comment' " + c.options +
                                  " -f k -N " + (protection.empty() ? "''" : protection);
      if (!run(command)) {
        EXPECT_EQ(c.type, "DSA") << command;  // newer versions make none
        continue;
      }
      const ByteString bytes = pem_bytes(read("k"));
      const auto key = parse_openssh_private_key(bytes);
      ASSERT_TRUE(key.has_value()) << command;
      EXPECT_EQ(key->type, c.type) << command;
      EXPECT_EQ(key->bits, c.bits) << command;
      EXPECT_EQ(key->encrypted, !protection.empty()) << command;
      for (std::size_t size = 0; size < bytes.size(); size += 7) {
        EXPECT_FALSE(parse_openssh_private_key(ByteView(bytes).substr(0, size))) << command;
      }
    }
  }
}

// A byte changed in an RSA key is found by the product of its primes wherever it is n, p or q, and
// nothing crashes wherever it is.
TEST_F(MadeByTools, ChangedKeys) {
  if (!has("openssl")) GTEST_SKIP();
  std::mt19937 random(5);
  for (const std::string command :
       {"openssl genrsa -traditional -out k 1024", "openssl genpkey -algorithm ED25519 -out k",
        "openssl ecparam -name prime256v1 -genkey -noout -out k",
        "openssl genpkey -algorithm ED25519 -aes256 -pass pass:x -out k"}) {
    ASSERT_TRUE(run("rm -f k && " + command));
    const ByteString bytes = pem_bytes(read("k"));
    ASSERT_TRUE(parse_der_private_key(bytes));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      ByteString changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ (1 << random() % 8));
      const auto key = parse_der_private_key(changed);
      // The modulus of the traditional form stands from byte 11 on, 128 long.
      if (command.find("traditional") != std::string::npos && at >= 11 && at < 139) {
        EXPECT_FALSE(key) << at;
      }
      EXPECT_FALSE(parse_der_private_key(ByteView(bytes).substr(0, at))) << at;
    }
    EXPECT_FALSE(parse_der_private_key(bytes + "x"));
  }
}

TEST(PrivateKey, NothingFromNothing) {
  EXPECT_FALSE(parse_der_private_key(""));
  EXPECT_FALSE(parse_der_private_key(ByteView("\x30\x00", 2)));
  EXPECT_FALSE(parse_der_private_key(ByteView("\x30\x84\xff\xff\xff\xff", 6)));
  EXPECT_FALSE(parse_der_private_key(ByteString(100000, '\x30')));
  EXPECT_FALSE(parse_openssh_private_key(""));
  EXPECT_FALSE(parse_openssh_private_key(ByteView("openssh-key-v1\0", 15)));
  EXPECT_FALSE(parse_openssh_private_key(ByteView("openssh-key-v1\0\xff\xff\xff\xff", 19)));
}

TEST(PrivateKey, InWords) {
  EXPECT_EQ((PrivateKeyInfo{"RSA", 2048, false}).text(), "RSA 2048 bits, not encrypted");
  EXPECT_EQ((PrivateKeyInfo{"EC P-256", 256, true}).text(), "EC P-256, encrypted");
  EXPECT_EQ((PrivateKeyInfo{"", 0, true}).text(), "encrypted");
}

// A number of the author's choice must not set the price: a DSA key of 60,000 bytes is looked at as
// fast as any other bytes.
TEST(PrivateKey, LargeNumbersCostNothing) {
  const auto element = [](char tag, const ByteString& content) {
    ByteString out(1, tag);
    out += '\x83';
    for (int shift = 16; shift >= 0; shift -= 8) {
      out += static_cast<char>(content.size() >> shift & 0xff);
    }
    return out + content;
  };
  const ByteString number = element('\x02', ByteString(15000, '\x7f'));
  const ByteString parameters = element('\x30', number + number + number);
  const ByteString algorithm =
      element('\x30', element('\x06', "\x2a\x86\x48\xce\x38\x04\x01") + parameters);
  const ByteString key =
      element('\x30', element('\x02', ByteString(1, '\0')) + algorithm + element('\x04', number));
  const auto parsed = parse_der_private_key(key);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->type, "DSA");
  // RSA of that size is refused.
  ByteString numbers = element('\x02', ByteString(1, '\0'));
  for (int i = 0; i < 4; ++i) numbers += number;
  EXPECT_FALSE(parse_der_private_key(element('\x30', numbers)));
}

}  // namespace
}  // namespace dragnet
