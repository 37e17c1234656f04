#include "match/match_relations.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

namespace dragnet {

void drop_without_required(const RulePack& pack, std::vector<Match>* matches) {
  const auto rule_of = [&](const Match& match) -> const Rule& {
    return pack.rules()[match.rule].rule;
  };
  const auto near = [](const Match& a, const Match& b, const RequiredRule& required) {
    const auto apart = [](std::uint64_t x, std::uint64_t y) { return x > y ? x - y : y - x; };
    return (!required.within_lines || apart(a.line, b.line) <= *required.within_lines) &&
           (!required.within_columns || apart(a.column, b.column) <= *required.within_columns);
  };
  // Matches of rules that others require are few kinds: gathered once, by rule id.
  std::map<std::string_view, std::vector<const Match*>> by_id;
  bool any = false;
  for (const Match& match : *matches) {
    by_id[rule_of(match).id].push_back(&match);
    any = any || !rule_of(match).required.empty() || rule_of(match).skip_report;
  }
  if (!any) return;
  std::vector<Match> kept;
  for (const Match& match : *matches) {
    const Rule& rule = rule_of(match);
    const bool complete =
        std::all_of(rule.required.begin(), rule.required.end(), [&](const RequiredRule& required) {
          const auto others = by_id.find(required.id);
          return others != by_id.end() &&
                 std::any_of(others->second.begin(), others->second.end(),
                             [&](const Match* other) { return near(match, *other, required); });
        });
    if (complete && !rule.skip_report) kept.push_back(match);
  }
  *matches = std::move(kept);
}

void mark_companions(const RulePack& pack, std::vector<Match>* matches) {
  constexpr std::uint64_t kReach = 2048;
  std::size_t first = 0;
  for (Match& match : *matches) {
    const auto& companions = pack.rules()[match.rule].rule.companions;
    while ((*matches)[first].start + kReach < match.start) ++first;
    if (companions.empty()) continue;
    for (std::size_t i = first; i < matches->size() && !match.companion; ++i) {
      const Match& other = (*matches)[i];
      if (other.start > match.start + kReach) break;
      match.companion = std::find(companions.begin(), companions.end(),
                                  pack.rules()[other.rule].rule.id) != companions.end();
    }
  }
}

namespace {

// Best first: what stays where secrets overlap. What needs less decoding is the truer reading. A
// rule for files of a certain name gives way to one for all files: names are known later, and a
// match that its path refuses then has beaten nobody.
auto standing(const RulePack& pack, const Match& match) {
  const Rule& rule = pack.rules()[match.rule].rule;
  const std::uint64_t length = match.end - match.start;
  return std::tuple(match.check != CheckResult::kPasses, !rule.path.empty(), rule.generic,
                    match.trail.levels(), ~length, std::string_view(rule.id), match.start,
                    match.match_start, match.match_end, match.trail,
                    match.decoded ? match.decoded->start : 0);
}

// Where a match stands among those that it can overlap: all of the object, or one inflated text.
struct Extent {
  std::uint64_t start, end;
};

Extent extent_of(const Match& match) {
  if (match.decoded && match.decoded->space != 0) return {match.decoded->start, match.decoded->end};
  return {match.start, match.end};
}

// Two decoded secrets side by side share the digit that holds the end of one and the start of the
// other.
bool apart(const Match& a, const Match& b) {
  constexpr std::uint64_t kShared = 2;
  const Extent x = extent_of(a);
  const Extent y = extent_of(b);
  const std::uint64_t slack = !a.trail.empty() && a.trail == b.trail ? kShared : 0;
  return x.end <= y.start + slack || y.end <= x.start + slack;
}

// Of `matches`, which are of one text, those that stay are appended to `out`.
void resolve_text(const RulePack& pack, std::span<Match> matches, std::vector<Match>* out) {
  std::sort(matches.begin(), matches.end(),
            [&](const Match& a, const Match& b) { return standing(pack, a) < standing(pack, b); });
  // By the path that a rule asks for: start of a kept secret -> its place in `out`. Of rules for
  // files of different names one cannot take from another, which name it is comes out later.
  std::map<std::string_view, std::map<std::uint64_t, std::size_t>> taken;
  for (Match& match : matches) {
    const Extent extent = extent_of(match);
    const std::string_view path = pack.rules()[match.rule].rule.path;
    bool free = true;
    for (const auto& [other, kept] : taken) {
      if (!path.empty() && !other.empty() && path != other) continue;
      auto next = kept.lower_bound(extent.end);
      // Secrets kept here do not overlap each other: those that overlap this one are neighbours.
      while (next != kept.begin()) {
        --next;
        Match& winner = (*out)[next->second];
        if (extent_of(winner).end <= extent.start) break;
        if (apart(winner, match)) continue;
        free = false;
        if (winner.rule != match.rule) winner.also.push_back(match.rule);
      }
    }
    if (!free || !taken[path].emplace(extent.start, out->size()).second) continue;
    out->push_back(std::move(match));
  }
}

}  // namespace

void resolve_overlaps(const RulePack& pack, std::vector<Match>* matches) {
  // Texts one after the other; most objects are one.
  const auto text_of = [](const Match& match) {
    const bool inflated = match.decoded && match.decoded->space != 0;
    return std::tuple(inflated ? match.decoded->space : 0, inflated ? match.start : 0);
  };
  std::stable_sort(matches->begin(), matches->end(),
                   [&](const Match& a, const Match& b) { return text_of(a) < text_of(b); });
  std::vector<Match> kept;
  for (std::size_t first = 0; first < matches->size();) {
    std::size_t end = first;
    while (end < matches->size() && text_of((*matches)[end]) == text_of((*matches)[first])) ++end;
    resolve_text(pack, std::span(*matches).subspan(first, end - first), &kept);
    first = end;
  }
  for (Match& match : kept) {
    std::sort(match.also.begin(), match.also.end());
    match.also.erase(std::unique(match.also.begin(), match.also.end()), match.also.end());
  }
  std::sort(kept.begin(), kept.end(), [&](const Match& a, const Match& b) {
    const auto place = [](const Match& match) { return match.decoded ? match.decoded->start : 0; };
    return std::tuple(a.start, a.end, a.rule, text_of(a), place(a)) <
           std::tuple(b.start, b.end, b.rule, text_of(b), place(b));
  });
  *matches = std::move(kept);
}

}  // namespace dragnet
