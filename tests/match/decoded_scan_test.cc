#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "match/encode.h"
#include "match/rule_maker.h"
#include "match/scanner.h"

namespace dragnet {
namespace {

using namespace test_support;

using Names = std::vector<std::string>;

constexpr std::size_t kSize = 256 << 10;  // of a hostile text

const std::string kSecret = "ab_0a1b2c";
const std::string kText = "{\"name\": \"x\",\n\"key\": \"" + kSecret + "\", \"n\": [1 & 2]}\n";

class DecodedScan : public testing::Test {
 protected:
  void SetUp() override {
    Rule generic = make_rule("word", "(?i)pass(?:word)? ?= ?([a-z0-9]{4,12})\\b");
    generic.generic = true;
    Rule key = make_rule("key", "BEGIN KEY-----\\s([A-Za-z0-9+/\\s]{40,})-----END");
    key.anchor = "BEGIN KEY-----";
    key.lookbehind = 14;
    key.lookahead = 4000;
    pack_ = make_pack({make_rule("ab", "\\b(ab_[0-9a-f]{6})\\b"), generic, key});
    ASSERT_TRUE(pack_);
    auto scanner = Scanner::create(pack_.get());
    ASSERT_TRUE(scanner.ok());
    scanner_.emplace(std::move(scanner).value());
  }

  std::shared_ptr<const RulePack> pack_;
  std::optional<Scanner> scanner_;
};

TEST_F(DecodedScan, TellsTheTrailAndTheSecret) {
  const auto base64 = [](ByteView text) { return to_base64(text); };
  struct Case {
    ByteString object;
    Names trail;
  };
  const std::vector<Case> cases = {
      {"a = '" + base64(kText) + "'", {"base64"}},
      {"a = '" + to_base64(kText, true) + "'", {"base64"}},
      {"v1/" + base64(kText), {"base64"}},
      {"A_LONG_NAME_" + base64(kText), {"base64"}},
      {"-----\n" + to_base64(kText, false, 64, "\n") + "\n-----\n", {"base64"}},
      {"a: |\n    " + to_base64(kText, false, 76, "\r\n    "), {"base64"}},
      {"0x" + to_hex(kText), {"hex"}},
      {to_hex(kText + kText).insert(60, "\n").insert(121, "\n"), {"hex"}},
      {"q=" + to_percent(kText), {"percent"}},
      {"\"" + to_escapes("x" + kText, true) + "\"", {"escapes"}},
      {"\"A\\n" + kSecret + "\"", {"escapes"}},
      {"x = \"\\u0061\\u{62}\\x5F0a1b2c\"", {"escapes"}},
      {"<b>key&#61;&#x61;b_0a1b2c</b>", {"html"}},
      {base64(deflated(kText, true)), {"base64", "gzip"}},
      {base64(deflated(kText, false)), {"base64", "zlib"}},
      {to_hex(deflated(kText, true)), {"hex", "gzip"}},
      {"powershell -e " + base64(to_utf16(kText, false)), {"base64", "utf-16le"}},
      {to_utf16("a: " + base64(kText), true), {"utf-16be", "base64"}},
      {base64(base64(kText)), {"base64", "base64"}},
      {base64(to_percent(to_hex(kText) + " ")), {"base64", "hex"}},
      {"{\"data\": \"" +
           to_escapes("a\n" + to_base64(std::string(22, ' ') + kText, false, 64, "\n")) + "\"}",
       {"escapes", "base64"}},
      // A Helm release.
      {"release: " +
           base64(base64(deflated(
               "{\"m\":\"" + to_escapes("key: \"" + base64(kText) + "\"\n") + "\"}", true))),
       {"base64", "base64", "gzip", "base64"}},
      // A token's part.
      {"eyJhbGciOiJIUzI1NiJ9." + to_base64("{\"k\":\"" + kSecret + "\",\"a\":1}", true) + ".c2ln",
       {"base64"}},
  };
  for (const Case& one : cases) {
    const auto& matches = scanner_->scan(one.object);
    ASSERT_FALSE(matches.empty()) << one.object;
    for (const Match& match : matches) {
      EXPECT_EQ(match.trail.names(), one.trail) << one.object;
      EXPECT_EQ(secret_bytes(one.object, match), kSecret) << one.object;
    }
    EXPECT_FALSE(scanner_->decoding_cut());
  }
}

// What the secret's bytes were written as is where it is said to stand.
TEST_F(DecodedScan, TellsTheExactPlace) {
  std::mt19937 random(4);
  for (int round = 0; round < 300; ++round) {
    const std::string before = "{\"a\": \"" + std::string(random() % 40, 'q') + "\n";
    const std::string after = "\n" + std::string(random() % 40, 'q') + "\"}";
    const std::string lead = "x = '" + std::string(random() % 5, ' ');
    struct Case {
      ByteString encoded, start, secret;
    };
    const std::vector<Case> cases = {
        {to_hex(before + kSecret + after + after), to_hex(before), to_hex(kSecret)},
        {to_escapes(before + kSecret + after, true), to_escapes(before, true),
         to_escapes(kSecret, true)},
        {to_escapes(before + kSecret + after), to_escapes(before), to_escapes(kSecret)},
        {to_percent(before + kSecret + after), to_percent(before), to_percent(kSecret)},
        {to_hex(to_percent(before + kSecret + after)), to_hex(to_percent(before)),
         to_hex(to_percent(kSecret))},
        {to_utf16(to_hex(before + kSecret + after), false), to_utf16(to_hex(before), false),
         to_utf16(to_hex(kSecret), false)},
    };
    for (const Case& one : cases) {
      const std::string object = lead + one.encoded + "'";
      const auto& matches = scanner_->scan(object);
      ASSERT_EQ(matches.size(), 1U) << object;
      EXPECT_EQ(matches[0].start, lead.size() + one.start.size()) << object;
      EXPECT_EQ(object.substr(matches[0].start, matches[0].end - matches[0].start), one.secret);
      EXPECT_EQ(matches[0].line, 1U);
    }
    // Of base64 the digits that hold any of the secret's bits, whatever breaks the lines.
    const std::string digits = to_base64(before + kSecret + after, false, 60 + random() % 17);
    const std::string object = lead + digits + "'";
    const auto& matches = scanner_->scan(object);
    ASSERT_EQ(matches.size(), 1U) << object;
    const auto place = [&](std::size_t digit) {
      std::size_t at = lead.size();
      for (; digit > 0 || object[at] == '\n'; ++at) digit -= object[at] == '\n' ? 0 : 1;
      return at;
    };
    EXPECT_EQ(matches[0].start, place(before.size() * 8 / 6));
    EXPECT_EQ(matches[0].end, place(((before.size() + kSecret.size()) * 8 + 5) / 6 - 1) + 1);
  }
}

TEST_F(DecodedScan, WhatIsFoundAsItLiesIsNotDecoded) {
  for (const std::string& object :
       {"x = \"say \\\"" + kSecret + "\\\" to it\"", "<p>&quot;" + kSecret + "&quot;</p>"}) {
    const auto& matches = scanner_->scan(object);
    ASSERT_EQ(matches.size(), 1U) << object;
    EXPECT_TRUE(matches[0].trail.empty()) << object;
    EXPECT_TRUE(matches[0].also.empty()) << object;
  }
}

// All of what was compressed has one place; that does not make them one.
TEST_F(DecodedScan, FindsEverySecretInWhatWasCompressed) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "key ab_0a1b" + std::to_string(10 + i) + "\n";
  text += "more: " + to_base64("and one ab_ffffff in base64, here it is");
  const std::string object = "a: " + to_base64(deflated(text, true)) + "\nb: 1\n";
  const auto& matches = scanner_->scan(object);
  EXPECT_EQ(matches.size(), 51U);
  for (const Match& match : matches) {
    EXPECT_EQ(match.start, 3U);
    EXPECT_EQ(match.line, 1U);
  }
}

TEST_F(DecodedScan, ReadsAKeyWrittenOnOneLine) {
  std::string body;
  for (int i = 0; i < 20; ++i) body += std::string(64, static_cast<char>('a' + i)) + "\n";
  const std::string key = "-----BEGIN KEY-----\n" + body + "-----END KEY-----\n";
  const std::string object = "{\"private_key\": \"" + to_escapes(key) + "\"}";
  const auto& matches = scanner_->scan(object);
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(secret_bytes(object, matches[0]), body);
}

// A match that is cut off by what is taken to be decoded would be another secret.
TEST_F(DecodedScan, NothingIsCutOff) {
  const std::string word = "password=abcd";
  for (std::size_t gap = 250; gap < 420; ++gap) {
    const std::string object = "x\\\"" + std::string(gap, ' ') + word + "efgh " + "\n";
    for (const Match& match : scanner_->scan(object)) EXPECT_TRUE(match.trail.empty()) << gap;
  }
}

// Bytes given to Hyperscan stay within a multiple of the object's; what costs its square would not
// end here.
TEST_F(DecodedScan, HostileTextsCostNoMoreThanTheirSize) {
  const auto repeated = [](const std::string& piece, std::size_t size = kSize) {
    std::string text;
    while (text.size() < size) text += piece;
    return text;
  };
  std::string percents = kText;
  std::string html;
  std::string slashes = kText;
  while (percents.size() < kSize) percents = to_percent(to_percent(percents));
  for (std::size_t i = 1; html.size() < kSize; ++i) html += "&" + repeated("amp;", 4 * i);
  while (slashes.size() < kSize) slashes = to_escapes(slashes);
  std::string base64 = kText;
  while (base64.size() < kSize) base64 = to_base64(base64);
  std::string bomb(8 << 20, ' ');
  for (int i = 0; i < 2; ++i) bomb = to_base64(deflated(bomb, true));
  const std::vector<std::string> texts = {
      repeated("\\"),
      repeated("\\n"),
      repeated("\\q"),
      repeated("A"),
      repeated("%41"),
      repeated("%"),
      repeated("&amp;"),
      repeated("&"),
      repeated("\\\\%5C&amp;\\u0025"),
      repeated("\\n" + std::string(321, 'k')),
      repeated("\\n" + std::string(319, 'k') + "%41"),
      repeated("QUFB"),
      repeated(std::string(60, 'Q') + "\n"),
      repeated(std::string(60, '4') + "\r\n" + std::string(36, ' ')),
      repeated(std::string(60, 'z') + "\n"),
      repeated("QUFBQUFBQUFBQUFBQUFBQUFB "),
      repeated("414141414141414141414141414141414141414141 "),
      repeated("\\\\u005c"),
      percents,
      html,
      slashes,
      base64,
      repeated(bomb + "\n"),
      repeated(to_base64(deflated(std::string(1 << 20, 'x'), false)) + "\n"),
  };
  for (const std::string& text : texts) {
    const std::uint64_t before = scanner_->counters().bytes;
    ScanState state;
    scanner_->scan(text, &state);
    EXPECT_LE(scanner_->counters().bytes - before, 160 * text.size()) << text.substr(0, 80);
    // In a delta with a seam at every few bytes nothing is walked over for each of them.
    std::vector<DeltaOp> ops;
    const std::string shifted = text.substr(1);
    for (std::uint64_t at = 0; at < shifted.size(); at += 16) {
      ops.push_back({at, std::min<std::uint64_t>(16, shifted.size() - at),
                     at % 32 == 0 ? at + 1 : DeltaOp::kInsert});
    }
    if (state.usable) scanner_->scan_delta(shifted, ops, state);
  }
}

TEST_F(DecodedScan, SaysThatABombWasCut) {
  const std::string small = to_base64(deflated(std::string(1 << 9, ' ') + kText, true));
  scanner_->scan(small);
  EXPECT_FALSE(scanner_->decoding_cut());
  const std::string bomb = "x: " + to_base64(deflated(std::string(20 << 20, ' '), true));
  ScanState state;
  scanner_->scan(bomb, &state);
  EXPECT_TRUE(scanner_->decoding_cut());
  const std::string longer = bomb + "\n";
  const std::vector<DeltaOp> ops = {{0, bomb.size(), 0}, {bomb.size(), 1, DeltaOp::kInsert}};
  scanner_->scan_delta(longer, ops, state);
  EXPECT_TRUE(scanner_->decoding_cut());
  scanner_->scan("nothing");
  EXPECT_FALSE(scanner_->decoding_cut());
}

}  // namespace
}  // namespace dragnet
