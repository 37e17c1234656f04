// The matcher of literals against one that tries every literal at every place.
#include "match/literal_matcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "match/cpu_levels.h"
#include "match/hyperscan.h"
#include "match/rule_maker.h"
#include "match/rule_pack.h"

namespace dragnet {
namespace {

using Hits = std::set<std::pair<std::uint64_t, std::uint32_t>>;

bool stands_before(const Literal& literal, const std::string& text, std::size_t end) {
  if (literal.size() > end) return false;
  for (std::size_t i = 0; i < literal.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[end - literal.size() + i]);
    const unsigned wanted = literal[i] & 0xffU;
    const bool other_case = (literal[i] & kBothCases) != 0 && byte + 32U == wanted;
    if (byte != wanted && !other_case) return false;
  }
  return true;
}

Hits obvious_hits(const std::vector<LiteralMatcher::Pattern>& patterns, const std::string& text) {
  Hits hits;
  for (const LiteralMatcher::Pattern& pattern : patterns) {
    for (const Literal& literal : pattern.literals) {
      for (std::size_t end = 1; end <= text.size(); ++end) {
        if (stands_before(literal, text, end)) hits.emplace(end, pattern.id);
      }
    }
  }
  return hits;
}

class Maker {
 public:
  explicit Maker(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }

  // Few letters, so that literals meet, and bytes that fold to one another.
  char byte() {
    static const std::string kBytes("abcABC_\x7f@`-\r0\xe1\xc1\0", 16);
    return kBytes[below(kBytes.size())];
  }
  Literal literal() {
    Literal out;
    for (std::size_t left = 3 + below(below(4) == 0 ? 18 : 5); left > 0; --left) {
      const auto letter = static_cast<unsigned char>(byte());
      const bool both = letter >= 'a' && letter <= 'z' && below(2) == 0;
      out += static_cast<char16_t>(letter | (both ? kBothCases : 0));
    }
    return out;
  }
  std::vector<LiteralMatcher::Pattern> patterns() {
    std::vector<LiteralMatcher::Pattern> out(1 + below(40));
    for (std::uint32_t id = 0; id < out.size(); ++id) {
      out[id].id = id;
      for (std::size_t left = 1 + below(4); left > 0; --left) {
        // Some are those of others.
        const bool known = id > 0 && below(4) == 0;
        out[id].literals.push_back(known ? out[below(id)].literals[0] : literal());
      }
    }
    return out;
  }
  std::string text(const std::vector<LiteralMatcher::Pattern>& patterns) {
    std::string out;
    for (std::size_t left = below(60); left > 0; --left) {
      if (below(2) == 0) {
        out += byte();
        continue;
      }
      for (const char16_t letter : patterns[below(patterns.size())].literals[0]) {
        const bool upper = (letter & kBothCases) != 0 && below(2) == 0;
        out += static_cast<char>((letter & 0xffU) - (upper ? 32 : 0));
      }
    }
    return out;
  }

 private:
  std::mt19937 random_;
};

TEST(LiteralMatcher, FindsWhatIsThereAndNothingElse) {
  std::size_t found = 0;
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    Maker maker(seed);
    const auto patterns = maker.patterns();
    for (const auto& pattern : patterns) ASSERT_TRUE(LiteralMatcher::takes(pattern));
    const LiteralMatcher matcher = LiteralMatcher::build(patterns);
    EXPECT_TRUE(matcher.consistent());
    for (int round = 0; round < 20; ++round) {
      const std::string text = maker.text(patterns);
      const Hits wanted = obvious_hits(patterns, text);
      for (const CpuLevel level : cpu_levels()) {
        std::vector<AnchorHit> hits;
        matcher.scan(text, {}, &hits, level);
        Hits seen;
        for (const AnchorHit& hit : hits) {
          EXPECT_TRUE(seen.emplace(hit.end, hit.pattern).second) << "twice";
        }
        EXPECT_TRUE(std::is_sorted(hits.begin(), hits.end(),
                                   [](const auto& a, const auto& b) { return a.end < b.end; }));
        ASSERT_EQ(seen, wanted) << "seed " << seed << ", level " << static_cast<int>(level);
      }
      found += wanted.size();
    }
  }
  EXPECT_GT(found, 100000U);
}

// A block of such a text asks for far more windows than are compared in one go.
TEST(LiteralMatcher, FindsLiteralsThatStandOneAfterTheOther) {
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    Maker maker(seed);
    const auto patterns = maker.patterns();
    const LiteralMatcher matcher = LiteralMatcher::build(patterns);
    std::string text;
    while (text.size() < 10000) text += maker.text(patterns);
    const Hits wanted = obvious_hits(patterns, text);
    EXPECT_GT(wanted.size(), 500U);
    for (const CpuLevel level : cpu_levels()) {
      std::vector<AnchorHit> hits;
      matcher.scan(text, {}, &hits, level);
      Hits seen;
      for (const AnchorHit& hit : hits) seen.emplace(hit.end, hit.pattern);
      ASSERT_EQ(seen, wanted) << "seed " << seed << ", level " << static_cast<int>(level);
    }
  }
}

TEST(LiteralMatcher, FindsAcrossItsBlocks) {
  const std::vector<LiteralMatcher::Pattern> patterns = {{7, {u"tok_", u"secret_of_all"}, nullptr}};
  const LiteralMatcher matcher = LiteralMatcher::build(patterns);
  for (std::size_t at = 4070; at < 4110; ++at) {
    std::string text(20000, '.');
    text.replace(at, 4, "tok_");
    text.replace(at + 8192, 13, "secret_of_all");
    for (const CpuLevel level : cpu_levels()) {
      std::vector<AnchorHit> hits;
      matcher.scan(text, {}, &hits, level);
      ASSERT_EQ(hits.size(), 2U) << at;
      EXPECT_EQ(hits[0].end, at + 4);
      EXPECT_EQ(hits[1].end, at + 8192 + 13);
      EXPECT_EQ(hits[0].pattern, 7U);
    }
  }
}

// The sieve alone, on windows of few letters among bytes that fold to one another: every place at
// which one of the chosen windows stands, in order and once, whatever else it lets through.
TEST(WindowSieve, LetsEveryWindowThrough) {
  if (!WindowSieve::may_use(cpu_level())) GTEST_SKIP() << "needs AVX-512 VBMI";
  std::size_t found = 0;
  std::size_t dropped = 0;
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Maker maker(seed);
    std::vector<Literal> literals(1 + maker.below(60));
    std::vector<std::vector<LiteralWindow>> windows;
    for (Literal& literal : literals) {
      literal = maker.literal();
      windows.push_back(literal_windows(literal, {nullptr}));
      ASSERT_FALSE(windows.back().empty());
    }
    std::vector<std::size_t> chosen;
    const WindowSieve sieve = WindowSieve::build(windows, &chosen);
    ASSERT_EQ(chosen.size(), literals.size());
    std::set<std::uint32_t> keys;
    for (std::size_t i = 0; i < literals.size(); ++i) {
      for (const std::uint32_t key :
           window_keys(literals[i], {nullptr}, windows[i].at(chosen[i]).ahead)) {
        keys.insert(key);
      }
    }
    std::string text;
    const std::size_t size = kWindowSize + maker.below(seed % 10 == 0 ? WindowSieve::kBlock : 300);
    while (text.size() < size) text += maker.byte();
    WindowSieve::Places places{};
    const std::size_t count = sieve.scan(text, &places);
    const std::set<std::size_t> seen(places.begin(),
                                     places.begin() + static_cast<std::ptrdiff_t>(count));
    ASSERT_EQ(seen.size(), count) << "twice";
    ASSERT_TRUE(
        std::is_sorted(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(count)));
    for (std::size_t at = 0; at + kWindowSize <= size; ++at) {
      if (!keys.contains(load_key(text.data() + at) & kFoldKey)) {
        dropped += seen.contains(at) ? 0 : 1;
        continue;
      }
      ++found;
      ASSERT_TRUE(seen.contains(at)) << "seed " << seed << ", place " << at;
    }
    ASSERT_TRUE(seen.empty() || *seen.rbegin() + kWindowSize <= size);
  }
  EXPECT_GT(found, 1000U);
  EXPECT_GT(dropped, 10000U);
}

TEST(LiteralMatcher, LeavesWhatIsTooShort) {
  EXPECT_FALSE(LiteralMatcher::takes({0, {u"a"}, nullptr}));
  EXPECT_FALSE(LiteralMatcher::takes({0, {}, nullptr}));
}

// With glances, which say what windows may hold beside a literal: exactly the hits that the glance
// lets through are reported, wherever a short anchor stands.
TEST(LiteralMatcher, WindowsRefuseNothingThatTheGlancePasses) {
  RuleSet rules;
  rules.rules.push_back(make_rule("a", "\\bpat[0-9A-Za-z]{14}\\.[0-9a-f]{64}"));
  rules.rules.push_back(make_rule("b", "\\bre_[0-9A-Za-z]{32}"));
  rules.rules.push_back(make_rule("c", "XO[0-9A-Za-z]{9}-z"));
  rules.rules.push_back(make_rule("d", "(?i)gh_?key['\"]{0,1}[:=]['\"]?[0-9a-f]{40}"));
  const auto pack = RulePack::compile(std::move(rules)).value();
  const HyperscanDatabase& database = pack->database();
  const auto scratch = HyperscanScratch::allocate(database);
  // By Hyperscan itself, which the repeat sees to.
  std::vector<HyperscanDatabase> alone;
  alone.reserve(pack->rules().size());
  for (const CompiledRule& rule : pack->rules()) {
    std::size_t bad = 0;
    const std::string pattern = "(?:" + rule.anchor.pattern + ")|\\xfe{3}";
    alone.push_back(HyperscanDatabase::compile(std::vector{pattern}, &bad).value());
    ASSERT_NE(alone.back().get(), nullptr);
  }
  std::mt19937 random(5);
  const std::vector<std::string> parts = {
      "pat",  "re_", "XO", "gh_key", "GHKEY=", "ghkey:'", "aZ",
      "0123", "fe",  "-",  " ",      "\n",     "_",       "\xff"};
  std::size_t found = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::size_t left = random() % 16; left > 0; --left) text += parts[random() % parts.size()];
    Hits expected;
    for (std::uint32_t i = 0; i < pack->rules().size(); ++i) {
      const auto own = HyperscanScratch::allocate(alone[i]);
      std::vector<AnchorHit> bare;
      own->scan(alone[i], text, &bare);
      for (const AnchorHit& hit : bare) {
        const std::uint64_t end = database.glances()[i].anchor_end(text, hit.end);
        if (end != 0) expected.emplace(end, i);
      }
    }
    std::vector<AnchorHit> hits;
    scratch->scan(database, text, &hits);
    Hits seen;
    for (const AnchorHit& hit : hits) seen.emplace(hit.end, hit.pattern);
    ASSERT_EQ(seen, expected) << text;
    found += seen.size();
  }
  EXPECT_GT(found, 1000U);
}

// The same of made-up rules, in texts so short that much of what stands beside a literal lies
// outside of them: a rule wants one of a few bytes, or the text's edge, on each side of a literal.
TEST(LiteralMatcher, WindowsRefuseNothingAtTheEdges) {
  const std::vector<std::string> sides = {"[=:]", "[a-c]", "[^a-z]", "[0-9A-C]", "\\b", "[ -]?"};
  std::size_t found = 0;
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const auto any_of = [&](const auto& list) { return list[random() % list.size()]; };
    std::vector<Rule> rules;
    std::vector<std::string> literals;
    for (int i = 0; i < 8; ++i) {
      std::string literal;
      const std::size_t size = 3 + random() % 14;
      while (literal.size() < size) literal += any_of(std::string("abcxyz_0"));
      rules.push_back(make_rule("r" + std::to_string(i), "(?:^|" + any_of(sides) + ")" + literal +
                                                             "(?:" + any_of(sides) + "|$)"));
      rules.back().anchor = literal;
      literals.push_back(literal);
    }
    const auto pack = make_pack(std::move(rules));
    ASSERT_NE(pack, nullptr);
    const HyperscanDatabase& database = pack->database();
    const auto scratch = HyperscanScratch::allocate(database);
    for (int round = 0; round < 2000; ++round) {
      std::string text;
      for (std::size_t left = 1 + random() % 5; left > 0; --left) {
        text +=
            random() % 2 == 0 ? any_of(literals) : std::string(1, any_of(std::string("=:a0 -\n")));
      }
      Hits expected;
      for (std::uint32_t i = 0; i < literals.size(); ++i) {
        for (std::size_t at = text.find(literals[i]); at != std::string::npos;
             at = text.find(literals[i], at + 1)) {
          const std::uint64_t end = database.glances()[i].anchor_end(text, at + literals[i].size());
          if (end != 0) expected.emplace(end, i);
        }
      }
      std::vector<AnchorHit> hits;
      scratch->scan(database, text, &hits);
      Hits seen;
      for (const AnchorHit& hit : hits) seen.emplace(hit.end, hit.pattern);
      ASSERT_EQ(seen, expected) << "seed " << seed << ": " << text;
      found += seen.size();
    }
  }
  EXPECT_GT(found, 10000U);
}

// A literal whose rare letters, by which it is looked for, come first, or last, and which stands at
// the text's very start or end, or next to it; elsewhere its glance refuses most of what stands
// beside it.
TEST(LiteralMatcher, FindsWhatStandsAtTheEdge) {
  const std::string rare = "qzxj";
  const std::string common = "entertainersentertaining";
  for (std::size_t length = 0; length <= common.size(); ++length) {
    for (const std::string& literal :
         {rare + common.substr(0, length), common.substr(0, length) + rare}) {
      Rule rule = make_rule("bounded", "(?:^|=)" + literal + "(?:;|$)");
      rule.anchor = literal;
      const auto pack = make_pack({rule});
      ASSERT_NE(pack, nullptr);
      const HyperscanDatabase& database = pack->database();
      ASSERT_FALSE(database.glances()[0].before(0)['q']);
      const auto scratch = HyperscanScratch::allocate(database);
      for (const std::string before : {"", "=", " =", "  ="}) {
        for (const std::string after : {"", ";", "; ", ";  "}) {
          std::vector<AnchorHit> hits;
          scratch->scan(database, before + literal + after, &hits);
          ASSERT_EQ(hits.size(), 1U) << before << literal << after;
        }
      }
    }
  }
}

}  // namespace
}  // namespace dragnet
