#include "rules/nearest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "rules/text.h"

namespace dragnet {
namespace {

// The definition, without a table.
std::size_t slow_distance(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.size() + b.size();
  std::size_t best = slow_distance(a.substr(1), b.substr(1)) + (a[0] == b[0] ? 0 : 1);
  best = std::min(best, slow_distance(a.substr(1), b) + 1);
  best = std::min(best, slow_distance(a, b.substr(1)) + 1);
  if (a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0]) {
    best = std::min(best, slow_distance(a.substr(2), b.substr(2)) + 1);
  }
  return best;
}

TEST(EditDistance, IsThatOfTheDefinition) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    const auto word = [&] {
      std::string out(random() % 7, ' ');
      for (char& c : out) c = static_cast<char>('a' + random() % 3);
      return out;
    };
    const std::string a = word();
    const std::string b = word();
    EXPECT_EQ(edit_distance(a, b), slow_distance(a, b)) << a << ' ' << b;
  }
}

TEST(Nearest, TakesTheFirstOfTheBest) {
  EXPECT_EQ(nearest("entropi", {"regex", "entropy"}), "entropy");
  EXPECT_EQ(nearest("ENTROPY", {"entropy"}), "entropy");
  EXPECT_EQ(nearest("ab", {"ac", "ad"}), "ac");
  EXPECT_EQ(nearest("regex", {}), std::nullopt);
  EXPECT_EQ(nearest("abcdef", {"uvwxyz"}), std::nullopt);
  EXPECT_EQ(nearest(std::string(101, 'a'), {std::string_view("a")}), std::nullopt);
}

TEST(Printable, ShowsNoControlCharacters) {
  EXPECT_EQ(quoted("a\x1b[1m\n\x7f\xc3\xa4"), "'a\\x1b[1m\\x0a\\x7f\\xc3\\xa4'");
  EXPECT_EQ(printable(std::string(101, 'x')), std::string(100, 'x') + "...");
}

TEST(Controls, AreBothSets) {
  for (const char* text : {"\x1b", "a\n", "\x7f", "a\xc2\x9b"}) EXPECT_TRUE(has_controls(text));
  for (const char* text : {"", "a b", "\xc3\xa4", "\xc2\xa0", "\xc2"})
    EXPECT_FALSE(has_controls(text));
}

TEST(KebabCase, IsWordsWithSingleHyphens) {
  for (const char* id : {"a", "a-b", "1password-key", "a1-2b"})
    EXPECT_TRUE(is_kebab_case(id)) << id;
  for (const char* id : {"", "-", "a-", "-a", "a--b", "A", "a_b", "a b", "\xc3\xa4"}) {
    EXPECT_FALSE(is_kebab_case(id)) << id;
  }
}

}  // namespace
}  // namespace dragnet
