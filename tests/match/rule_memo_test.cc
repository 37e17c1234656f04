// What confirm remembers of earlier anchors changes nothing: the same answers with memos and
// without, on texts whose anchors stand close to each other, and the groups that RE2 finds.
#include "match/rule_memo.h"

#include <gtest/gtest.h>

#include <array>

#include "match/confirm.h"
#include "match/line_memo.h"
#include "match/near_miss.h"
#include "match/regex_store.h"
#include "match/rule_pack.h"
#include "rules/loader.h"

namespace dragnet {

namespace {

bool same(const std::optional<Confirmed>& a, const std::optional<Confirmed>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->match_start == b->match_start && a->match_end == b->match_end && a->start == b->start &&
         a->end == b->end;
}

// The secret as RE2 gives it for a match whose bounds are known.
void expect_groups_of_re2(const RulePack& pack, std::uint32_t rule, ByteView text,
                          const Confirmed& found) {
  if (pack.regexes().at(rule).NumberOfCapturingGroups() != 1) return;
  std::array<re2::StringPiece, 2> groups;
  ASSERT_TRUE(pack.regexes().at(rule).Match({text.data(), text.size()}, found.match_start,
                                            found.match_end, re2::RE2::ANCHOR_BOTH, groups.data(),
                                            2));
  EXPECT_EQ(text.substr(found.start, found.end - found.start),
            ByteView(groups[1].data(), groups[1].size()))
      << pack.rules()[rule].rule.id;
}

TEST(RuleMemo, ChangesNoAnswer) {
  constexpr std::size_t kText = 3000;
  const auto rules = load_rules(default_rule_files());
  ASSERT_TRUE(rules);
  const auto pack = RulePack::compile(rules.value());
  ASSERT_TRUE(pack);
  const auto scratch = HyperscanScratch::allocate((*pack)->database());
  ASSERT_TRUE(scratch);
  RuleMemos memos((*pack)->rules().size());
  std::size_t confirmed = 0;
  std::vector<AnchorHit> hits;
  for (std::uint32_t rule = 0; rule < (*pack)->rules().size(); rule += 3) {
    const CompiledRule& compiled = (*pack)->rules()[rule];
    if (compiled.path_only() || compiled.whole_blob()) continue;
    for (const NearMiss& miss : near_misses(compiled, kText)) {
      hits.clear();
      memos.clear();
      scratch->scan((*pack)->database(), miss.text, &hits);
      for (const AnchorHit& hit : hits) {
        if ((*pack)->rule_of_pattern(hit.pattern) != rule) continue;
        const auto plain = confirm_anchor(**pack, rule, miss.text, hit.end);
        ASSERT_TRUE(same(plain, confirm_anchor(**pack, rule, miss.text, hit.end, &memos)))
            << compiled.rule.id << ", " << miss.kind << ", at " << hit.end;
        if (!plain) continue;
        ++confirmed;
        expect_groups_of_re2(**pack, rule, miss.text, *plain);
      }
      // Nor does the order in which anchors are asked for.
      memos.clear();
      for (std::size_t i = hits.size(); i-- > 0;) {
        if ((*pack)->rule_of_pattern(hits[i].pattern) != rule) continue;
        const std::uint64_t end = hits[i].end;
        ASSERT_TRUE(same(confirm_anchor(**pack, rule, miss.text, end),
                         confirm_anchor(**pack, rule, miss.text, end, &memos)))
            << compiled.rule.id << ", " << miss.kind << ", backwards, at " << end;
      }
    }
  }
  EXPECT_GT(confirmed, 1000U);
}

// Two rows of anchors whose automata are in different states at the same places: each finds its own
// way again.
TEST(RunMemo, RemembersEveryStateAtAPlace) {
  RunMemo memo;
  for (unsigned state = 2; state < 256; ++state) {
    std::uint64_t run = memo.begin();
    EXPECT_FALSE(memo.join({RunMemo::kStep, state}, &run)) << state;
    memo.end(run, {1000 + state, 1});
  }
  for (unsigned state = 2; state < 256; ++state) {
    std::uint64_t run = memo.begin();
    const auto known = memo.join({RunMemo::kStep, state}, &run);
    ASSERT_TRUE(known) << state;
    EXPECT_EQ(known->at, 1000 + state);
  }
}

// The patterns of every allow list of the default rules say together what one of them says alone,
// of the rules' own samples and of what the lists' paths are written for.
TEST(RegexStore, JoinedPatternsSayWhatEachSays) {
  const auto rules = load_rules(default_rule_files());
  ASSERT_TRUE(rules);
  const auto pack = RulePack::compile(rules.value());
  ASSERT_TRUE(pack);
  const RegexStore& store = (*pack)->regexes();
  std::vector<std::string> texts = {"",           "a/vendor/b.go", "src/locales/de.yml",
                                    "HS256",      "2.05",          "ACME_HOME_PATH",
                                    "color:#fff", "-Zfeature",     "my-bucket"};
  for (const CompiledRule& rule : (*pack)->rules()) {
    if (!rule.rule.positives.empty()) texts.push_back(rule.rule.positives.front().substr(0, 80));
  }
  std::size_t lists = 0;
  std::size_t yes = 0;
  const auto compare = [&](const Allowlist& list) {
    for (const auto* patterns : {&list.regexes, &list.paths}) {
      if (patterns->empty()) continue;
      ++lists;
      for (std::size_t i = 0; i < texts.size(); i += i < 9 ? 1 : 40) {
        const bool any = std::any_of(patterns->begin(), patterns->end(), [&](const auto& pattern) {
          return re2::RE2::PartialMatch(texts[i], store.of(pattern));
        });
        EXPECT_EQ(store.any_matches(*patterns, texts[i]), any) << texts[i];
        yes += any ? 1 : 0;
      }
    }
  };
  for (const Allowlist& list : (*pack)->allowlists()) compare(list);
  for (const CompiledRule& rule : (*pack)->rules()) {
    for (const Allowlist& list : rule.rule.allowlists) compare(list);
  }
  EXPECT_GT(lists, 50U);
  EXPECT_GT(yes, 20U);
}

// RE2 alone finds none of these.
TEST(RegexStore, FindsAlternativesThatBeginWithTheSameHighByte) {
  const std::vector<std::string> list = {"\xe5\xaf\x86\xe7", "\xe5\xaf\x86\xe5"};
  for (const std::string pattern :
       {"\xf2|\xf2\xf2", "\xe5\xaf\x86(?:a)|\xe5\xaf\x86z", "\\xf2|\\xf2b", "\\x{f2}a|\\x{f2}z",
        "^\xe5\xafz|^\xe5\xaf\x86z"}) {
    const RegexStore store({&pattern});
    EXPECT_TRUE(re2::RE2::PartialMatch("\xe5\xaf\x86z \xf2z", store.at(0))) << pattern;
    EXPECT_TRUE(re2::RE2::PartialMatch("\xe5\xaf\x86z \xf2z", store.of(pattern))) << pattern;
    EXPECT_FALSE(re2::RE2::PartialMatch("\xe5\xaf\xe5 \xf1", store.at(0))) << pattern;
  }
  const RegexStore store({});
  EXPECT_TRUE(store.any_matches(list, "x=\xe5\xaf\x86\xe5;"));
  EXPECT_FALSE(store.any_matches(list, "x=\xe5\xaf\x86\xe6;"));
}

TEST(LineMemo, GivesTheLineOfEveryMatch) {
  const std::string text = "first\nsecond line\n\nlast";
  LineMemo lines;
  EXPECT_EQ(lines.line(text, 8, 10), "second line");
  EXPECT_EQ(lines.line(text, 6, 17), "second line");
  EXPECT_EQ(lines.line(text, 3, 8), "first\nsecond line");
  EXPECT_EQ(lines.line(text, 1, 2), "first");
  EXPECT_EQ(lines.line(text, 20, 23), "last");
  std::size_t asked = 0;
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(lines.answer(&text, lines.line(text, 7, 9), [&](ByteView line) {
      ++asked;
      return line == "second line";
    }));
  }
  EXPECT_EQ(asked, 1U);
}

TEST(LineMemo, ReadsPiecesOfALongLine) {
  const std::string text(1 << 20, 'a');
  LineMemo lines;
  EXPECT_EQ(lines.line(text, 0, 10).size(), 128U << 10);
  EXPECT_EQ(lines.line(text, 500'000, 500'010).size(), 192U << 10);
  EXPECT_EQ(lines.line(text, text.size() - 1, text.size()).size(), 128U << 10);
}

}  // namespace

}  // namespace dragnet
