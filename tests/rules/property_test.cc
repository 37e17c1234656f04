// Rule files that nobody would write: whatever the bytes, loading ends with rules or with one line.
#include <gtest/gtest.h>

#include <random>

#include "rule_text.h"
#include "rules/sample.h"
#include "rules/text.h"

namespace dragnet {
namespace {

const std::string kSeed = R"(title = "seed"
[extend]
path = "base.toml"
disabledRules = ["gone"]
[defaults]
category = "x"
[[allowlists]]
condition = "AND"
paths = ['a', '''b''']
stopwords = ["s"]
targetRules = ["one"]
[[rules]]
id = "one"
regex = '''(a|b){3}'''
secretGroup = 1
entropy = 3.5
keywords = ["k", "l"]
lookbehind = 10
positives = ['{{ crc32_base62("ghp_" base62{30}) }}', "{{ hex{8} }}"]
[[rules.required]]
id = "two"
withinLines = 3
[rules.allowlist]
regexes = ["r"]
[[rules]]
id = "two"
path = "p"
tags = [ "t", # comment
]
)";

// What mutations insert: pieces that mean something to the parser.
const char* const kPieces[] = {"\"",
                               "'",
                               "'''",
                               "\"\"\"",
                               "[",
                               "]",
                               "[[",
                               "]]",
                               "{",
                               "}",
                               "=",
                               ".",
                               ",",
                               "#",
                               "\n",
                               "\r\n",
                               "\\",
                               "\0",
                               "\\u00",
                               "id",
                               "rules",
                               "regex",
                               "true",
                               "1979-05-27",
                               "-1",
                               "1e999",
                               "nan",
                               "0x7fffffffffffffff",
                               "[rules.allowlist]\n",
                               "[[rules]]\n",
                               "\xff",
                               "\xc3\xa4",
                               "{{",
                               "}}",
                               "(",
                               ")"};

std::string mutate(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t bound) { return random() % std::max<std::size_t>(bound, 1); };
  for (std::size_t n = 1 + below(3); n > 0; --n) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = below(std::min<std::size_t>(text.size() - at, 40) + 1);
    switch (below(12)) {
      case 0:
      case 1:
        text.erase(at, length);
        break;
      case 2:
      case 3:
      case 4:
        text.insert(at, text.substr(below(text.size()), length));
        break;
      case 5:
      case 6:
      case 7:
        text.insert(at, kPieces[below(std::size(kPieces))]);
        break;
      case 8:
      case 9:
      case 10:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      default:
        text.resize(at);
        break;
    }
    if (text.size() > 20000) text.resize(20000);
  }
  return text;
}

// File names and ids are shown as they are and may hold other letters than ASCII's, but no
// controls.
bool one_clean_line(const std::string& text) { return !text.empty() && !has_controls(text); }

// What every set promises to match/: sorted ids, something to match, no arrow into nothing.
void check_promises(const RuleSet& set) {
  for (std::size_t i = 0; i < set.rules.size(); ++i) {
    const Rule& rule = set.rules[i];
    EXPECT_TRUE(i == 0 || set.rules[i - 1].id < rule.id);
    EXPECT_FALSE(rule.id.empty());
    EXPECT_FALSE(rule.family.empty());
    EXPECT_FALSE(rule.regex.empty() && rule.path.empty());
    EXPECT_TRUE(rule.entropy >= 0 && rule.entropy <= 8);
    for (const RequiredRule& required : rule.required) {
      EXPECT_NE(find_rule(set, required.id), nullptr);
    }
    for (const std::string& id : rule.companions) EXPECT_NE(find_rule(set, id), nullptr);
  }
  for (const Allowlist& list : set.allowlists) {
    for (const std::string& id : list.target_rules) EXPECT_NE(find_rule(set, id), nullptr);
  }
  for (const std::string& note : set.notes) EXPECT_TRUE(one_clean_line(note)) << note;
}

TEST(HostileRuleFiles, GiveRulesOrOneLine) {
  std::mt19937 random(20261121);
  std::size_t loaded = 0;
  std::size_t refused = 0;
  for (int round = 0; round < 20000; ++round) {
    // Now the file, now the one that it extends.
    const bool base = random() % 4 == 0;
    const std::string text = mutate(kSeed, random);
    const auto options = reading({{"base.toml", base ? text : rule_named("gone")}});
    const auto set = load_text(base ? kSeed : text, options);
    if (set.ok()) {
      ++loaded;
      check_promises(set.value());
    } else {
      ++refused;
      EXPECT_TRUE(one_clean_line(error_of(set))) << error_of(set);
    }
  }
  // The mutations are of use only where both happen often.
  EXPECT_GT(loaded, 400U);
  EXPECT_GT(refused, 1000U);
}

TEST(HostileRuleFiles, DeepNestingIsRefusedAndNotBuilt) {
  std::string dots = "a";
  for (int i = 0; i < 1000000; ++i) dots += ".a";
  EXPECT_FALSE(load_text(dots + " = 1\n").ok());
  EXPECT_FALSE(load_text("[" + dots + "]\n").ok());
  EXPECT_FALSE(load_text("a = " + std::string(1000000, '[')).ok());
  EXPECT_FALSE(load_text("a = {" + dots + " = 1}\n").ok());
}

TEST(HostileRuleFiles, ManyKeysAndRulesTakeNoSquare) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += rule_named("r" + std::to_string(i), "tags = ['', 'x']");
  for (int i = 0; i < 20000; ++i) text += "[[allowlists]]\npaths = ['x']\n";
  const auto set = load_text(text);
  ASSERT_TRUE(set.ok()) << error_of(set);
  EXPECT_EQ(set->rules.size(), 20000U);
  EXPECT_EQ(set->notes.size(), 20000U);
  std::string keys;
  for (int i = 0; i < 100000; ++i) keys += "k" + std::to_string(i) + " = 1\n";
  EXPECT_FALSE(load_text(keys).ok());
}

TEST(HostileSamples, GiveBytesOrOneLine) {
  const std::string seeds[] = {
      "a={{ crc32_base62(\"gh\\x41_\" base62{30}) }} {{{{ b }}",
      "{{ json(pem(\"RSA PRIVATE KEY\" 300)) jwt() repeat{3}(hex{2,4} \"-\") uuid graph-_{9} }}",
      "{{ bech32(\"age1\" bech32{52}) base58check(\"\\x80\" byte{32}) luhn(digit{15}) }}",
  };
  const char* const pieces[] = {"{{",      "}}",    "{",       "}",    "(",
                                ")",       "\"",    "\\",      "\\x",  ",",
                                " ",       "hex",   "repeat{", "pem(", "99999999999999999999",
                                "1048576", "upper("};
  std::mt19937 random(7);
  std::size_t expanded = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = seeds[random() % std::size(seeds)];
    for (std::size_t n = 1 + random() % 3; n > 0; --n) {
      const std::size_t at = random() % (text.size() + 1);
      if (random() % 2 == 0) {
        text.insert(at, pieces[random() % std::size(pieces)]);
      } else {
        text.erase(at, random() % 5);
      }
    }
    const auto bytes = expand_sample(text, static_cast<std::uint64_t>(round));
    if (bytes.ok()) {
      ++expanded;
      EXPECT_LE(bytes->size(), std::size_t{1} << 20);
    } else {
      EXPECT_TRUE(one_clean_line(bytes.error().text())) << bytes.error().text();
    }
  }
  EXPECT_GT(expanded, 500U);
}

}  // namespace
}  // namespace dragnet
