#include "match/confirm.h"

#include <algorithm>
#include <array>

#include "match/regex_program.h"
#include "match/regex_store.h"

namespace dragnet {

namespace {

using Captures = RegexProgram::Captures;

// Steps of our own matcher before RE2 is asked: as long as RE2 would take, or less.
constexpr std::uint64_t kSteps = 512;
constexpr std::uint64_t kStepsPerByte = 1;

// Places where a match may start that RE2 tries one by one.
constexpr std::size_t kMostTries = 4;

// Looks for one rule's matches in one text.
class Finder {
 public:
  // All that is asked of it lies within `span` bytes.
  Finder(const RulePack& pack, std::uint32_t index, ByteView text, std::uint64_t span,
         const MemoSlot& memo)
      : regexes_(pack.regexes()),
        index_(index),
        rule_(pack.rules()[index]),
        program_(regexes_.program(index)),
        memo_(memo.get() == nullptr ? own_ : *memo.get()),
        text_(text),
        steps_(kSteps + kStepsPerByte * span) {}

  // First match in text[from, to) that starts at `last` or before.
  std::optional<Confirmed> first(std::uint64_t from, std::uint64_t last, std::uint64_t to);

 private:
  bool may_start(std::uint64_t at) const { return rule_.precheck.may_start(text_, at); }
  std::uint64_t next_start(std::uint64_t at, std::uint64_t last, std::uint64_t to) const;
  bool match(std::uint64_t from, std::uint64_t to, re2::RE2::Anchor where, re2::StringPiece* groups,
             int count) const {
    return regexes_.at(index_).Match({text_.data(), text_.size()}, from, to, where, groups, count);
  }
  std::uint64_t offset(const re2::StringPiece& piece) const {
    return static_cast<std::uint64_t>(piece.data() - text_.data());
  }
  std::optional<Confirmed> by_re2(std::uint64_t from, std::uint64_t last, std::uint64_t to) const;
  Confirmed with_groups(std::uint64_t start, std::uint64_t end) const;
  Confirmed confirmed(const Captures& captures, std::uint32_t count) const;

  const RegexStore& regexes_;
  std::uint32_t index_;
  const CompiledRule& rule_;
  const RegexProgram* program_;
  RuleMemo own_;
  RuleMemo& memo_;
  ByteView text_;
  std::uint64_t steps_;
};

// The first place from `at` on where a match may start; after `last` where there is none.
std::uint64_t Finder::next_start(std::uint64_t at, std::uint64_t last, std::uint64_t to) const {
  while (at <= last) {
    const std::uint64_t skipped = memo_.starts.skip(at);
    if (skipped == at && program_->may_start(text_, at, to) && may_start(at)) return at;
    at = std::max(skipped, at + 1);
  }
  return at;
}

std::optional<Confirmed> Finder::first(std::uint64_t from, std::uint64_t last, std::uint64_t to) {
  if (program_ == nullptr || memo_.out_of_steps) return by_re2(from, last, to);
  std::uint64_t at = next_start(from, last, to);
  for (; at <= last; at = next_start(at + 1, last, to)) {
    const StartMemo::Match* known = memo_.starts.find(at);
    if (known != nullptr && known->end <= to) {
      memo_.starts.note_barren(from, at);
      return Confirmed{at, known->end, known->secret_start, known->secret_end};
    }
    Captures captures;
    const auto [answer, saw_end] = program_->match(text_, at, to, &steps_, &captures);
    if (answer == RegexProgram::Answer::kNoMatch && !saw_end) continue;
    memo_.starts.note_barren(from, at);
    if (answer == RegexProgram::Answer::kMatch) {
      const Confirmed found = confirmed(captures, program_->groups());
      if (!saw_end) memo_.starts.note({at, found.match_end, found.start, found.end});
      return found;
    }
    memo_.out_of_steps = answer == RegexProgram::Answer::kOutOfSteps;
    if (memo_.out_of_steps) return by_re2(at, last, to);
    from = at + 1;
  }
  memo_.starts.note_barren(from, at);
  return std::nullopt;
}

// Where a match starts RE2 finds by reading back from its end, with as many states as there are
// ways to count repeats: a hundred microseconds for the path of an image. So where there are few
// places where one may start they are tried.
std::optional<Confirmed> Finder::by_re2(std::uint64_t from, std::uint64_t last,
                                        std::uint64_t to) const {
  re2::StringPiece whole;
  std::array<std::uint64_t, kMostTries> places{};
  std::size_t count = 0;
  for (std::uint64_t at = from; at <= last; ++at) {
    if (!may_start(at)) continue;
    if (count < places.size()) {
      places[count++] = at;
    } else if (match(from, to, re2::RE2::UNANCHORED, &whole, 1) && offset(whole) <= last) {
      return with_groups(offset(whole), offset(whole) + whole.size());
    } else {
      return std::nullopt;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (match(places[i], to, re2::RE2::ANCHOR_START, &whole, 1)) {
      return with_groups(places[i], places[i] + whole.size());
    }
  }
  return std::nullopt;
}

// Of a match from `start` to `end`. RE2 finds groups faster where it knows those. Neighbouring
// anchors walk over the same matches.
Confirmed Finder::with_groups(std::uint64_t start, std::uint64_t end) const {
  const StartMemo::Match* known = memo_.starts.find(start);
  if (known != nullptr && known->end == end) {
    return {start, end, known->secret_start, known->secret_end};
  }
  constexpr auto kMost = static_cast<int>(RegexProgram::kMaxGroups);
  const int count = std::min(regexes_.at(index_).NumberOfCapturingGroups() + 1, kMost);
  std::array<re2::StringPiece, RegexProgram::kMaxGroups> groups;
  if (count == 1 || !match(start, end, re2::RE2::ANCHOR_BOTH, groups.data(), count)) {
    return {start, end, start, end};
  }
  Captures captures;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const bool set = groups[i].data() != nullptr;
    captures[2 * i] = set ? offset(groups[i]) : RegexProgram::kUnset;
    captures[2 * i + 1] = set ? captures[2 * i] + groups[i].size() : RegexProgram::kUnset;
  }
  const Confirmed found = confirmed(captures, static_cast<std::uint32_t>(count));
  memo_.starts.note({start, end, found.start, found.end});
  return found;
}

// The secret is the group that the rule names, or the first one that holds anything, as gitleaks
// has it, or the whole match.
Confirmed Finder::confirmed(const Captures& captures, std::uint32_t count) const {
  const std::uint32_t wanted = rule_.rule.secret_group;
  std::size_t group = std::min(wanted, count - 1);
  for (std::size_t i = 1; wanted == 0 && group == 0 && i < count; ++i) {
    if (captures[2 * i] != captures[2 * i + 1]) group = i;
  }
  if (captures[2 * group + 1] == RegexProgram::kUnset) group = 0;
  return {captures[0], captures[1], captures[2 * group], captures[2 * group + 1]};
}

bool contains(const Confirmed& found, const Anchor& anchor, std::uint64_t end) {
  return found.match_end >= end && found.match_start + anchor.min_width <= end;
}

std::optional<Confirmed> confirm_assignment(const CompiledRule& rule, ByteView text,
                                            std::uint64_t end, const MemoSlot& memo) {
  const std::uint64_t from = end > rule.lookbehind ? end - rule.lookbehind : 0;
  const std::uint64_t to = std::min<std::uint64_t>(text.size(), end + rule.lookahead);
  if (!rule.precheck.passes(text, from, end, to, memo)) return std::nullopt;
  const auto found = parse_assignment(rule.words, text, end - rule.precheck.tail());
  if (!found) return std::nullopt;
  return Confirmed{found->name_start, found->end, found->value_start, found->value_end};
}

// Where to look for the next match: after this secret, not after this match, because a delimiter
// that ended one match may have to begin the next.
std::uint64_t after(const Confirmed& found) {
  return std::max(found.match_start + 1, std::min(found.end, found.match_end));
}

}  // namespace

std::optional<Confirmed> confirm_anchor(const RulePack& pack, std::uint32_t index, ByteView text,
                                        std::uint64_t end, RuleMemos* memos) {
  const CompiledRule& rule = pack.rules()[index];
  const MemoSlot memo(memos, index);
  if (!rule.words.empty()) return confirm_assignment(rule, text, end, memo);
  std::uint64_t from = end > rule.lookbehind ? end - rule.lookbehind : 0;
  const std::uint64_t to = std::min<std::uint64_t>(text.size(), end + rule.lookahead);
  if (!rule.precheck.passes(text, from, end, to, memo)) return std::nullopt;
  Finder finder(pack, index, text, to - from, memo);
  const std::uint32_t least_before = std::max(rule.precheck.least_before(), 1U);
  if (least_before == rule.lookbehind) {
    // All matches start at the same distance.
    if (end < least_before) return std::nullopt;
    const auto found = finder.first(from, from, to);
    return found && contains(*found, rule.anchor, end) ? found : std::nullopt;
  }
  const std::uint64_t last = end - std::min<std::uint64_t>(end, rule.anchor.min_width);
  while (from + least_before <= end) {
    const auto found = finder.first(from, last, to);
    if (!found) return std::nullopt;
    if (contains(*found, rule.anchor, end)) return found;
    from = after(*found);
  }
  return std::nullopt;
}

std::vector<Confirmed> confirm_whole(const RulePack& pack, std::uint32_t index, ByteView text) {
  std::vector<Confirmed> all;
  Finder finder(pack, index, text, text.size(), {});
  std::uint64_t from = 0;
  while (from <= text.size()) {
    const auto found = finder.first(from, text.size(), text.size());
    if (!found) break;
    all.push_back(*found);
    from = std::max(found->match_end, found->match_start + 1);
  }
  return all;
}

std::optional<Confirmed> confirm_whole_text(const RulePack& pack, std::uint32_t index,
                                            ByteView text) {
  if (text.empty() || text.size() > pack.rules()[index].anchor.max_width) return std::nullopt;
  return Finder(pack, index, text, text.size(), {}).first(0, 0, text.size());
}

std::optional<Confirmed> containing(const std::vector<Confirmed>& all, const Anchor& anchor,
                                    std::uint64_t end) {
  const auto after = std::partition_point(
      all.begin(), all.end(), [&](const Confirmed& found) { return found.match_end < end; });
  if (after == all.end() || !contains(*after, anchor, end)) return std::nullopt;
  return *after;
}

}  // namespace dragnet
