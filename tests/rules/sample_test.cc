#include "rules/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/base64.h"
#include "base/crc32.h"
#include "base/hash.h"
#include "base/hex.h"

namespace dragnet {
namespace {

ByteString expand(const std::string& sample, std::uint64_t seed = 1) {
  auto out = expand_sample(sample, seed);
  EXPECT_TRUE(out.ok()) << sample << ": " << out.error().text();
  return out.ok() ? std::move(out).value() : ByteString();
}

// The first 16 digits of the SHA-256 of ten expansions, one a line.
std::string digest_of(const std::string& sample) {
  ByteString all;
  for (std::uint64_t seed = 0; seed < 10; ++seed) all += expand(sample, seed) + "\n";
  const Sha256 hash = sha256(all);
  return to_hex({reinterpret_cast<const char*>(hash.data()), 8});
}

struct Pinned {
  const char* sample;
  const char* digest;
};

// The expansions behind these digests, 300 seeds of each, satisfy the check of facts/validate.py
// that sample.h names, and the format of the table's row.
const Pinned kPinned[] = {
    {R"({{ crc32_base62("ghp_" base62{30}) }})", "98203dd45ac0d30e"},
    {R"({{ crc32_base62("npm_" base62{30}) }})", "33fc4fff815752f9"},
    {R"({{ crc32_hex_upper("ATBB" base62{24}) }})", "2ea224bdf1a7d265"},
    {R"({{ crc32_hex_body("zpka_" base36{32}) }})", "9c880ced8193eb30"},
    {R"({{ crc32le_hex("glsa_" base62{32}) }})", "095c4099125bc7c9"},
    {R"({{ gitlab_routable("glpat-" base64url{27,300}) }})", "e0f1d5ba157da66b"},
    {R"({{ gitlab_routable("glrt-t1_" base64url{27,300} ".01") }})", "6d8f3a394980b323"},
    {R"({{ xor_mod62("cio_tp_" base62{31}) }})", "7d9cdfa622f7477f"},
    {R"({{ luhn("4" digit{15}) }})", "fffa4371c318c7de"},
    {R"({{ luhn("34" digit{12}) }})", "43f292137837f05a"},
    {R"({{ bech32("AGE-SECRET-KEY-1" BECH32{52}) }})", "c7cd4e97684d8704"},
    {R"({{ bech32("age1" bech32{52}) }})", "0c448ca683db3b5e"},
    {R"({{ base58check("\x80" byte{32}) }})", "d630b92a1896b20a"},
    {R"({{ base58check("\x80" byte{32} "\x01") }})", "d5d2013c02ddbecb"},
    {R"({{ base58check("\x04\x88\xad\xe4" byte{74}) }})", "89de94b1ab3917eb"},
    {R"({{ base32_crc16("\x90" byte{32}) }})", "423d9b86ffe433f7"},
    {R"({{ base32_crc16("\x95\x00" byte{32}) }})", "74d69fe9fff68e08"},
    {R"({{ aws_key_id("AKIA") }})", "c415a04e2258b404"},
    {R"({{ jwt() }})", "9c1da75053e8678e"},
    {R"({{ pem("RSA PRIVATE KEY" 64) }})", "7972b4364863cca7"},
    {R"({{ pem("EC PRIVATE KEY" 135) }})", "43095a8187fb0b6b"},
    {R"({{ pem("OPENSSH PRIVATE KEY" 400) }})", "b8f0319d4cf65de7"},
    {R"({{ pem("PRIVATE KEY" 1200) }})", "8e61668561aadbb4"},
    {R"({{ base64(byte{32}) }})", "f66834901e1b9818"},
    {R"({{ base64(byte{64}) }})", "5155d92fc42041ac"},
    {R"({{ base58(byte{64}) }})", "82631db53b42f2ae"},
    {R"({{ "AKCp" base58{69} }})", "6f6335ead29ae8de"},
    {R"({{ base64(byte{16}) }}:{{ base62{32} }})", "d262b3d2852cd911"},
    {R"(BBDC-{{ base64(digit{12} ":" byte{20}) }})", "3e7a0a37a44058b7"},
    {R"({{ base64(digit{12} ":" byte{20}) }})", "569ddcf5f751cadd"},
    {R"({{ base64("user:" base62{20}) }})", "5a4eceabcd375a33"},
    {R"({{ base64("{\"a\":\"" hex{32} "\"}") }})", "ea7fdcefa6a9437d"},
    {R"({{ base64("reftkn:01:" digit{10} ":" base62{27}) }})", "73fa6e97bac55aed"},
    {R"({{ base64url("1" digit{17}) }}.{{ base64url{6} }}.{{ base64url{27} }})",
     "9a83eb8d642fc328"},
    {R"(0x{{ "0" hex{63} }})", "df4bb1801fa608ac"},
    {R"(pypi-{{ base64url("\x02\x01\x08pypi.org\x00\x02" byte{90}) }})", "5987d772b20e21b6"},
};

class PinnedSample : public testing::TestWithParam<Pinned> {};

TEST_P(PinnedSample, ExpandsToTheSameBytesEverywhere) {
  EXPECT_EQ(digest_of(GetParam().sample), GetParam().digest) << GetParam().sample;
}

INSTANTIATE_TEST_SUITE_P(All, PinnedSample, testing::ValuesIn(kPinned));

TEST(ExpandSample, FollowsSeedAndText) {
  EXPECT_EQ(expand("{{ base62{30} }}", 1), expand("{{ base62{30} }}", 1));
  EXPECT_NE(expand("{{ base62{30} }}", 1), expand("{{ base62{30} }}", 2));
  EXPECT_NE(expand("{{ base62{30} }}", 1), expand("{{  base62{30} }}", 1));
  EXPECT_NE(expand("{{ base62{30} }}", 0), ByteString(30, '0'));
}

TEST(ExpandSample, LeavesOtherTextAlone) {
  EXPECT_EQ(expand(""), "");
  EXPECT_EQ(expand("a { b } }} \\n \"x\""), "a { b } }} \\n \"x\"");
  EXPECT_EQ(expand("run: ${{{{ github.token }}"), "run: ${{ github.token }}");
  EXPECT_EQ(expand("{{}}{{ }}"), "");
  EXPECT_EQ(expand("{{\"a\" \"}}\"}}b"), "a}}b");
  EXPECT_EQ(expand("{{ \"\\\"\\\\\\n\\t\\r\\x41\\xff\" }}"), "\"\\\n\t\rA\xff");
  EXPECT_EQ(expand("{{ \"\\0\" }}"), ByteString(1, '\0'));
}

TEST(ExpandSample, DrawsLikeFromADeck) {
  for (const std::string name : {"base62", "hex", "HEX", "hexany", "base36", "BASE36", "base58",
                                 "base32", "base64url", "alpha", "digit", "base62-_.~", "graph"}) {
    for (std::size_t count : {0, 1, 5, 8, 16, 30, 100}) {
      for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const ByteString out = expand("{{ " + name + "{" + std::to_string(count) + "} }}", seed);
        ASSERT_EQ(out.size(), count);
        // No byte stands there more than once oftener than another one could.
        const ByteString whole = expand("{{ " + name + "{1000} }}", seed);
        const std::size_t members = std::set<char>(whole.begin(), whole.end()).size();
        const std::set<char> distinct(out.begin(), out.end());
        EXPECT_GE(distinct.size() + 2, std::min(members, count)) << name << count;
      }
    }
  }
}

TEST(ExpandSample, HasEveryKindFromEightBytesOn) {
  const auto has = [](const ByteString& text, int (*is)(int)) {
    return std::any_of(text.begin(), text.end(),
                       [&](char c) { return is(static_cast<unsigned char>(c)) != 0; });
  };
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    for (const std::string name : {"base62", "hexany", "base58", "word", "base64", "graph"}) {
      const ByteString out = expand("{{ " + name + "{8} }}", seed);
      EXPECT_TRUE(has(out, isdigit) && has(out, isupper) && has(out, islower)) << name << out;
    }
    const ByteString base32 = expand("{{ base32{8} }}", seed);
    EXPECT_TRUE(has(base32, isdigit) && has(base32, isupper)) << base32;
  }
}

TEST(ExpandSample, RangesReachBothEnds) {
  std::set<std::size_t> sizes;
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    sizes.insert(expand("{{ hex{2,5} }}", seed).size());
  EXPECT_THAT(sizes, testing::ElementsAre(2, 3, 4, 5));
  EXPECT_EQ(expand("{{ hex{ 3 , 3 } }}").size(), 3U);
  EXPECT_EQ(expand("{{ hex }}").size(), 1U);
}

TEST(ExpandSample, Encodes) {
  EXPECT_EQ(expand("{{ base64(\"\") base64(\"f\") base64(\"fo\") base64(\"foo\") }}"),
            "Zg==Zm8=Zm9v");
  EXPECT_EQ(expand("{{ base64(\"\\xff\\xef\\xff\") base64url(\"\\xff\\xef\\xff\\xff\") }}"),
            "/+//_-___w");
  EXPECT_EQ(expand("{{ base32(\"foobar\") }}"), "MZXW6YTBOI");
  EXPECT_EQ(expand("{{ base58(\"\\0\\0Hello World!\") }}"), "112NEpo7TZRRrLZSi2U");
  EXPECT_EQ(expand("{{ base58(\"\\0\") base58(\"\") }}"), "1");
  EXPECT_EQ(expand("{{ hex(\"\\x0f\\xf0\") upper(hex(\"\\xab\")) lower(\"ABC\") }}"), "0ff0ABabc");
  EXPECT_EQ(expand("{{ percent(\"a-b_c.d~e/f+ \\xff\") }}"), "a-b_c.d~e%2Ff%2B%20%FF");
  EXPECT_EQ(expand("{{ utf16le(\"ab\") utf16be(\"ab\") }}"), ByteString("a\0b\0\0a\0b", 8));
  EXPECT_EQ(expand("{{ reverse(\"abc\" \"d\") }}"), "dcba");
  EXPECT_EQ(expand("{{ json(\"\\\"\\\\\\n\\x01x\") }}"), "\\\"\\\\\\n\\u0001x");
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const ByteString raw = expand("{{ byte{20,40} }}", seed);
    const ByteString out = expand("{{ base64(byte{20,40}) }}", seed);
    EXPECT_TRUE(decode_base64(out).has_value());
    EXPECT_EQ(out.size() % 4, 0U);
    EXPECT_GE(raw.size(), 20U);
  }
}

TEST(ExpandSample, RepeatsOneDraw) {
  const ByteString out = expand("{{ repeat{3}(hex{8}) }}");
  ASSERT_EQ(out.size(), 24U);
  EXPECT_EQ(out.substr(0, 8), out.substr(8, 8));
  EXPECT_EQ(out.substr(0, 8), out.substr(16));
}

TEST(ExpandSample, MakesUuids) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_THAT(expand("{{ uuid }}", seed),
                testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                      "[0-9a-f]{12}"));
    EXPECT_THAT(expand("{{ UUID }}", seed),
                testing::MatchesRegex("[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-"
                                      "[0-9A-F]{12}"));
  }
}

// The polynomial division, bit by bit.
std::uint32_t slow_crc32(ByteView data) {
  std::uint32_t sum = ~0U;
  for (const char c : data) {
    for (int bit = 0; bit < 8; ++bit) {
      const bool odd = ((sum ^ static_cast<unsigned char>(c) >> bit) & 1U) != 0;
      sum = sum >> 1 ^ (odd ? 0xEDB88320U : 0U);
    }
  }
  return ~sum;
}

TEST(Crc32, IsThePolynomialDivision) {
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
  EXPECT_EQ(crc32(""), 0U);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const ByteString data = expand("{{ byte{0,200} }}", seed);
    EXPECT_EQ(crc32(data), slow_crc32(data));
  }
}

TEST(Checksums, Crc32Base62IsOfTheRandomPart) {
  constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const ByteString token = expand("{{ crc32_base62(\"gh\" \"p_\" base62{30}) }}", seed);
    ASSERT_EQ(token.size(), 40U);
    std::uint64_t sum = 0;
    for (const char c : token.substr(34)) sum = sum * 62 + kDigits.find(c);
    EXPECT_EQ(sum, slow_crc32(token.substr(4, 30)));
  }
  EXPECT_EQ(expand("{{ crc32_base62(\"\") }}"), "000000");
}

TEST(Checksums, HexFormsDiffer) {
  const ByteString upper = expand("{{ crc32_hex_upper(\"123456789\") }}");
  EXPECT_EQ(upper, "123456789CBF43926");
  EXPECT_EQ(expand("{{ crc32_hex_body(\"p_123456789\") }}"), "p_123456789_cbf43926");
  EXPECT_EQ(expand("{{ crc32le_hex(\"123456789\") }}"), "123456789_2639f4cb");
}

TEST(Checksums, KnownValues) {
  EXPECT_EQ(expand("{{ luhn(\"7992739871\") luhn(\"\") luhn(\"0-0\") }}"), "7992739871300-00");
  // The valid string of BIP-173 with an empty data part, and one in upper case.
  EXPECT_EQ(expand("{{ bech32(\"a1\") bech32(\"A1\") }}"), "a12uel5lA12UEL5L");
  EXPECT_EQ(expand("{{ base58check(\"\\0\") }}"), "1Wh4bh");
  EXPECT_EQ(expand("{{ gitlab_routable(\"gl\" \"pat-abc\") }}").substr(0, 12), "glpat-abc.03");
  EXPECT_EQ(expand("{{ gitlab_routable(\"gl\" \"rt-t1_abc.01\") }}").substr(0, 16),
            "glrt-t1_abc.01.0");
}

TEST(Whole, JwtHasTwoJsonParts) {
  const ByteString token = expand("{{ jwt() }}");
  const std::size_t dot = token.find('.');
  const auto head = decode_base64(token.substr(0, dot));
  const auto body = decode_base64(token.substr(dot + 1, token.rfind('.') - dot - 1));
  ASSERT_TRUE(head && body);
  EXPECT_EQ(*head, R"({"alg":"HS256","typ":"JWT"})");
  EXPECT_THAT(*body, testing::MatchesRegex(
                         R"(\{"sub":"[0-9a-f-]{36}","iat":[12][0-9]{9},"exp":2[0-9]{9}\})"));
}

TEST(Whole, PemIsOfTheSizeThatIsAskedFor) {
  for (const std::size_t size : {64, 65, 129, 130, 131, 258, 259, 260, 1200, 60000}) {
    const ByteString block = expand("{{ pem(\"TEST KEY\" " + std::to_string(size) + ") }}");
    EXPECT_TRUE(block.starts_with("-----BEGIN TEST KEY-----\n"));
    EXPECT_TRUE(block.ends_with("\n-----END TEST KEY-----"));
    ByteString text = block.substr(25, block.size() - 25 - 23);
    std::erase(text, '\n');
    const auto der = decode_base64(text);
    ASSERT_TRUE(der.has_value());
    ASSERT_EQ(der->size(), size);
    // The length in the header is that of the rest.
    const auto at = [&](std::size_t i) {
      return std::size_t{static_cast<unsigned char>((*der)[i])};
    };
    EXPECT_EQ(at(0), 0x30U);
    const std::size_t length = at(1) < 128     ? at(1) + 2
                               : at(1) == 0x81 ? at(2) + 3
                                               : at(2) * 256 + at(3) + 4;
    EXPECT_EQ(length, size);
  }
  EXPECT_TRUE(decode_base64(expand("{{ pem(\"OPENSSH X\" 90) }}").substr(26, 20))
                  ->starts_with("openssh-key-v1"));
}

struct Mistake {
  std::string sample;
  std::string text;
};

TEST(ExpandSample, NamesWhatItCannotRead) {
  const std::string deep = [] {
    std::string out;
    for (int i = 0; i < 20; ++i) out += "hex(";
    return out;
  }();
  const Mistake mistakes[] = {
      {"a {{ hexx{3} }}", "sample, column 6: unknown class 'hexx'; did you mean 'hex'?"},
      {"{{ qqqqqq }}", "sample, column 4: unknown class 'qqqqqq'"},
      {"{{ bas64(hex) }}", "sample, column 4: unknown function 'bas64'; did you mean 'base64'?"},
      {"ab{{ hex", "sample, column 9: the '{{' of column 3 is not closed"},
      {"{{ hex ! }}", "sample, column 8: unexpected '!'"},
      {"{{ hex{ }}", "sample, column 7: unreadable repeat; it is {n} or {m,n}, up to 1048576"},
      {"{{ hex{3,2} }}", "sample, column 7: unreadable repeat; it is {n} or {m,n}, up to 1048576"},
      {"{{ hex{1048577} }}",
       "sample, column 7: unreadable repeat; it is {n} or {m,n}, up to 1048576"},
      {"{{ hex{-1} }}", "sample, column 7: unreadable repeat; it is {n} or {m,n}, up to 1048576"},
      {"{{ \"abc }}", "sample, column 4: the string is not closed"},
      {"{{ \"a\\q\" }}",
       "sample, column 7: unknown escape; known are \\\" \\\\ \\n \\t \\r \\0 \\xHH"},
      {"{{ \"\\x4\" }}",
       "sample, column 6: unknown escape; known are \\\" \\\\ \\n \\t \\r \\0 \\xHH"},
      {"{{ hex(digit }}", "sample, column 14: unexpected '}'"},
      {"{{ hex(digit", "sample, column 13: a ')' is missing"},
      {"{{ hex{2}(digit) }}", "sample, column 4: 'hex' takes no number in braces"},
      {"{{ repeat(digit) }}", "sample, column 4: repeat needs a number; as in repeat{3}(hex{8})"},
      {"{{ repeat{0}(digit) }}", "sample, column 14: repeat takes a number from 1 on"},
      {"{{ repeat{1048576}(digit{2}) }}", "sample, column 20: the expansion is longer than 1 MiB"},
      {"{{ byte{1048576} byte }}", "sample, column 22: the expansion is longer than 1 MiB"},
      {"{{ byte{1048576} }}x{{ byte }}", "sample, column 21: the expansion is longer than 1 MiB"},
      {"{{ pem(3) }}", "sample, column 8: pem takes a label and a size"},
      {"{{ pem(\"A\" x) }}", "sample, column 12: pem takes a label and a size"},
      {"{{ pem(\"A\" 63) }}", "sample, column 4: pem takes a size from 64 to 60000"},
      {"{{ jwt(hex) }}", "sample, column 4: jwt takes nothing"},
      {"{{ bech32(\"ab\") }}",
       "sample, column 4: bech32 takes a prefix, '1' and bech32 characters"},
      {"{{ bech32(\"a1b\") }}", "sample, column 4: no bech32 character: 'b'"},
      {"{{ base58(byte{5000}) }}", "sample, column 4: base58 takes up to 4096 bytes"},
      {"{{ gitlab_routable(\"x-y\") }}",
       "sample, column 4: gitlab_routable takes a prefix such as \"glpat-\" and a payload"},
      {"{{ gitlab_routable(\"gl-\" hex{1296}) }}",
       "sample, column 4: gitlab_routable takes a payload of up to 1295 bytes"},
      {"{{ " + deep, "sample, column 68: functions are nested deeper than 16"},
      {std::string((1 << 20) + 1, 'a'), "sample: longer than 1 MiB"},
  };
  for (const Mistake& mistake : mistakes) {
    const auto result = expand_sample(mistake.sample, 1);
    ASSERT_FALSE(result.ok()) << mistake.sample.substr(0, 100);
    EXPECT_EQ(result.error().kind, ErrorKind::kUsage);
    EXPECT_EQ(result.error().text(), mistake.text) << mistake.sample.substr(0, 100);
  }
}

TEST(ExpandSample, HoldsAFullMebibyte) {
  EXPECT_EQ(expand("{{ byte{1048576} }}").size(), std::size_t{1} << 20);
}

}  // namespace
}  // namespace dragnet
