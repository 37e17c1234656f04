#include "match/rule_alive.h"

#include <map>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "match/confirm.h"
#include "match/judge.h"
#include "match/regex_draw.h"

namespace dragnet {

namespace {

constexpr int kDraws = 64;

RuleRemark dead(std::string text) { return {RuleAspect::kDead, std::move(text)}; }

// Where the rule's regex matches in `text`, and what of it is the secret, as confirm has it.
std::optional<Confirmed> match_of(const RulePack& pack, std::uint32_t index, ByteView text) {
  const std::vector<Confirmed> all = confirm_whole(pack, index, text);
  if (all.empty()) return std::nullopt;
  return all.front();
}

// A draw, alone and between lines, because `^` and `\b` ask for one or the other.
ByteString placed(const ByteString& draw, int number) {
  return number % 2 == 0 ? draw : "\n " + draw + " \n";
}

}  // namespace

std::vector<RuleRemark> dead_content_remarks(const RulePack& pack, std::uint32_t index) {
  const CompiledRule& rule = pack.rules()[index];
  if (rule.path_only() || !rule.words.empty()) return {};
  const auto regex = parse_regex(rule.rule.regex);
  if (!regex) return {};
  std::mt19937_64 random(checksum64(rule.rule.id, 2));
  int matched = 0;
  for (int i = 0; i < kDraws; ++i) {
    const auto draw = draw_text(regex.value(), DrawLength::kShort, &random);
    if (!draw) return {dead("its regex can match nothing: a class in it has no byte")};
    const ByteString text = placed(*draw, i);
    const auto found = match_of(pack, index, text);
    if (!found) continue;
    ++matched;
    if (judge(pack, index, text, *found)) return {};
  }
  if (matched == 0) {
    return {dead("its regex matches none of " + std::to_string(kDraws) + " texts made from it")};
  }
  if (!rule.rule.check.empty() || !rule.rule.keywords.empty()) return {};
  return {dead("its regex matches, but its entropy or allow lists refuse all of " +
               std::to_string(matched) + " matches made from it")};
}

std::vector<RuleRemark> dead_path_remarks(const RulePack& pack, std::uint32_t index) {
  const Rule& rule = pack.rules()[index].rule;
  if (rule.path.empty()) return {};
  const auto regex = parse_regex(rule.path);
  if (!regex) return {};
  const PathJudge paths(&pack);
  std::mt19937_64 random(checksum64(rule.id, 3));
  for (int i = 0; i < kDraws; ++i) {
    const auto draw = draw_text(regex.value(), DrawLength::kShort, &random);
    if (!draw) return {dead("its path can match nothing: a class in it has no byte")};
    if (paths.accepts(index, 0, *draw, "") || paths.accepts(index, 0, "a/" + *draw, "")) return {};
  }
  return {dead("none of " + std::to_string(kDraws) +
               " paths made from its path regex is accepted by it and its allow lists")};
}

std::vector<std::optional<std::uint32_t>> first_duplicates(const RulePack& pack) {
  std::map<std::tuple<std::string_view, std::string_view, std::uint32_t>, std::uint32_t> first;
  std::vector<std::optional<std::uint32_t>> out(pack.rules().size());
  for (std::uint32_t i = 0; i < pack.rules().size(); ++i) {
    const Rule& rule = pack.rules()[i].rule;
    const auto [place, fresh] = first.emplace(
        std::tuple(std::string_view(rule.regex), std::string_view(rule.path), rule.secret_group),
        i);
    if (!fresh) out[i] = place->second;
  }
  return out;
}

}  // namespace dragnet
