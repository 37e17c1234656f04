// Our own matcher against RE2: the same match, with the same groups, for any regex, text and span.
#include "match/regex_program.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "match/confirm.h"
#include "match/near_miss.h"
#include "match/random_regex.h"
#include "match/regex_store.h"
#include "match/rule_maker.h"
#include "rules/loader.h"

namespace dragnet {
namespace {

using Answer = RegexProgram::Answer;
using Captures = RegexProgram::Captures;

constexpr std::uint64_t kManySteps = 1 << 16;

std::optional<RegexProgram> program_of(const std::string& regex) {
  const auto tree = parse_regex(regex);
  return tree ? RegexProgram::compile(tree.value()) : std::nullopt;
}

// A regex for both.
struct Pair {
  explicit Pair(const std::string& regex)
      : pattern(regex), program(program_of(regex)), re2(regex, regex_options()) {}

  std::string pattern;
  std::optional<RegexProgram> program;
  re2::RE2 re2;
  std::size_t matches = 0;
  std::size_t out_of_steps = 0;
};

// What both say of the first match that starts at `from` or later and ends at `to` or before, or of
// the one that starts at `from`.
void expect_same(Pair* pair, ByteView text, std::uint64_t from, std::uint64_t to, bool anchored) {
  std::uint64_t steps = kManySteps;
  Captures captures;
  Answer answer = Answer::kNoMatch;
  for (std::uint64_t at = from; answer == Answer::kNoMatch && at <= (anchored ? from : to); ++at) {
    if (!pair->program->may_start(text, at, to)) continue;
    answer = pair->program->match(text, at, to, &steps, &captures).answer;
  }
  if (answer == Answer::kOutOfSteps) {
    ++pair->out_of_steps;
    return;
  }
  const int count = pair->re2.NumberOfCapturingGroups() + 1;
  ASSERT_EQ(std::min<std::uint32_t>(static_cast<std::uint32_t>(count), RegexProgram::kMaxGroups),
            pair->program->groups())
      << pair->pattern;
  std::vector<re2::StringPiece> groups(pair->program->groups());
  const bool matches = pair->re2.Match({text.data(), text.size()}, from, to,
                                       anchored ? re2::RE2::ANCHOR_START : re2::RE2::UNANCHORED,
                                       groups.data(), static_cast<int>(groups.size()));
  const auto where = [&] {
    return pair->pattern + " in '" + std::string(text.substr(0, 400)) + "' from " +
           std::to_string(from) + " to " + std::to_string(to) + (anchored ? " anchored" : "");
  };
  ASSERT_EQ(matches, answer == Answer::kMatch) << where();
  if (!matches) return;
  ++pair->matches;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool set = groups[i].data() != nullptr;
    ASSERT_EQ(set, captures[2 * i + 1] != RegexProgram::kUnset) << where() << ", group " << i;
    if (!set) continue;
    const auto start = static_cast<std::uint64_t>(groups[i].data() - text.data());
    ASSERT_EQ(start, captures[2 * i]) << where() << ", group " << i;
    ASSERT_EQ(start + groups[i].size(), captures[2 * i + 1]) << where() << ", group " << i;
  }
}

// The regex with assertions, flags and lazy repeats about it.
std::string varied(const std::string& regex, RegexGenerator* generator) {
  static constexpr std::array<const char*, 12> kBefore = {
      "",     "",     "",           "\\b", "^",     "(?m)^", "(?:^|[^a-c])",
      "(?i)", "(?U)", "(?s).{0,3}", "\\B", "[a-z]*"};
  static constexpr std::array<const char*, 12> kAfter = {
      "",    "",       "",          "\\b", "$",     "(?m:$)", "(?:[^a-c]|$)",
      "\\z", "(?:x|)", "\\w{1,3}?", "\\B", "[^z]+?"};
  const std::string before = kBefore[static_cast<std::size_t>(generator->pick(12))];
  return before + "(?:" + regex + ")" + kAfter[static_cast<std::size_t>(generator->pick(12))];
}

TEST(RegexProgram, MatchesWhatRe2Matches) {
  std::size_t matches = 0;
  std::size_t programs = 0;
  std::size_t out_of_steps = 0;
  for (std::uint32_t seed = 0; seed < 4000; ++seed) {
    RegexGenerator generator(seed);
    const RegexSample sample = generator.sequence(3, seed % 2 == 0);
    Pair pair(varied(sample.regex, &generator));
    if (!pair.re2.ok() || !pair.program) continue;
    ++programs;
    const std::string text =
        generator.noise(6) + sample.match + generator.noise(4) + sample.match + generator.noise(6);
    for (int round = 0; round < 6; ++round) {
      const auto size = static_cast<int>(text.size());
      const auto from = static_cast<std::uint64_t>(round == 0 ? 0 : generator.pick(size + 1));
      const auto to = static_cast<std::uint64_t>(
          round < 3 ? size
                    : static_cast<int>(from) + generator.pick(size - static_cast<int>(from) + 1));
      ASSERT_NO_FATAL_FAILURE(expect_same(&pair, text, from, to, round % 2 == 1));
    }
    matches += pair.matches;
    out_of_steps += pair.out_of_steps;
  }
  EXPECT_GT(programs, 2000U);
  EXPECT_GT(matches, 4000U);
  EXPECT_LT(out_of_steps, matches / 20);
}

// All rules that ship are programs, and say of their samples and of near misses what RE2 says.
TEST(RegexProgram, DefaultRulesMatchWhatTheyDoByRe2) {
  const auto rules = load_rules(default_rule_files());
  ASSERT_TRUE(rules);
  std::size_t matches = 0;
  std::size_t out_of_steps = 0;
  for (const Rule& rule : rules->rules) {
    if (rule.regex.empty()) continue;
    Pair pair(rule.regex);
    ASSERT_TRUE(pair.program) << rule.id;
    auto compiled = compile_rule(rule);
    ASSERT_TRUE(compiled) << rule.id;
    std::vector<std::string> texts = rule.positives;
    texts.insert(texts.end(), rule.negatives.begin(), rule.negatives.end());
    for (const NearMiss& miss : near_misses(compiled.value(), 600)) texts.push_back(miss.text);
    for (const std::string& text : texts) {
      for (std::size_t at = 0; at < text.size(); at += 1 + text.size() / 3) {
        ASSERT_NO_FATAL_FAILURE(expect_same(&pair, text, at, text.size(), false)) << rule.id;
        ASSERT_NO_FATAL_FAILURE(
            expect_same(&pair, text, at, at + (text.size() - at) * 2 / 3, at % 2 == 0))
            << rule.id;
      }
    }
    matches += pair.matches;
    out_of_steps += pair.out_of_steps > 0 ? 1 : 0;
  }
  EXPECT_GT(matches, 5000U);
  // One of numbers that can each be read in two ways.
  EXPECT_LE(out_of_steps, 2U);
}

// A repeat after flags, or after empty quotes, is one of what stands before them.
TEST(RegexProgram, FlagsAndEmptyQuotesAreNothingToRepeat) {
  for (const char* regex : {"8(?i)?", "ab+(?i){2}c", "a\\Q\\E*b", "(a|b)(?i-s)+c", "x(?:y(?i)?)"}) {
    Pair pair(regex);
    ASSERT_TRUE(pair.re2.ok() && pair.program) << regex;
    for (const char* text : {"8", "x", "abbbc", "b", "aab", "abaC", "xYX", "aBBABC", "ababc"}) {
      for (const bool anchored : {false, true}) {
        ASSERT_NO_FATAL_FAILURE(expect_same(&pair, text, 0, ByteView(text).size(), anchored));
      }
    }
    EXPECT_GT(pair.matches, 0U) << regex;
  }
  for (const char* regex : {"(?i)?a", "a|(?i)*", "((?i)+)", "\\Q\\E+"}) {
    EXPECT_FALSE(parse_regex(regex)) << regex;
    EXPECT_FALSE(re2::RE2(regex, regex_options()).ok()) << regex;
  }
}

// Nor are "{02}" and "{,2}" counts.
TEST(RegexProgram, TextThatLooksLikeACountIsText) {
  for (const char* regex : {"a{02}", "a{0,02}", "a{,2}", "a{00}?", "a{1,b}"}) {
    Pair pair(regex);
    ASSERT_TRUE(pair.re2.ok() && pair.program) << regex;
    for (const char* text : {"a{02}", "a{0,02}", "aa", "a{,2}", "a{00", "xa{00}", "a{1,b}"}) {
      ASSERT_NO_FATAL_FAILURE(expect_same(&pair, text, 0, ByteView(text).size(), false));
    }
    EXPECT_GT(pair.matches, 0U) << regex;
  }
}

TEST(RegexProgram, IsNoneWhereTheTreeIsNotExact) {
  for (const char* regex :
       {"a\\pLb", "a[^\\p{Greek}]", "\\PN{3}x", "(?:a?)*b", "(?:a|){2,3}b",
        "(?:(?:[a-c]d?){0,99}b){0,99}c", "(?:ab){900}(?:ab){900}(?:abc){900}"}) {
    EXPECT_FALSE(program_of(regex)) << regex;
  }
  EXPECT_TRUE(program_of("(?:a|b?)?c"));
}

TEST(RegexProgram, ExponentialWaysRunOutOfSteps) {
  const auto program = program_of("(?:[a-z]{1,9}[a-y]?){1,40};");
  ASSERT_TRUE(program);
  const std::string text(200, 'a');
  std::uint64_t steps = 5000;
  Captures captures;
  EXPECT_EQ(program->match(text, 0, text.size(), &steps, &captures).answer, Answer::kOutOfSteps);
  EXPECT_EQ(steps, 0U);
}

// Where there is no program, and where it gives up, the match and its secret are RE2's.
TEST(RegexProgram, WhatItCannotSayRe2Does) {
  struct Case {
    std::string regex, text, secret;
  };
  const std::string numbers = "12,34,56,78,90,12,34,56,78,90,12,34,56,78,90,12";
  for (const Case& c : {Case{"key=(\\pL{4})[^\\p{L}]", "a key=abcd;", "abcd"},
                        Case{"key=((?:[0-2]?[0-9]{1,2},){15}[0-2]?[0-9]{1,2});",
                             "key=" + numbers + "," + numbers + ". key=" + numbers + ";", numbers},
                        Case{"key=((?:a?b?){3,9});", "key=abab;", "abab"}}) {
    const auto pack = make_pack({make_rule("r", c.regex)});
    ASSERT_TRUE(pack) << c.regex;
    ASSERT_EQ(pack->rules()[0].anchor.pattern, "\\x6b\\x65\\x79\\x3d");
    const std::size_t start = c.text.rfind("key=");
    const std::size_t end = start + 4 + pack->rules()[0].precheck.tail();
    RuleMemos memos(1);
    for (RuleMemos* memo : {static_cast<RuleMemos*>(nullptr), &memos, &memos}) {
      const auto found = confirm_anchor(*pack, 0, c.text, end, memo);
      ASSERT_TRUE(found) << c.regex;
      EXPECT_EQ(c.text.substr(found->start, found->end - found->start), c.secret);
      EXPECT_EQ(found->match_start, start);
    }
  }
}

TEST(RegexProgram, WaysBeyondTheStackAreLeftToRe2) {
  const auto answer = [](const char* regex, const std::string& text) {
    const auto program = program_of(regex);
    std::uint64_t steps = kManySteps;
    Captures captures;
    return program->match(text, 0, text.size(), &steps, &captures).answer;
  };
  const std::string row(300, 'a');
  EXPECT_EQ(answer("(?:a|ab)*;", row + ";"), Answer::kOutOfSteps);
  // One of 300 places where there is but one way to go on.
  EXPECT_EQ(answer("(?:ab?|c)*;", row + ";"), Answer::kMatch);
  EXPECT_EQ(answer("(?:a|ab){0,99}", row), Answer::kMatch);
}

}  // namespace
}  // namespace dragnet
