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

}  // namespace
}  // namespace dragnet
