// Inline markers against a slow obvious search, and the lines that they count for.
#include "match/inline_marker.h"

#include <gtest/gtest.h>

#include <random>

#include "match/rule_maker.h"
#include "match/scanner.h"

namespace dragnet {
namespace {

InlineMarker marker_of(ByteView text, const std::string& regex = "tok_[a-z]{5}") {
  const auto pack = make_pack({make_rule("token", regex)});
  auto scanner = Scanner::create(pack.get());
  const auto& matches = scanner->scan(text);
  if (matches.size() == 1) return matches[0].marker;
  ADD_FAILURE() << matches.size() << " matches in " << text;
  return InlineMarker::kNone;
}

TEST(InlineMarker, KnowsEverySpelling) {
  EXPECT_EQ(marker_of("a = tok_abcde  # dragnet:allow\n"), InlineMarker::kDragnet);
  EXPECT_EQ(marker_of("a = tok_abcde  # gitleaks:allow\n"), InlineMarker::kGitleaks);
  EXPECT_EQ(marker_of("a = tok_abcde  # betterleaks:allow\n"), InlineMarker::kBetterleaks);
  EXPECT_EQ(marker_of("/*trufflehog:ignore*/ tok_abcde"), InlineMarker::kTrufflehog);
  EXPECT_EQ(marker_of("tok_abcde trufflehog:ignore gitleaks:allow"), InlineMarker::kTrufflehog);
  for (const char* other : {"gitleaks: allow", "gitleaks:ignore", "trufflehog:allow", "allow",
                            ":allow", "gitleaks", "GITLEAKS:ALLOW"}) {
    EXPECT_EQ(marker_of(std::string("tok_abcde ") + other), InlineMarker::kNone) << other;
  }
}

TEST(InlineMarker, CountsForItsLineOnly) {
  EXPECT_EQ(marker_of("gitleaks:allow\ntok_abcde\ngitleaks:allow\n"), InlineMarker::kNone);
  EXPECT_EQ(marker_of("x\ntok_abcde gitleaks:allow"), InlineMarker::kGitleaks);
  EXPECT_EQ(marker_of("tok_abcde gitleaks:allow\r\n"), InlineMarker::kGitleaks);
  EXPECT_EQ(marker_of("tok_abcde\rgitleaks:allow"), InlineMarker::kGitleaks);
}

TEST(InlineMarker, CountsOnEveryLineOfTheMatch) {
  const std::string block = "BEGIN[\\s\\S]{1,100}?END";
  EXPECT_EQ(marker_of("BEGIN\na # gitleaks:allow\nb\nEND\n", block), InlineMarker::kGitleaks);
  EXPECT_EQ(marker_of("BEGIN\na\nb\nEND # gitleaks:allow\n", block), InlineMarker::kGitleaks);
  EXPECT_EQ(marker_of("# gitleaks:allow\nBEGIN\na\nEND\n# gitleaks:allow", block),
            InlineMarker::kNone);
}

// A delimiter that a regex takes in is often the line feed of the line before or after.
TEST(InlineMarker, WhiteSpaceAroundTheSecretSpansNoLine) {
  const std::string regex = "\\s(tok_[a-z]{5})\\s";
  EXPECT_EQ(marker_of("gitleaks:allow\ntok_abcde\ngitleaks:allow\n", regex), InlineMarker::kNone);
  EXPECT_EQ(marker_of("gitleaks:allow\n\ntok_abcde\r\ngitleaks:allow\n", "\\s+(tok_[a-z]{5})\\s+"),
            InlineMarker::kNone);
}

TEST(InlineMarker, IsFoundInUtf16) {
  const ByteString plain = "key\nx tok_abcde gitleaks:allow\ny";
  for (const bool big_endian : {false, true}) {
    ByteString wide;
    for (const char c : plain) {
      wide += big_endian ? ByteString(1, '\0') + c : c + ByteString(1, '\0');
    }
    EXPECT_EQ(marker_of(wide), InlineMarker::kGitleaks);
  }
}

TEST(InlineMarker, SaysHowManyLinesAMatchStartsBeforeItsSecret) {
  const auto pack = make_pack({make_rule("token", "key:\\s+(tok_[a-z]{5})")});
  auto scanner = Scanner::create(pack.get());
  EXPECT_EQ(scanner->scan("key: tok_abcde")[0].lines_before, 0U);
  EXPECT_EQ(scanner->scan("\nkey:\n\ntok_abcde\n")[0].lines_before, 2U);
}

TEST(InlineMarker, AgreesWithAnObviousSearch) {
  const auto pack =
      make_pack({make_rule("token", "tok_[a-z]{5}"), make_rule("b", "<[a-z:\n]{3}>")});
  auto scanner = Scanner::create(pack.get());
  std::mt19937 random(7);
  const std::vector<ByteString> pieces = {"tok_abcde", "tok_",     "\n",     "\n",
                                          " ",         "gitleaks", ":allow", "betterleaks:allow",
                                          "<a\nb>",    "<abc>",    "\n\n"};
  std::size_t marked = 0;
  for (int round = 0; round < 3000; ++round) {
    ByteString text;
    for (std::size_t i = random() % 20; i > 0; --i) text += pieces[random() % pieces.size()];
    for (const Match& match : scanner->scan(text)) {
      std::size_t from = match.start;
      while (from > 0 && text[from - 1] != '\n') --from;
      std::size_t to = match.end;
      while (to < text.size() && text[to] != '\n') ++to;
      const ByteString lines = text.substr(from, to - from);
      const bool wanted = lines.find("gitleaks:allow") != ByteString::npos ||
                          lines.find("betterleaks:allow") != ByteString::npos;
      EXPECT_EQ(match.marker != InlineMarker::kNone, wanted) << text;
      marked += wanted ? 1 : 0;
    }
  }
  EXPECT_GT(marked, 100U);
}

}  // namespace
}  // namespace dragnet
