// Regexes of Rust and Vectorscan in RE2's syntax.
#include "rules/foreign_regex.h"

#include <gtest/gtest.h>

#include <random>

namespace dragnet {
namespace {

std::string rewritten(const std::string& pattern) {
  const auto regex = rewrite_foreign_regex(pattern);
  return regex ? regex->pattern : "refused: " + regex.error().message;
}

TEST(ForeignRegex, LeavesPlainOnesAlone) {
  for (const char* pattern :
       {"", "abc", R"(\b(AKIA[A-Z0-9]{16})\b)", "(?i)a b # c", R"(a(?i)b(?-i)c)", R"([\s\S]*\z)",
        "(?s:.)(?m)^x$", "[^a-z#]", "(?P<name>x)", R"(\x41\x{e9}\pL\Qa)", "[[:alpha:]-]", "[a--]",
        "a{2,}?", "(?i-s:x)"}) {
    EXPECT_EQ(rewritten(pattern), pattern);
  }
}

TEST(ForeignRegex, TakesOutVerboseMode) {
  EXPECT_EQ(rewritten("(?x) a b\n c # d (e [\n f"), "abcf");
  EXPECT_EQ(rewritten("(?xi) a\\ b\\#c"), "(?i)a\\ b\\#c");
  EXPECT_EQ(rewritten("(?x)(?i) a"), "(?i)a");
  EXPECT_EQ(rewritten("(?x)[a #b]"), "[a #b]");
  EXPECT_EQ(rewritten("(?x) a {2,3} | b"), "a{2,3}|b");
  EXPECT_EQ(rewritten("(?x) \\[ # x\n ( b ) # the end"), "\\[(b)");
}

TEST(ForeignRegex, VerboseModeEndsWithItsGroup) {
  EXPECT_EQ(rewritten("a b(?x: c d )e f"), "a b(?:cd)e f");
  EXPECT_EQ(rewritten("((?x) a b ) c"), "(ab) c");
  EXPECT_EQ(rewritten("(?x) a (?-x) b"), "a b");
  EXPECT_EQ(rewritten("(?x) a (?-x: b c) d"), "a(?: b c)d");
  EXPECT_EQ(rewritten("(?x-i) a (?i-x: b )"), "(?-i)a(?i: b )");
}

TEST(ForeignRegex, SpellsAsRe2Does) {
  EXPECT_EQ(rewritten("(?<name>x)"), "(?P<name>x)");
  EXPECT_EQ(rewritten(R"(\u{1f600}\u00e9)"), R"(\x{1f600}\x{00e9})");
  EXPECT_EQ(rewritten("a(?#note)b"), "ab");
  EXPECT_EQ(rewritten("(?u)a(?-u:b)(?iu)c"), "a(?:b)(?i)c");
  EXPECT_EQ(rewritten(R"(\_\<\>\h[\h])"), "_<>[ \\t][ \\t]");
  EXPECT_EQ(rewritten("[]a]"), "[\\]a]");
}

TEST(ForeignRegex, NamesWhatRe2CannotDo) {
  EXPECT_EQ(rewritten("ab(?=cd)"), "refused: the regex has a look-ahead at byte 3: '(?=cd)'");
  EXPECT_EQ(rewritten("(?<!x)a"), "refused: the regex has a look-behind at byte 1: '(?<!x)a'");
  for (const char* pattern :
       {"(?!a)", "(?<=a)b", "(?>a)", R"((a)\1)", R"((?P<a>b)\k<a>)", "[a&&b]", "[a[bc]]", "(?R)a",
        "(?|a|b)", "(?z)a", "[abc", "a\\", R"(\b{start}a)", "(?i", R"(a\Z)"}) {
    EXPECT_TRUE(rewritten(pattern).starts_with("refused: ")) << pattern;
  }
}

TEST(ForeignRegex, SaysWhatMatchesOtherwise) {
  const auto regex = rewrite_foreign_regex("[\xe2\x80\x98\xe2\x80\x99']");
  ASSERT_TRUE(regex.ok());
  EXPECT_EQ(regex->notes.size(), 1U);
  EXPECT_TRUE(rewrite_foreign_regex("\xc3\xa9")->notes.empty());
}

TEST(ForeignRegex, TakesAnyBytes) {
  std::mt19937 random(5);
  const std::string bytes = "ab\\[]()?<>=!:x-i# \n{}1u^|&P*";
  for (int round = 0; round < 50000; ++round) {
    std::string pattern;
    for (std::size_t i = random() % 16; i > 0; --i) pattern += bytes[random() % bytes.size()];
    const auto once = rewrite_foreign_regex(pattern);
    if (!once) continue;
    EXPECT_LE(once->pattern.size(), pattern.size() * 4 + 4);
  }
  EXPECT_FALSE(rewrite_foreign_regex(std::string(100000, '(')).ok());
}

}  // namespace
}  // namespace dragnet
