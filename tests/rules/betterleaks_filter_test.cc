// What is read of betterleaks's filters, and that the rest is said.
#include "rules/betterleaks_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rule_text.h"

namespace dragnet {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(BetterleaksFilter, ReadsALeadingEntropy) {
  for (const char* text :
       {"entropy(finding[\"secret\"]) <= 3.5", "\nentropy(finding[\"secret\"])<3.5\n",
        "filter.entropy( finding[ \"secret\" ] ) < 3.5"}) {
    const auto found = read_filter_entropy(text);
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(found->least, 3.5);
    EXPECT_TRUE(found->whole);
  }
  const auto more = read_filter_entropy("entropy(finding[\"secret\"]) <= 3\n|| matchesAny(x)");
  ASSERT_TRUE(more);
  EXPECT_FALSE(more->whole);
}

TEST(BetterleaksFilter, LeavesWhatMeansSomethingElse) {
  for (const char* text :
       {"", "entropy", "entropy(finding[\"line\"]) < 3", "entropy(finding[\"secret\"]) > 3",
        "entropy(finding[\"secret\"]) < 3 && x", "!entropy(finding[\"secret\"]) < 3",
        "entropy(finding[\"secret\"]) < 99", "entropy(finding[\"secret\"]) < nan",
        "(entropy(finding[\"secret\"]) < 3)", "entropy(finding[\"secret\"]) < 3 ? a : b"}) {
    EXPECT_FALSE(read_filter_entropy(text)) << text;
  }
}

TEST(BetterleaksFilter, IsTheEntropyOfARule) {
  const auto set = load_text(
      "[[rules]]\nid = 'a'\nregex = 'x'\nfilter = '''\nentropy(finding[\"secret\"]) <= 3.5\n'''\n"
      "[[rules]]\nid = 'b'\nregex = 'y'\nentropy = 2\nfilter = 'entropy(finding[\"secret\"]) < "
      "3'\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_EQ(find_rule(set.value(), "a")->entropy, 3.5);
  EXPECT_EQ(find_rule(set.value(), "b")->entropy, 2);
  EXPECT_THAT(set->notes, IsEmpty());
}

TEST(BetterleaksFilter, TheRestIsANote) {
  const auto set = load_text(
      "[[rules]]\nid = 'a'\nregex = 'x'\nfilter = 'entropy(finding[\"secret\"]) < 3 || f(x)'\n"
      "[[rules]]\nid = 'b'\nregex = 'y'\nfilter = 'f(x)'\n");
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_EQ(find_rule(set.value(), "a")->entropy, 3);
  EXPECT_THAT(set->notes, Contains(HasSubstr(":4: rule 'a': of 'filter' only the entropy")));
  EXPECT_THAT(set->notes, Contains(HasSubstr(":8: rule 'b': 'filter' has no effect here")));
}

}  // namespace
}  // namespace dragnet
