#include "match/confirm.h"

#include <algorithm>
#include <array>

#include "match/regex_store.h"

namespace dragnet {

namespace {

// Of a regex with more groups, those after these are not looked at for the secret.
constexpr int kMaxGroups = 32;

// Spans up to this size RE2 searches for groups at once. It clears a bit for each byte and
// instruction first, and backtracks: in larger spans the match is looked for beforehand.
constexpr std::uint64_t kSmallSpan = 256;

using Groups = std::array<re2::StringPiece, kMaxGroups>;

// The match in text[from, to) with its first `count` groups.
bool match_groups(const re2::RE2& regex, ByteView text, std::uint64_t from, std::uint64_t to,
                  re2::RE2::Anchor where, Groups* groups, int count) {
  const re2::StringPiece piece(text.data(), text.size());
  // Without an anchor RE2 does so itself.
  if (where == re2::RE2::UNANCHORED || to - from <= kSmallSpan || count == 1) {
    return regex.Match(piece, from, to, where, groups->data(), count);
  }
  if (!regex.Match(piece, from, to, where, groups->data(), 1)) return false;
  to = from + (*groups)[0].size();
  return regex.Match(piece, from, to, re2::RE2::ANCHOR_BOTH, groups->data(), count);
}

// First match in text[from, to), or the one that starts at `from`; offsets are those of `text`.
std::optional<Confirmed> first_match(const RulePack& pack, std::uint32_t index, ByteView text,
                                     std::uint64_t from, std::uint64_t to,
                                     re2::RE2::Anchor where = re2::RE2::UNANCHORED) {
  const re2::RE2& regex = pack.regexes().at(index);
  const SecretPlace& secret = pack.regexes().secret_place(index);
  Groups groups;
  const int all = std::min(regex.NumberOfCapturingGroups() + 1, kMaxGroups);
  const int count = secret.known() ? 1 : all;
  if (!match_groups(regex, text, from, to, where, &groups, count)) return std::nullopt;
  const auto offset = [&](const re2::StringPiece& piece) {
    return static_cast<std::uint64_t>(piece.data() - text.data());
  };
  Confirmed found;
  found.match_start = offset(groups[0]);
  found.match_end = found.match_start + groups[0].size();
  if (secret.known()) {
    const auto place = secret.in(text, found.match_start, found.match_end);
    found.start = place ? place->first : found.match_start;
    found.end = place ? place->second : found.match_end;
    return found;
  }
  const Rule& rule = pack.rules()[index].rule;
  std::size_t group = std::min<std::size_t>(rule.secret_group, static_cast<std::size_t>(count) - 1);
  // Without a group named, the first one that holds anything, as gitleaks does.
  for (std::size_t i = 1; rule.secret_group == 0 && group == 0 && i < std::size_t(count); ++i) {
    if (!groups[i].empty()) group = i;
  }
  if (groups[group].data() == nullptr) group = 0;
  found.start = offset(groups[group]);
  found.end = found.start + groups[group].size();
  return found;
}

bool contains(const Confirmed& found, const Anchor& anchor, std::uint64_t end) {
  return found.match_end >= end && found.match_start + anchor.min_width <= end;
}

std::optional<Confirmed> confirm_assignment(const CompiledRule& rule, ByteView text,
                                            std::uint64_t end, RunMemos::Pair* memo) {
  const std::uint64_t from = end > rule.lookbehind ? end - rule.lookbehind : 0;
  const std::uint64_t to = std::min<std::uint64_t>(text.size(), end + rule.lookahead);
  if (!rule.precheck.passes(text, from, end, to, memo)) return std::nullopt;
  const auto found = parse_assignment(rule.words, text, end - rule.precheck.tail());
  if (!found) return std::nullopt;
  return Confirmed{found->name_start, found->end, found->value_start, found->value_end};
}

// Whether its precheck can read on for long.
bool reads_far(const CompiledRule& rule) {
  return rule.lookbehind + std::uint64_t{rule.lookahead} > 2 * RunMemo::kStep;
}

// Where to look for the next match: after this secret, not after this match, because a delimiter
// that ended one match may have to begin the next.
std::uint64_t next_start(const Confirmed& found) {
  return std::max(found.match_start + 1, std::min(found.end, found.match_end));
}

}  // namespace

std::optional<Confirmed> confirm_anchor(const RulePack& pack, std::uint32_t index, ByteView text,
                                        std::uint64_t end, RunMemos* memos) {
  const CompiledRule& rule = pack.rules()[index];
  RunMemos::Pair* memo = memos != nullptr && reads_far(rule) ? memos->of(index) : nullptr;
  if (!rule.words.empty()) return confirm_assignment(rule, text, end, memo);
  std::uint64_t from = end > rule.lookbehind ? end - rule.lookbehind : 0;
  const std::uint64_t to = std::min<std::uint64_t>(text.size(), end + rule.lookahead);
  if (!rule.precheck.passes(text, from, end, to, memo)) return std::nullopt;
  const std::uint32_t least_before = std::max(rule.precheck.least_before(), 1U);
  if (least_before == rule.lookbehind) {
    // All matches start at the same distance: RE2's automaton need not look elsewhere.
    if (end < least_before) return std::nullopt;
    const auto found = first_match(pack, index, text, from, to, re2::RE2::ANCHOR_START);
    return found && contains(*found, rule.anchor, end) ? found : std::nullopt;
  }
  while (from + least_before <= end) {
    const auto found = first_match(pack, index, text, from, to);
    if (!found || found->match_start >= end) return std::nullopt;
    if (contains(*found, rule.anchor, end)) return found;
    from = next_start(*found);
  }
  return std::nullopt;
}

std::vector<Confirmed> confirm_whole(const RulePack& pack, std::uint32_t index, ByteView text) {
  std::vector<Confirmed> all;
  std::uint64_t from = 0;
  while (from <= text.size()) {
    const auto found = first_match(pack, index, text, from, text.size());
    if (!found) break;
    all.push_back(*found);
    from = std::max(found->match_end, found->match_start + 1);
  }
  return all;
}

std::optional<Confirmed> containing(const std::vector<Confirmed>& all, const Anchor& anchor,
                                    std::uint64_t end) {
  const auto after = std::partition_point(
      all.begin(), all.end(), [&](const Confirmed& found) { return found.match_end < end; });
  if (after == all.end() || !contains(*after, anchor, end)) return std::nullopt;
  return *after;
}

}  // namespace dragnet
