#include "match/confirm.h"

#include <algorithm>
#include <array>

#include "match/regex_store.h"

namespace dragnet {

namespace {

// Of a regex with more groups, those after these are not looked at for the secret.
constexpr int kMaxGroups = 32;

// Spans up to this size RE2 searches for groups at once where a match has to start at its start. It
// clears a bit for each byte and instruction first, and backtracks: in larger ones the match is
// looked for beforehand.
constexpr std::uint64_t kSmallSpan = 256;

// Places where a match may start that are tried one by one.
constexpr std::size_t kMostTries = 4;

// Looks for one rule's matches in one text.
class Finder {
 public:
  Finder(const RulePack& pack, std::uint32_t index, ByteView text, const MemoSlot& memo)
      : regex_(pack.regexes().at(index)),
        place_(pack.regexes().secret_place(index)),
        wanted_(pack.rules()[index].rule.secret_group),
        count_(std::min(regex_.NumberOfCapturingGroups() + 1, kMaxGroups)),
        text_(text),
        memo_(memo) {}

  // First match in text[from, to), or the one that starts at `from`; offsets are those of `text`.
  std::optional<Confirmed> first(std::uint64_t from, std::uint64_t to,
                                 re2::RE2::Anchor where = re2::RE2::UNANCHORED) {
    const bool starts = where == re2::RE2::ANCHOR_START;
    if (count_ > 1 && !place_.known() && (starts ? to - from <= kSmallSpan : !memo_.any())) {
      return with_groups(from, to, where);
    }
    // RE2 does the same: automata for the bounds, then the groups within them.
    re2::StringPiece whole;
    if (!match(from, to, where, &whole, 1)) return std::nullopt;
    return of_bounds(offset(whole), offset(whole) + whole.size());
  }

  // What `first` gives for text[from, to), or nothing where that starts after `last`. Where a match
  // starts RE2 finds by reading back from its end, with as many states as there are ways to count
  // repeats: a hundred microseconds for the path of an image. So where there are few places where
  // one may start they are tried.
  std::optional<Confirmed> first_until(const Precheck& precheck, std::uint64_t from,
                                       std::uint64_t last, std::uint64_t to) {
    std::array<std::uint64_t, kMostTries> places{};
    std::size_t count = 0;
    for (std::uint64_t at = from; at <= last; ++at) {
      if (!precheck.may_start(text_, at)) continue;
      if (count == places.size()) return first(from, to);
      places[count++] = at;
    }
    for (std::size_t i = 0; i < count; ++i) {
      re2::StringPiece whole;
      if (match(places[i], to, re2::RE2::ANCHOR_START, &whole, 1)) {
        return of_bounds(places[i], places[i] + whole.size());
      }
    }
    return std::nullopt;
  }

 private:
  bool match(std::uint64_t from, std::uint64_t to, re2::RE2::Anchor where, re2::StringPiece* groups,
             int count) const {
    return regex_.Match({text_.data(), text_.size()}, from, to, where, groups, count);
  }
  std::uint64_t offset(const re2::StringPiece& piece) const {
    return static_cast<std::uint64_t>(piece.data() - text_.data());
  }
  std::optional<Confirmed> with_groups(std::uint64_t from, std::uint64_t to,
                                       re2::RE2::Anchor where) const;
  Confirmed of_bounds(std::uint64_t start, std::uint64_t end);

  const re2::RE2& regex_;
  const SecretPlace& place_;
  std::uint32_t wanted_;
  int count_;
  ByteView text_;
  MemoSlot memo_;
};

std::optional<Confirmed> Finder::with_groups(std::uint64_t from, std::uint64_t to,
                                             re2::RE2::Anchor where) const {
  std::array<re2::StringPiece, kMaxGroups> groups;
  if (!match(from, to, where, groups.data(), count_)) return std::nullopt;
  Confirmed found;
  found.match_start = offset(groups[0]);
  found.match_end = found.match_start + groups[0].size();
  const auto count = static_cast<std::size_t>(count_);
  std::size_t group = std::min<std::size_t>(wanted_, count - 1);
  // Without a group named, the first one that holds anything, as gitleaks does.
  for (std::size_t i = 1; wanted_ == 0 && group == 0 && i < count; ++i) {
    if (!groups[i].empty()) group = i;
  }
  if (groups[group].data() == nullptr) group = 0;
  found.start = offset(groups[group]);
  found.end = found.start + groups[group].size();
  return found;
}

// Where a match starts and ends is known, where its secret is not.
Confirmed Finder::of_bounds(std::uint64_t start, std::uint64_t end) {
  Confirmed found{start, end, start, end};
  if (count_ == 1) return found;
  if (place_.known()) {
    if (const auto place = place_.in(text_, start, end)) {
      found.start = place->first;
      found.end = place->second;
    }
    return found;
  }
  RuleMemo::Found* known = nullptr;
  if (RuleMemo* memo = memo_.get()) {
    memo->found.resize(RuleMemo::kFound);
    known = &memo->found[start % RuleMemo::kFound];
    if (known->match_start == start && known->match_end == end && end > 0) {
      return {start, end, known->start, known->end};
    }
  }
  found = with_groups(start, end, re2::RE2::ANCHOR_BOTH).value_or(found);
  if (known != nullptr) *known = {start, end, found.start, found.end};
  return found;
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
std::uint64_t next_start(const Confirmed& found) {
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
  Finder finder(pack, index, text, memo);
  const std::uint32_t least_before = std::max(rule.precheck.least_before(), 1U);
  if (least_before == rule.lookbehind) {
    // All matches start at the same distance: RE2's automaton need not look elsewhere.
    if (end < least_before) return std::nullopt;
    const auto found = finder.first(from, to, re2::RE2::ANCHOR_START);
    return found && contains(*found, rule.anchor, end) ? found : std::nullopt;
  }
  const std::uint64_t last = end - std::min<std::uint64_t>(end, rule.anchor.min_width);
  while (from + least_before <= end) {
    const auto found = finder.first_until(rule.precheck, from, last, to);
    if (!found || found->match_start >= end) return std::nullopt;
    if (contains(*found, rule.anchor, end)) return found;
    from = next_start(*found);
  }
  return std::nullopt;
}

std::vector<Confirmed> confirm_whole(const RulePack& pack, std::uint32_t index, ByteView text) {
  std::vector<Confirmed> all;
  Finder finder(pack, index, text, {});
  std::uint64_t from = 0;
  while (from <= text.size()) {
    const auto found = finder.first(from, text.size());
    if (!found) break;
    all.push_back(*found);
    from = std::max(found->match_end, found->match_start + 1);
  }
  return all;
}

std::optional<Confirmed> confirm_whole_text(const RulePack& pack, std::uint32_t index,
                                            ByteView text) {
  if (text.empty() || text.size() > pack.rules()[index].anchor.max_width) return std::nullopt;
  return Finder(pack, index, text, {}).first(0, text.size(), re2::RE2::ANCHOR_START);
}

std::optional<Confirmed> containing(const std::vector<Confirmed>& all, const Anchor& anchor,
                                    std::uint64_t end) {
  const auto after = std::partition_point(
      all.begin(), all.end(), [&](const Confirmed& found) { return found.match_end < end; });
  if (after == all.end() || !contains(*after, anchor, end)) return std::nullopt;
  return *after;
}

}  // namespace dragnet
