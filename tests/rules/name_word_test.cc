#include "rules/name_word.h"

#include <gtest/gtest.h>

#include <string>

namespace dragnet {
namespace {

TEST(NameWord, ReadsBoundaries) {
  for (const bool starts : {false, true}) {
    for (const bool ends : {false, true}) {
      const std::string text = std::string(starts ? "\\b" : "") + "api_key-2" + (ends ? "\\b" : "");
      const auto word = parse_name_word(text);
      ASSERT_TRUE(word) << text;
      EXPECT_EQ(word->text, "api_key-2");
      EXPECT_EQ(word->starts_part, starts);
      EXPECT_EQ(word->ends_part, ends);
    }
  }
}

TEST(NameWord, RefusesWhatIsNoWord) {
  for (const char* text : {"", "a b", "ab", "\\bab\\b", "Key", "key.", "\\b\\b", "\\b", "k\\bey"}) {
    EXPECT_FALSE(parse_name_word(text)) << text;
  }
  EXPECT_TRUE(parse_name_word(std::string(24, 'a')));
  EXPECT_FALSE(parse_name_word(std::string(25, 'a')));
}

}  // namespace
}  // namespace dragnet
