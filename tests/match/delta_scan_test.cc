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

#include "match/rule_maker.h"
#include "match/scanner.h"

namespace dragnet {
namespace {

using Random = std::mt19937_64;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

std::uint64_t below(Random* random, std::uint64_t limit) { return (*random)() % limit; }

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

ByteString piece(Random* random) {
  static const std::vector<ByteString> kPieces = {
      "ab_",
      "ab_01cdef",
      "ab_0",
      "1cdef",
      "pass",
      "password = ",
      "=",
      " ",
      "\n",
      "\n",
      "abc123",
      "q7",
      "<<",
      "ab=\n",
      ">>",
      "zq",
      "ad",
      ";",
      "key",
      "key123",
      "123",
      "top12",
      "fin",
      "fin34",
      "x",
      "Wy1",
      "W",
      "y",
      "1",
      "Xz",
      "aX",
      "Vq",
      "12",
      "-",
      "BEGIN",
      "END",
      "BEGIN a\n",
      "b=\nEND",
      "0123abcd:12",
      "ef",
      "magic",
      "tok_",
      "tok_abcde",
      "nosec",
      "#gitleaks:allow",
      "trufflehog:",
      "ignore",
      "secret_1234",
      "secret_12",
      "w12x",
      "abcdefabcdefabcdefabcdefabcdef",
      "w3",
      ByteString(1, '\0'),
      ByteString("a\0b\0_\0", 6),
      ByteString("0\0001\0c\0d\0e\0f\0", 12),
      ByteString("\0k\0e\0y", 6),
      ByteString("p\0a\0s\0s\0=\0a\0b\0c\0d\0001\0", 20)};
  const auto at = below(random, kPieces.size() + 6);
  if (at < kPieces.size()) return kPieces[at];
  ByteString bytes;
  for (std::uint64_t i = below(random, 12); i > 0; --i) {
    bytes += static_cast<char>(at % 2 == 0 ? 'a' + below(random, 26) : '0' + below(random, 10));
  }
  return bytes;
}

ByteString random_text(Random* random, std::uint64_t pieces) {
  ByteString text;
  for (std::uint64_t i = below(random, pieces + 1); i > 0; --i) text += piece(random);
  return text;
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

auto fields(const Match& match) {
  return std::tuple(match.rule, match.decoding, match.check, match.placeholder, match.companion,
                    match.entropy, match.start, match.end, match.match_start, match.match_end,
                    match.line, match.column, match.end_line, match.end_column, match.path_lists,
                    match.also, match.marker, match.lines_before);
}

// Ends, rules and what the regex said, duplicates gone.
auto kept(const ScanState& state) {
  std::vector<std::tuple<std::uint32_t, std::uint32_t, bool, std::uint64_t, std::uint64_t>> out;
  for (const AnchorRecord& record : state.records) {
    const bool found = record.verdict != AnchorRecord::kRejected;
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
  return text;
}

void expect_equal(Scanner* scanner, const Made& made, const ScanState& base, ScanState* state) {
  const auto all = scanner->scan_delta(made.bytes, made.ops, base, state);
  ScanState whole_state;
  const auto& whole = scanner->scan(made.bytes, &whole_state);
  ASSERT_EQ(all.size(), whole.size()) << describe(made);
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(fields(all[i]), fields(whole[i])) << describe(made);
  }
  // Records are given up where there are too many, and a delta's may stand twice.
  if (state->usable && whole_state.usable) {
    ASSERT_EQ(kept(*state), kept(whole_state)) << describe(made);
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
      given_up += next.usable ? 0 : 1;
      base = made.bytes;
      state = std::move(next);
    }
  }
  EXPECT_GT(found, cases / 100);
  EXPECT_EQ(given_up, 0U);  // or the records would go uncompared
}

TEST(DeltaScan, EqualsTheScanOfTheWhole) { compare_many(all_kinds().get()); }

TEST(DeltaScan, EqualsTheScanOfTheWholeToTheLastByteOfAMargin) { compare_many(tight().get()); }

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
