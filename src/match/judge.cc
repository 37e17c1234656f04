#include "match/judge.h"

#include <algorithm>
#include <cstdint>

#include "base/ascii.h"
#include "match/language_model.h"
#include "match/regex_store.h"
#include "match/value_odds.h"

namespace dragnet {

namespace {

bool contains_folded(ByteView text, std::string_view lower_needle) {
  return std::search(text.begin(), text.end(), lower_needle.begin(), lower_needle.end(),
                     [](char a, char b) { return lower(a) == b; }) != text.end();
}

bool applies_to(const Allowlist& list, const Rule& rule) {
  return list.target_rules.empty() || std::find(list.target_rules.begin(), list.target_rules.end(),
                                                rule.id) != list.target_rules.end();
}

bool depends_on_path(const Allowlist& list) { return !list.paths.empty() || !list.commits.empty(); }

// Calls `visit(list, bit)` for the rule's and the global allow lists in a fixed order; `bit` counts
// those that depend on a path.
template <typename Visit>
bool any_list(const RulePack& pack, const Rule& rule, const Visit& visit) {
  unsigned bit = 0;
  for (const auto* lists : {&rule.allowlists, &pack.allowlists()}) {
    for (const Allowlist& list : *lists) {
      if (!applies_to(list, rule)) continue;
      if (visit(list, bit)) return true;
      if (depends_on_path(list)) ++bit;
    }
  }
  return false;
}

// Whether it reads more than the match.
bool reads_line(const Allowlist& list) {
  return list.regex_target == Allowlist::Target::kLine && !list.regexes.empty();
}

bool regex_accepts(const RulePack& pack, const Allowlist& list, ByteView text,
                   const Confirmed& found, LineMemo* lines) {
  const auto accepts = [&](ByteView bytes) {
    return pack.regexes().any_matches(list.regexes, bytes);
  };
  if (reads_line(list)) {
    return lines->answer(&list, lines->line(text, found.match_start, found.match_end), accepts);
  }
  const bool whole = list.regex_target == Allowlist::Target::kMatch;
  const std::uint64_t from = whole ? found.match_start : found.start;
  const std::uint64_t to = whole ? found.match_end : found.end;
  return accepts(text.substr(from, to - from));
}

bool stopword_accepts(const Allowlist& list, ByteView secret) {
  return std::any_of(list.stopwords.begin(), list.stopwords.end(), [&](const std::string& word) {
    return contains_folded(secret, lowered(word));
  });
}

// Whether the list accepts the match by content alone; notes in `path_lists` whether all that
// content has to say is yes and the path decides.
bool content_accepts(const RulePack& pack, const Allowlist& list, unsigned bit, ByteView text,
                     const Confirmed& found, std::uint64_t* path_lists, LineMemo* lines) {
  const bool by_regex = !list.regexes.empty() && regex_accepts(pack, list, text, found, lines);
  const bool by_word = !list.stopwords.empty() &&
                       stopword_accepts(list, text.substr(found.start, found.end - found.start));
  if (list.condition == Allowlist::Condition::kOr) return by_regex || by_word;
  const bool all = (list.regexes.empty() || by_regex) && (list.stopwords.empty() || by_word);
  if (!depends_on_path(list)) return all && !(list.regexes.empty() && list.stopwords.empty());
  const std::uint64_t mask = std::uint64_t{1} << (bit & 63);
  *path_lists = all ? *path_lists | mask : *path_lists & ~mask;
  return false;
}

// Whether any allow list that reads no line accepts the match by content alone, or any that reads
// one where there are `lines`; see `content_accepts`.
bool content_allows(const RulePack& pack, const Rule& rule, ByteView text, const Confirmed& found,
                    std::uint64_t* path_lists, LineMemo* lines) {
  return any_list(pack, rule, [&](const Allowlist& list, unsigned bit) {
    return reads_line(list) == (lines != nullptr) &&
           content_accepts(pack, list, bit, text, found, path_lists, lines);
  });
}

// gitleaks's keyword rule: one of them has to stand somewhere in the text, in any case.
bool has_keyword(const Rule& rule, ByteView text, const Confirmed& found) {
  if (rule.keywords.empty()) return true;
  const ByteView match = text.substr(found.match_start, found.match_end - found.match_start);
  for (const ByteView place : {match, text}) {
    for (const std::string& keyword : rule.keywords) {
      if (contains_folded(place, keyword)) return true;
    }
  }
  return false;
}

}  // namespace

ByteString secret_bytes(ByteView object, const Match& match) {
  if (match.decoded) return match.decoded->bytes;
  return ByteString(object.substr(match.start, match.end - match.start));
}

std::optional<Match> judge_match(const RulePack& pack, std::uint32_t index, ByteView text,
                                 const Confirmed& found) {
  const Rule& rule = pack.rules()[index].rule;
  const ByteView secret = text.substr(found.start, found.end - found.start);
  if (secret.empty()) return std::nullopt;
  Match match;
  match.rule = index;
  match.entropy = static_cast<float>(shannon_entropy(secret));
  if (rule.entropy > 0 && match.entropy < rule.entropy) return std::nullopt;
  if (!rule.check.empty()) {
    match.check = run_check(rule.check, secret);
    if (match.check == CheckResult::kFails) return std::nullopt;
    match.log_odds = password_log_odds(rule, secret);
  }
  if (asks_value_model(pack.rules()[index])) {
    match.log_odds = value_log_odds(pack.rules()[index], text, found);
    if (!match.log_odds) return std::nullopt;
  }
  if (content_allows(pack, rule, text, found, &match.path_lists, nullptr)) return std::nullopt;
  match.placeholder = match.check != CheckResult::kPasses && is_placeholder(secret);
  match.start = found.start;
  match.end = found.end;
  match.match_start = found.match_start;
  match.match_end = found.match_end;
  return match;
}

bool judge_surroundings(const RulePack& pack, ByteView text, const Confirmed& found,
                        LineMemo* lines, Match* match) {
  const Rule& rule = pack.rules()[match->rule].rule;
  return !content_allows(pack, rule, text, found, &match->path_lists, lines) &&
         has_keyword(rule, text, found);
}

std::optional<Match> judge(const RulePack& pack, std::uint32_t index, ByteView text,
                           const Confirmed& found) {
  LineMemo lines;
  auto match = judge_match(pack, index, text, found);
  if (match && !judge_surroundings(pack, text, found, &lines, &*match)) match.reset();
  return match;
}

bool ruled_out(const RulePack& pack, std::uint32_t index, ByteView text, const Confirmed& found,
               ByteView path) {
  const Rule& rule = pack.rules()[index].rule;
  const ByteView secret = text.substr(found.start, found.end - found.start);
  if (LanguageModel::standard().reads_as_words(secret)) return true;
  std::uint64_t path_lists = 0;
  LineMemo lines;
  return content_allows(pack, rule, text, found, &path_lists, nullptr) ||
         content_allows(pack, rule, text, found, &path_lists, &lines) ||
         !PathJudge(&pack).accepts(index, path_lists, path, {});
}

bool judged_by_match_alone(const RulePack& pack, std::uint32_t index) {
  const Rule& rule = pack.rules()[index].rule;
  return rule.keywords.empty() &&
         !any_list(pack, rule, [](const Allowlist& list, unsigned) { return reads_line(list); });
}

bool PathJudge::depends_on_path(std::uint32_t index) const {
  const Rule& rule = pack_->rules()[index].rule;
  return !rule.path.empty() || any_list(*pack_, rule, [](const Allowlist& list, unsigned) {
    return dragnet::depends_on_path(list);
  });
}

bool PathJudge::accepts(std::uint32_t index, std::uint64_t path_lists, ByteView path,
                        std::string_view commit) const {
  const Rule& rule = pack_->rules()[index].rule;
  const RegexStore& regexes = pack_->regexes();
  if (!rule.path.empty() && !re2::RE2::PartialMatch(path, regexes.of(rule.path))) return false;
  return !any_list(*pack_, rule, [&](const Allowlist& list, unsigned bit) {
    if (!dragnet::depends_on_path(list)) return false;
    const bool by_path = regexes.any_matches(list.paths, path);
    const bool by_commit =
        !commit.empty() &&
        std::any_of(list.commits.begin(), list.commits.end(), [&](const std::string& id) {
          return !id.empty() && commit.starts_with(lowered(id));
        });
    if (list.condition == Allowlist::Condition::kOr) return by_path || by_commit;
    return (path_lists >> (bit & 63) & 1) != 0 && (list.paths.empty() || by_path) &&
           (list.commits.empty() || by_commit);
  });
}

}  // namespace dragnet
