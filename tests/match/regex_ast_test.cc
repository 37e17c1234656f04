#include "match/regex_ast.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>
#include <string>

#include "match/regex_store.h"

namespace dragnet {
namespace {

bool re2_takes(const std::string& pattern) { return re2::RE2(pattern, regex_options()).ok(); }

// Patterns put together from pieces of syntax, right and wrong: what RE2 takes must be taken, but
// for what is documented as refused.
TEST(RegexAst, TakesWhatRe2Takes) {
  static constexpr const char* kPieces[] = {
      "a",    "b",    "[a-z]", "[^0-9]",  "[]a]",   "[a\\]]", "(",           ")",      "(?:",
      "(?i)", "(?s:", "|",     "*",       "+",      "?",      "{2}",         "{1,3}",  "{2,}",
      "{",    "}",    "{,2}",  "\\d",     "\\b",    "\\x41",  "\\x{7f}",     ".",      "^",
      "$",    "\\A",  "\\z",   "\\Q.\\E", "(?P<n>", "\\.",    "[[:alpha:]]", "[\\d_]", "-",
      "\\pL", "\\n",  "\\0",   "\\012",   "[",      "]",      "\\"};
  std::mt19937 random(7);
  int taken = 0;
  for (int round = 0; round < 200000; ++round) {
    std::string pattern;
    for (std::size_t i = random() % 6; i-- > 0;) pattern += kPieces[random() % std::size(kPieces)];
    if (!re2_takes(pattern)) continue;
    ++taken;
    EXPECT_TRUE(parse_regex(pattern).ok())
        << pattern << ": " << parse_regex(pattern).error().text();
  }
  EXPECT_GT(taken, 10000);
}

TEST(RegexAst, NeverCrashesOnRandomBytes) {
  std::mt19937 random(8);
  for (int round = 0; round < 100000; ++round) {
    std::string pattern;
    for (std::size_t i = random() % 24; i-- > 0;)
      pattern += "()[]{}|*+?\\^$.abQE:<>P=!-,0129x\xff"[random() % 32];
    (void)parse_regex(pattern);
  }
}

TEST(RegexAst, NestingIsBounded) {
  EXPECT_FALSE(parse_regex(std::string(100000, '(')).ok());
  EXPECT_FALSE(parse_regex(std::string(5000, '(') + std::string(5000, ')')).ok());
  std::string repeats = "a";
  for (int i = 0; i < 5000; ++i) repeats = "(?:" + repeats + ")?";
  EXPECT_FALSE(parse_regex(repeats).ok());
}

TEST(RegexAst, ErrorsNameTheByte) {
  const auto result = parse_regex("abc[d");
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("byte 5"), std::string::npos) << result.error().message;
}

// A Unicode class is widened, so what a negated one leaves out is not known.
TEST(RegexAst, ClassesHoldWhatRe2sDo) {
  for (const std::string pattern :
       {"[^\\p{L}]", "[\\PL]", "[^\\PL-]", "[^\\d\\pN]", "[^a-c]", "(?i)[^k\\xe0]", "(?i)\\xc9",
        "[[:^space:]]", "[^[:space:]\\w]", "\\W", ".", "(?s).", "(?i)[^\\pL]", "[\\x{80}-\\xff]"}) {
    const auto tree = parse_regex(pattern);
    ASSERT_TRUE(tree) << pattern;
    const RegexNode& node = tree->children.empty() ? tree.value() : tree->children.back();
    const re2::RE2 regex(pattern, regex_options());
    for (int byte = 0; byte < 256; ++byte) {
      const std::string text(1, static_cast<char>(byte));
      if (!re2::RE2::FullMatch(text, regex)) continue;
      EXPECT_TRUE(node.set[static_cast<std::size_t>(byte)]) << pattern << ", byte " << byte;
    }
  }
}

TEST(RegexAst, LookAroundIsRefused) {
  EXPECT_FALSE(parse_regex("(?=a)").ok());
  EXPECT_FALSE(parse_regex("(?<!a)b").ok());
}

}  // namespace
}  // namespace dragnet
