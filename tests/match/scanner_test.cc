#include "match/scanner.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>
#include <tuple>

#include "match/confirm.h"
#include "match/encode.h"
#include "match/match_relations.h"
#include "match/regex_store.h"
#include "match/rule_maker.h"

namespace dragnet {
namespace {

constexpr std::size_t kChunk = 256 << 10;  // the scanner's own; tests put secrets across its edges

std::vector<std::tuple<std::uint32_t, std::uint64_t, std::uint64_t>> places(
    const std::vector<Match>& matches) {
  std::vector<std::tuple<std::uint32_t, std::uint64_t, std::uint64_t>> out;
  for (const Match& match : matches) out.emplace_back(match.rule, match.start, match.end);
  return out;
}

// The same without Hyperscan and without chunks: every end offset is tried for every anchor.
std::vector<Match> scan_slowly(const RulePack& pack, ByteView text) {
  std::vector<Match> out;
  for (std::uint32_t i = 0; i < pack.rules().size(); ++i) {
    const CompiledRule& rule = pack.rules()[i];
    if (rule.whole_text()) {
      const auto found = confirm_whole_text(pack, i, text);
      if (!found) continue;
      if (auto match = judge(pack, i, text, *found)) out.push_back(std::move(*match));
      continue;
    }
    const re2::RE2 anchor(rule.anchor.pattern, regex_options());
    const std::uint64_t tail = rule.precheck.tail();
    const std::vector<Confirmed> all =
        rule.whole_blob() ? confirm_whole(pack, i, text) : std::vector<Confirmed>();
    for (std::uint64_t end = 1; end <= text.size(); ++end) {
      bool holds = false;
      for (std::uint64_t width = rule.anchor.min_width;
           width <= rule.anchor.max_width && width <= end && !holds; ++width) {
        holds = anchor.Match({text.data(), text.size()}, end - width, end - tail,
                             re2::RE2::ANCHOR_BOTH, nullptr, 0);
      }
      if (!holds) continue;
      const auto found = rule.whole_blob() ? containing(all, rule.anchor, end)
                                           : confirm_anchor(pack, i, text, end);
      if (!found) continue;
      if (auto match = judge(pack, i, text, *found)) out.push_back(std::move(*match));
    }
  }
  resolve_overlaps(pack, &out);
  return out;
}

std::shared_ptr<const RulePack> several_rules() {
  Rule generic = make_rule("word", "(?i)pass(?:word)? ?= ?([a-z0-9]{4,12})\\b");
  generic.generic = true;
  return make_pack({make_rule("ab", "\\b(ab_[0-9a-f]{6})\\b"), generic,
                    make_rule("long", "<<[a-z=\\n]{2,40}>>"), make_rule("open", "zq[a-f]+;"),
                    make_rule("tail", "(?:^|[^x])(key[0-9]{3})(?:[^0-9]|$)")});
}

TEST(Scanner, EqualsTheSlowWayOnRandomText) {
  static constexpr const char* kPieces[] = {
      "ab_", "0a1b2c", "pass", "word", "=",         " = ",    "deadbeef", "<<",
      ">>",  "zq",     ";",    "key",  "123",       "x",      "\n",       " ",
      "_",   "a",      "PASS", "4567", "ab_00ff11", "zqabc;", "key777 "};
  const auto pack = several_rules();
  ASSERT_TRUE(pack);
  auto scanner = Scanner::create(pack.get());
  std::mt19937 random(3);
  std::size_t found = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::size_t i = random() % 40; i-- > 0;) text += kPieces[random() % std::size(kPieces)];
    const std::vector<Match>& fast = scanner->scan(text);
    const std::vector<Match> slow = scan_slowly(*pack, text);
    ASSERT_EQ(places(fast), places(slow)) << text;
    found += fast.size();
    for (std::size_t i = 0; i < fast.size(); ++i) ASSERT_EQ(fast[i].also, slow[i].also) << text;
  }
  EXPECT_GT(found, 1000U);
}

TEST(Scanner, AWholeTextIsAskedOfObjectsOnly) {
  const auto pack = make_pack({make_rule("key", "\\A\\s{0,2}([0-9a-f]{32})\\s{0,2}\\z")});
  ASSERT_TRUE(pack);
  ASSERT_TRUE(pack->rules()[0].whole_text());
  EXPECT_EQ(pack->longest_whole_text(), 36U);
  auto scanner = Scanner::create(pack.get());
  const std::string key = "00112233445566778899aabbccddeeff";
  for (const std::string& text : {key, key + "\n", "\n " + key + "\r\n"}) {
    const std::vector<Match>& matches = scanner->scan(text);
    ASSERT_EQ(matches.size(), 1U) << text;
    EXPECT_EQ(secret_bytes(text, matches[0]), key);
  }
  for (const std::string& text :
       {key + "0", key + " x", "x\n" + key, "k: " + key, key + "\n\n\n"}) {
    EXPECT_TRUE(scanner->scan(text).empty()) << text;
  }
  // Nor of what decodes from one, nor of names.
  EXPECT_TRUE(scanner->scan(test_support::to_base64(key)).empty());
  const std::vector<ByteView> names = {key, "other"};
  scanner->scan_each(names, [](std::size_t i, const auto&) { ADD_FAILURE() << i; });
}

TEST(Scanner, FindsWhatLiesAcrossChunks) {
  const auto pack = several_rules();
  auto scanner = Scanner::create(pack.get());
  const std::string secret = "ab_0a1b2c";
  for (std::size_t shift = 0; shift <= secret.size() + 2; ++shift) {
    for (const std::size_t edge : {kChunk, 2 * kChunk}) {
      std::string text(3 * kChunk, ' ');
      text.replace(edge - shift, secret.size(), secret);
      const std::vector<Match>& matches = scanner->scan(text);
      ASSERT_EQ(matches.size(), 1U) << shift;
      EXPECT_EQ(matches[0].start, edge - shift);
      EXPECT_EQ(matches[0].end, edge - shift + secret.size());
    }
  }
}

TEST(Scanner, AWordAcrossAChunkIsNoBoundary) {
  const auto pack = make_pack({make_rule("b", "\\bab_[0-9a-f]{6}")});
  auto scanner = Scanner::create(pack.get());
  std::string text(2 * kChunk, 'x');
  text.replace(kChunk, 9, "ab_0a1b2c");  // preceded by a word byte, in the chunk before
  EXPECT_TRUE(scanner->scan(text).empty());
}

TEST(Scanner, PlacesLinesAndColumns) {
  const auto pack = several_rules();
  auto scanner = Scanner::create(pack.get());
  const std::vector<Match>& matches = scanner->scan("one\ntwo\n  ab_0a1b2c\n<<a\nb>>\n");
  ASSERT_EQ(matches.size(), 2U);
  EXPECT_EQ(
      std::tuple(matches[0].line, matches[0].column, matches[0].end_line, matches[0].end_column),
      std::tuple(3U, 3U, 3U, 12U));
  EXPECT_EQ(
      std::tuple(matches[1].line, matches[1].column, matches[1].end_line, matches[1].end_column),
      std::tuple(4U, 1U, 5U, 4U));
}

TEST(Scanner, EachTextIsAWorldOfItsOwn) {
  const auto pack = several_rules();
  auto scanner = Scanner::create(pack.get());
  const std::vector<ByteView> texts = {"ab_0a1", "b2c", "ab_0a1b2c", "", "xab_0a1b2c", "key123"};
  std::vector<std::size_t> with;
  scanner->scan_each(texts, [&](std::size_t i, const std::vector<Match>& matches) {
    with.push_back(i);
    EXPECT_EQ(matches.size(), 1U);
  });
  EXPECT_EQ(with, (std::vector<std::size_t>{2, 5}));
}

TEST(Scanner, EachTextHasItsStart) {
  const auto pack =
      make_pack({make_rule("start", "\\A(top[0-9]{2})"), make_rule("end", "(fin[0-9])\\z")});
  auto scanner = Scanner::create(pack.get());
  const std::vector<ByteView> texts = {"a top12", "top34fin5", "fin6 ", "fin7"};
  std::vector<std::size_t> with;
  scanner->scan_each(texts, [&](std::size_t i, const std::vector<Match>& matches) {
    with.push_back(i);
    EXPECT_EQ(matches.size(), i == 1 ? 2U : 1U);
  });
  EXPECT_EQ(with, (std::vector<std::size_t>{1, 3}));
}

std::string utf16(const std::string& text, bool big_endian) {
  std::string out;
  for (const char c : text) {
    if (big_endian) out += '\0';
    out += c;
    if (!big_endian) out += '\0';
  }
  return out;
}

TEST(Scanner, ReadsUtf16InBothOrdersAtAnyOffset) {
  const auto pack = several_rules();
  auto scanner = Scanner::create(pack.get());
  for (const bool big : {false, true}) {
    for (const std::string lead : {"", "\xff\xfe", "\xfe\xff", "\x80", "\x01\x02\x03"}) {
      const std::string text = lead + utf16("x = 1\r\ny = ab_0a1b2c\r\n", big);
      const std::vector<Match>& matches = scanner->scan(text);
      ASSERT_EQ(matches.size(), 1U) << big << " " << lead.size();
      const std::uint64_t start = lead.size() + 2 * 11;
      EXPECT_EQ(matches[0].start, start);
      EXPECT_EQ(matches[0].end, start + 2 * 9);
      EXPECT_EQ(matches[0].line, 2U);
      EXPECT_EQ(matches[0].column, 9U);
      EXPECT_EQ(secret_bytes(text, matches[0]), "ab_0a1b2c");
    }
  }
}

TEST(Scanner, DecodesLargeTextsWhereItIsTold) {
  const auto pack = several_rules();
  auto scanner = Scanner::create(pack.get());
  const std::string text = utf16(std::string(5 << 20, ' ') + "ab_0a1b2c\n", false);
  std::size_t asked = 0;
  const Scanner::TextMemory heap = [&](std::size_t size) {
    asked = size;
    return std::shared_ptr<char>(new char[size], std::default_delete<char[]>());
  };
  for (const auto& memory : {heap, Scanner::TextMemory(), Scanner::TextMemory([](std::size_t) {
                               return std::shared_ptr<char>();
                             })}) {
    scanner->set_text_memory(memory);
    ASSERT_EQ(scanner->scan(text).size(), 1U);
    EXPECT_EQ(scanner->scan(text)[0].start, 10U << 20);
  }
  EXPECT_EQ(asked, text.size() / 2);
}

TEST(Scanner, AnyBytesAreFine) {
  const auto pack = several_rules();
  auto scanner = Scanner::create(pack.get());
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::string text(random() % 5000, '\0');
    for (char& c : text) c = random() % 3 == 0 ? '\0' : static_cast<char>(random());
    for (const Match& match : scanner->scan(text)) {
      EXPECT_LE(match.start, match.end);
      EXPECT_LE(match.end, text.size());
    }
  }
}

TEST(Scanner, WithoutRulesNothingIsFound) {
  const auto pack = make_pack({});
  ASSERT_TRUE(pack);
  auto scanner = Scanner::create(pack.get());
  EXPECT_TRUE(scanner->scan(std::string(1000, '\0')).empty());
}

}  // namespace
}  // namespace dragnet
