#include "rules/toml_precheck.h"

#include <gtest/gtest.h>

#include <string>

namespace dragnet {
namespace {

std::string times(int count, const std::string& text) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

// The line of trouble.
std::optional<std::uint32_t> line_nested_too_deep(const std::string& text) {
  const auto trouble = precheck_toml(text);
  if (!trouble) return std::nullopt;
  EXPECT_EQ(trouble->message, "nested deeper than 100 levels");
  return trouble->line;
}

TEST(PrecheckToml, FindsDeepNestingOfEveryForm) {
  EXPECT_EQ(line_nested_too_deep("x = 1\na" + times(100000, ".a") + " = 1"), 2U);
  EXPECT_EQ(line_nested_too_deep("\n\n[a" + times(200, ".a") + "]"), 3U);
  EXPECT_EQ(line_nested_too_deep("[[a" + times(200, " . \"a\"") + "]]"), 1U);
  EXPECT_EQ(line_nested_too_deep("a = " + times(101, "[")), 1U);
  EXPECT_EQ(line_nested_too_deep("a = " + times(101, "[\n")), 101U);
  EXPECT_EQ(line_nested_too_deep("a = " + times(60, "{b.c = ")), 1U);
  EXPECT_EQ(line_nested_too_deep("a = " + times(34, "[{b.c = \n")), 34U);
  // A header, the key below it and the value's own tables add up.
  EXPECT_EQ(line_nested_too_deep("[a" + times(40, ".a") + "]\nb" + times(40, ".b") + " = {c" +
                                 times(40, ".c") + " = 1}"),
            2U);
}

TEST(PrecheckToml, AcceptsFlatTextOfAnySize) {
  EXPECT_EQ(line_nested_too_deep(""), std::nullopt);
  EXPECT_EQ(line_nested_too_deep(times(1000, "a.b = 1.5\n[c.d]\n")), std::nullopt);
  EXPECT_EQ(line_nested_too_deep("a = [" + times(1000, "1.5, {b.c = 1}, [2],\n") + "]"),
            std::nullopt);
  EXPECT_EQ(line_nested_too_deep(times(1000, "]}")), std::nullopt);
}

TEST(PrecheckToml, ReadsNothingInStringsAndComments) {
  const std::string deep = times(300, "[.{.");
  EXPECT_EQ(line_nested_too_deep("# " + deep + "\na = 1"), std::nullopt);
  EXPECT_EQ(line_nested_too_deep("a = '" + deep + "'"), std::nullopt);
  EXPECT_EQ(line_nested_too_deep("a = \"\\\"" + deep + "\""), std::nullopt);
  EXPECT_EQ(line_nested_too_deep("a = '''\n'" + deep + "''\n''''' # x"), std::nullopt);
  EXPECT_EQ(line_nested_too_deep("a = \"\"\"\n\\\"\"\"" + deep + "\\\\\"\"\""), std::nullopt);
  // Two quotes may stand before the three that end a string; what follows counts again.
  EXPECT_EQ(line_nested_too_deep("a = '''x'''''\nb = " + times(101, "[")), 2U);
  EXPECT_EQ(line_nested_too_deep("a = \"\"\"x\\\n\"\"\"\nb = " + times(101, "[")), 3U);
  EXPECT_EQ(line_nested_too_deep("a = 'open\nb = " + times(101, "[")), 2U);
}

TEST(PrecheckToml, FindsHeadersWithoutAKey) {
  const auto column_of = [](const std::string& text) -> std::optional<std::uint32_t> {
    const auto trouble = precheck_toml(text);
    if (!trouble) return std::nullopt;
    EXPECT_EQ(trouble->message, "the table header does not start with a key");
    EXPECT_EQ(trouble->line, 2U);
    return trouble->column;
  };
  EXPECT_EQ(column_of("\n[.a]"), 2U);
  EXPECT_EQ(column_of("\n [[ \t\n]]"), 6U);
  EXPECT_EQ(column_of("\n[[[a]]]"), 3U);
  EXPECT_EQ(column_of("\n[\xc3\xa4]"), 2U);
  for (const std::string good :
       {"[a]", "[[ a ]]", "[ \"a\"]", "['a']", "[-]", "[_0]", "[]", "[["}) {
    EXPECT_EQ(column_of("\n" + good), std::nullopt) << good;
  }
  EXPECT_EQ(column_of("a = [\n[.1]]"), std::nullopt);
}

// "LINE:COLUMN message"; empty where there is no trouble.
std::string trouble_in(const std::string& text) {
  const auto trouble = precheck_toml(text);
  if (!trouble) return {};
  return std::to_string(trouble->line) + ":" + std::to_string(trouble->column) + " " +
         trouble->message;
}

const std::string kLetter = "\xc3\xa9";

TEST(PrecheckToml, FindsLettersWhereTomlHasNone) {
  const std::string beyond = " only strings and comments may go beyond ASCII";
  EXPECT_EQ(trouble_in("x = 1\na" + kLetter + " = 1"), "2:2" + beyond);
  EXPECT_EQ(trouble_in("a = 'x'" + kLetter), "1:8" + beyond);
  EXPECT_EQ(trouble_in("[a" + kLetter + "]"), "1:3" + beyond);
  EXPECT_EQ(trouble_in("a = ['x', " + kLetter + "]"), "1:11" + beyond);
  EXPECT_EQ(trouble_in("a = " + kLetter), "1:5" + beyond);
}

TEST(PrecheckToml, FindsValuesThatTheParserWouldLookThrough) {
  const std::string value = " a value may not hold this character";
  EXPECT_EQ(trouble_in("a = b'" + kLetter + "'"), "1:6" + value);
  EXPECT_EQ(trouble_in("a = 1.'" + kLetter + "'"), "1:7" + value);
  EXPECT_EQ(trouble_in("a = b['" + kLetter + "'"), "1:6" + value);
  EXPECT_EQ(trouble_in("a = [b{'" + kLetter + "'"), "1:7" + value);
  EXPECT_EQ(trouble_in("a = b='" + kLetter + "'"), "1:6" + value);
  EXPECT_EQ(trouble_in("a = {b = =}"), "1:10" + value);
}

TEST(PrecheckToml, FindsLettersBehindABackslash) {
  const std::string fence = "\"\"\"";
  EXPECT_EQ(trouble_in("a = " + fence + "x\\\n\n  " + kLetter + fence),
            "3:3 a line that goes on behind a backslash may not start with a letter beyond ASCII");
  EXPECT_EQ(trouble_in("a = " + fence + "x\\" + kLetter + fence), "1:10 no escape sequence");
  EXPECT_EQ(trouble_in("a = " + fence + "x\\\n x" + kLetter + fence), "");
  EXPECT_EQ(trouble_in("a = '''x\\\n" + kLetter + "'''"), "");
}

TEST(PrecheckToml, AcceptsLettersWhereTomlHasThem) {
  for (const char* good :
       {"\xef\xbb\xbf# \xc3\xa9", "a = '\xc3\xa9' # \xc3\xa9", "'\xc3\xa9'.\"\xc3\xa9\" = 1",
        "[a.'\xc3\xa9']", "a = [ '\xc3\xa9', {b = \"\xc3\xa9\", '\xc3\xa9' = 2} ]",
        "a = \"\"\"\xc3\xa9\n\xc3\xa9\"\"\"", "a = [1, true, \n2] #\xc3\xa9", "a={b=1}#\xc3\xa9",
        "a = 1979-05-27 07:32:00+01:00\nb = +1.5e-3, #\xc3\xa9"}) {
    EXPECT_EQ(trouble_in(good), "") << good;
  }
}

}  // namespace
}  // namespace dragnet
