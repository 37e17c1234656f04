// The scan of a delta against the scan of the whole: random bases, chains of random deltas (also
// such as no git would write), rules of every kind. Not only what is found has to be equal, but
// also what is kept for the next delta.
//
// DRAGNET_CASES sets how many cases are tried, DRAGNET_SEED where they start.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <tuple>

#include "match/random_text.h"
#include "match/rule_maker.h"
#include "match/scanner.h"

namespace dragnet {
namespace {

using namespace test_support;

// Bounded and not, with edges, lines, companions, lists that read the line, blocks of many lines.
std::shared_ptr<const RulePack> all_kinds() {
  std::vector<Rule> rules;
  rules.push_back(make_rule("edge", "\\b(ab_[0-9a-f]{6})\\b"));
  Rule generic = make_rule("generic", "(?i)pass(?:word)? ?= ?([a-z0-9]{4,12})\\b");
  generic.generic = true;
  generic.entropy = 1.5;
  rules.push_back(generic);
  rules.push_back(make_rule("lines", "<<[a-z=\\n]{2,40}>>"));
  rules.push_back(make_rule("open", "zq[a-f]+;"));  // without bounds: the whole blob
  rules.push_back(make_rule("start", "(?m)^(key[0-9]{3})$"));
  rules.push_back(make_rule("text-start", "\\A(top[0-9]{2})"));
  rules.push_back(make_rule("text-end", "(fin[0-9]{2})\\z"));
  rules.push_back(make_rule("whole", "\\A([^\\n]{2,40})\\n?\\z"));
  rules.push_back(make_rule("not-word", "(?:^|[^x])(key[0-9]{3})(?:[^0-9]|$)"));
  rules.push_back(make_rule("block", "BEGIN[A-Za-z0-9\\n=_ ]{4,120}?END"));
  Rule keyword = make_rule("keyword", "[0-9a-f]{8}:[0-9a-f]{4}");
  keyword.keywords = {"magic"};
  rules.push_back(keyword);
  Rule by_line = make_rule("by-line", "tok_([a-z]{5})");
  Allowlist line;
  line.regex_target = Allowlist::Target::kLine;
  line.regexes = {"nosec"};
  by_line.allowlists = {line};
  by_line.companions = {"edge"};
  rules.push_back(by_line);
  Rule needs = make_rule("needs", "secret_([0-9]{4})");
  RequiredRule required;
  required.id = "edge";
  required.within_lines = 2;
  needs.required = {required};
  rules.push_back(needs);
  rules.push_back(make_rule("wide", "w[0-9]{1,20}x[a-f]{30}"));
  Rule assigned = make_rule("assigned", "(?i:pass|token)");
  assigned.names = {"pass", "token\\b"};
  rules.push_back(assigned);
  // Reaches far, but not beyond its line.
  rules.push_back(make_rule("far", "far[^\\n]{0,200}?(off[0-9])\\b"));
  return make_pack(std::move(rules));
}

// Anchors and reaches as tight as they can be, so that every byte of a margin counts.
std::shared_ptr<const RulePack> tight() {
  Rule word = make_rule("word", "\\bWy[0-9]\\b");
  word.anchor = "\\bWy[0-9]\\b";
  word.lookbehind = 3;
  word.lookahead = 0;
  Rule behind = make_rule("behind", "\\b[a-c]Xz");
  behind.anchor = "Xz";
  behind.lookbehind = 3;
  behind.lookahead = 0;
  Rule ahead = make_rule("ahead", "Vq[0-9]{2}\\b");
  ahead.anchor = "Vq";
  ahead.lookbehind = 2;
  ahead.lookahead = 2;
  return make_pack({word, behind, ahead});
}

struct Made {
  ByteString bytes;
  std::vector<DeltaOp> ops;

  void insert(ByteView text) {
    if (text.empty()) return;
    add({bytes.size(), text.size(), DeltaOp::kInsert});
    bytes += text;
  }
  void copy(ByteView base, std::uint64_t from, std::uint64_t size) {
    if (size == 0) return;
    add({bytes.size(), size, from});
    bytes += base.substr(from, size);
  }

 private:
  // As pack/delta.cc does: what goes on from the step before is part of it.
  void add(const DeltaOp& op) {
    if (!ops.empty()) {
      DeltaOp& last = ops.back();
      if (op.inserts() ? last.inserts() : !last.inserts() && last.base_end() == op.base) {
        last.size += op.size;
        return;
      }
    }
    ops.push_back(op);
  }
};

// An edit as people make them: most of the base stays in its place.
Made edited(Random* random, ByteView base) {
  Made made;
  std::uint64_t at = 0;
  for (std::uint64_t edits = below(random, 4); edits > 0; --edits) {
    const std::uint64_t until = at + below(random, base.size() - at + 1);
    made.copy(base, at, until - at);
    at = until;
    switch (below(random, 4)) {
      case 0:  // one byte changed
        if (at < base.size()) ++at;
        made.insert(ByteString(1, static_cast<char>('a' + below(random, 26))));
        break;
      case 1:
        made.insert(random_text(random, 3));
        break;
      case 2:  // cut out
        at += below(random, base.size() - at + 1);
        break;
      default:  // duplicated
        made.copy(base, at / 2, (base.size() - at / 2) / 3);
    }
  }
  made.copy(base, at, base.size() - at);
  return made;
}

// Copies from anywhere, of any size, in any order.
Made shuffled(Random* random, ByteView base) {
  Made made;
  for (std::uint64_t steps = below(random, 12); steps > 0; --steps) {
    if (base.empty() || below(random, 3) == 0) {
      made.insert(below(random, 2) == 0 ? piece(random) : random_text(random, 2));
      continue;
    }
    const std::uint64_t from = below(random, 4) == 0 ? 0 : below(random, base.size());
    const std::uint64_t most = base.size() - from;
    const std::uint64_t size =
        below(random, 4) == 0 ? most : 1 + below(random, std::min<std::uint64_t>(most, 40));
    made.copy(base, from, size);
  }
  return made;
}

auto decoded_fields(const Match& match) {
  const DecodedSecret none;
  const DecodedSecret& secret = match.decoded ? *match.decoded : none;
  return std::tuple(secret.bytes, secret.match, secret.space, secret.start, secret.end);
}

auto fields(const Match& match) {
  return std::tuple(match.rule, match.trail, match.check, match.placeholder, match.companion,
                    match.entropy, match.start, match.end, match.match_start, match.match_end,
                    match.line, match.column, match.end_line, match.end_column, match.path_lists,
                    match.also, match.marker, match.lines_before, match.log_odds,
                    decoded_fields(match));
}

// The runs that something was found in.
auto decoded(const ScanState& state) {
  std::vector<std::tuple<Decoding, std::uint64_t, std::uint64_t, std::uint64_t, bool, bool, bool>>
      runs;
  std::vector<std::tuple<std::uint32_t, DecodeTrail, std::uint64_t, std::uint64_t, ByteString>>
      found;
  for (const DecodedRun& run : state.decoded) {
    runs.emplace_back(run.kind, run.begin, run.from, run.to, run.starts_text, run.ends_text,
                      run.cut);
    for (const Match& match : run.matches) {
      found.emplace_back(match.rule, match.trail, match.match_start, match.match_end,
                         match.decoded->bytes);
    }
  }
  return std::pair(runs, found);
}

// Ends, rules and what the regex said, duplicates gone. Without what was rejected in the text's
// last bytes: whether the glance refuses it before depends on whether a byte was put after the
// text.
auto kept(const ScanState& state) {
  std::vector<std::tuple<std::uint32_t, std::uint32_t, bool, std::uint64_t, std::uint64_t>> out;
  for (const AnchorRecord& record : state.records) {
    const bool found = record.verdict != AnchorRecord::kRejected;
    if (!found && record.end + AnchorGlance::kNear > state.size) continue;
    const Confirmed at = found ? state.verdicts[record.verdict].found : Confirmed();
    out.emplace_back(record.end, record.rule, found, at.match_start, at.match_end);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string describe(const Made& made) {
  std::string text;
  for (const DeltaOp& op : made.ops) {
    text += (op.inserts() ? "insert " : "copy " + std::to_string(op.base) + " ") +
            std::to_string(op.size) + "; ";
  }
  if (made.bytes.size() < 2000) text += "makes " + testing::PrintToString(made.bytes);
  return text;
}

std::string only_in(const std::vector<Match>& these, const std::vector<Match>& those) {
  std::string text;
  if (std::equal(these.begin(), these.end(), those.begin(), those.end(),
                 [](const Match& a, const Match& b) { return fields(a) == fields(b); })) {
    return text;
  }
  for (const Match& match : these) {
    const bool there = std::any_of(those.begin(), those.end(), [&](const Match& other) {
      return fields(other) == fields(match);
    });
    if (there) continue;
    text += "rule " + std::to_string(match.rule) + " at " + std::to_string(match.start) + "-" +
            std::to_string(match.end) + testing::PrintToString(match.trail.names()) + "; ";
  }
  return text;
}

void expect_equal(Scanner* scanner, const Made& made, const ScanState& base, ScanState* state) {
  const auto all = scanner->scan_delta(made.bytes, made.ops, base, state);
  ScanState whole_state;
  const auto& whole = scanner->scan(made.bytes, &whole_state);
  ASSERT_EQ(only_in(all, whole), "") << describe(made);
  ASSERT_EQ(only_in(whole, all), "") << describe(made);
  ASSERT_EQ(all.size(), whole.size()) << describe(made);
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(fields(all[i]), fields(whole[i])) << describe(made);
  }
  // Records are given up where there are too many, and a delta's may stand twice.
  if (state->usable && whole_state.usable) {
    ASSERT_EQ(kept(*state), kept(whole_state)) << describe(made);
    ASSERT_EQ(decoded(*state), decoded(whole_state)) << describe(made);
  } else {
    ASSERT_TRUE(state->records.empty() || whole_state.records.empty());
  }
  ASSERT_EQ(state->has_zero, whole_state.has_zero) << describe(made);
}

void compare_many(const RulePack* pack) {
  ASSERT_NE(pack, nullptr);
  auto scanner = Scanner::create(pack);
  ASSERT_TRUE(scanner.ok());
  const std::uint64_t cases = setting("DRAGNET_CASES", 20000);
  const std::uint64_t seed = setting("DRAGNET_SEED", 1);
  std::uint64_t found = 0;
  std::uint64_t decoded_from = 0;
  std::uint64_t given_up = 0;
  for (std::uint64_t number = 0; number < cases;) {
    Random random(seed * 1000003 + number);
    ByteString base = random_text(&random, 30);
    ScanState state;
    scanner->scan(base, &state);
    for (std::uint64_t depth = 1 + below(&random, 4); depth > 0; --depth, ++number) {
      const Made made = below(&random, 3) == 0 ? shuffled(&random, base) : edited(&random, base);
      ScanState next;
      expect_equal(&scanner.value(), made, state, &next);
      if (testing::Test::HasFatalFailure()) {
        FAIL() << "DRAGNET_SEED=" << seed << " case " << number;
      }
      found += next.verdicts.size();
      decoded_from += next.decoded.size();
      given_up += next.usable ? 0 : 1;
      base = made.bytes;
      state = std::move(next);
    }
  }
  EXPECT_GT(found, cases / 100);
  EXPECT_GT(decoded_from, cases / 1000);
  EXPECT_LT(given_up, cases / 100);  // or the records would go uncompared
}

TEST(DeltaScan, EqualsTheScanOfTheWhole) { compare_many(all_kinds().get()); }

TEST(DeltaScan, EqualsTheScanOfTheWholeToTheLastByteOfAMargin) { compare_many(tight().get()); }

// Deltas of one base that make some of the same edits, near each other or not: what one brought is
// remembered for the next.
TEST(DeltaScan, EqualsTheScanOfTheWholeForSiblings) {
  const auto pack = all_kinds();
  auto scanner = Scanner::create(pack.get());
  ASSERT_TRUE(scanner.ok());
  struct Edit {
    std::uint64_t at = 0, cut = 0;
    ByteString insert;
  };
  std::uint64_t found = 0;
  const std::uint64_t cases = setting("DRAGNET_CASES", 20000) / 40;
  for (std::uint64_t number = 0; number < cases; ++number) {
    Random random(number);
    ByteString base = random_text(&random, 60);
    std::vector<Edit> edits;
    for (std::uint64_t at = 0; at < base.size(); at += 1 + below(&random, 300)) {
      edits.push_back({at, below(&random, 3) * below(&random, 20),
                       below(&random, 3) == 0 ? ByteString() : random_text(&random, 4)});
    }
    ScanState state;
    scanner->scan(base, &state);
    for (unsigned sibling = 0; sibling < 20; ++sibling) {
      Made made;
      std::uint64_t at = 0;
      for (const Edit& edit : edits) {
        if (edit.at < at || below(&random, 3) == 0) continue;
        made.copy(base, at, edit.at - at);
        made.insert(edit.insert);
        at = std::min<std::uint64_t>(base.size(), edit.at + edit.cut);
      }
      made.copy(base, at, base.size() - at);
      ScanState next;
      expect_equal(&scanner.value(), made, state, &next);
      ASSERT_FALSE(testing::Test::HasFatalFailure()) << "case " << number;
      found += next.verdicts.size();
    }
  }
  EXPECT_GT(found, cases);
  EXPECT_GT(scanner->counters().recalled, 20 * cases);
}

// As thin with anchors as text is, so that its records are kept.
ByteString thin_text(Random* random, std::uint64_t size) {
  ByteString text;
  while (text.size() < size) {
    text += random_text(random, 3);
    for (std::uint64_t i = below(random, 2500); i > 0; --i) {
      text += static_cast<char>(' ' + below(random, 2));
    }
  }
  return text;
}

// Windows too large to be gathered, chunks, and many small ones.
TEST(DeltaScan, EqualsTheScanOfTheWholeForLargeTexts) {
  const auto pack = all_kinds();
  auto scanner = Scanner::create(pack.get());
  ASSERT_TRUE(scanner.ok());
  for (std::uint64_t number = 0; number < 30; ++number) {
    Random random(number);
    ByteString base = thin_text(&random, 600000);
    ScanState state;
    scanner->scan(base, &state);
    Made made;
    for (std::uint64_t at = 0; at < base.size();) {
      const std::uint64_t size =
          std::min<std::uint64_t>(base.size() - at, 1 + below(&random, 3000));
      made.copy(base, at, size);
      at += size + below(&random, 3);
      if (below(&random, 40) == 0) made.insert(thin_text(&random, 90000));
    }
    ScanState next;
    expect_equal(&scanner.value(), made, state, &next);
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << "case " << number;
    EXPECT_TRUE(state.usable);
    EXPECT_TRUE(next.usable);
  }
}

// A text full of anchors: what would be kept is more than the text, so nothing is.
TEST(DeltaScan, GivesUpStatesThatAreLargerThanTheirObjects) {
  const auto pack = all_kinds();
  auto scanner = Scanner::create(pack.get());
  ASSERT_TRUE(scanner.ok());
  for (std::uint64_t number = 0; number < 10; ++number) {
    Random random(number);
    ByteString base;
    while (base.size() < 300000) base += piece(&random);
    ScanState state;
    scanner->scan(base, &state);
    EXPECT_FALSE(state.usable);
    EXPECT_EQ(state.records.capacity(), 0U);
    const Made made = edited(&random, base);
    ScanState next;
    expect_equal(&scanner.value(), made, state, &next);
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << "case " << number;
  }
}

}  // namespace
}  // namespace dragnet
