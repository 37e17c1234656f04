#include "match/judge.h"

#include <algorithm>
#include <cstdint>

#include "base/ascii.h"
#include "match/encoded_text.h"
#include "match/language_model.h"
#include "match/regex_store.h"
#include "match/value_features.h"
#include "match/value_model.h"

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

bool regex_accepts(const RulePack& pack, const Allowlist& list, ByteView text,
                   const Confirmed& found, LineMemo* lines) {
  ByteView target = text.substr(found.start, found.end - found.start);
  if (list.regex_target == Allowlist::Target::kMatch) {
    target = text.substr(found.match_start, found.match_end - found.match_start);
  }
  const auto accepts = [&](ByteView bytes) {
    return pack.regexes().any_matches(list.regexes, bytes);
  };
  if (list.regex_target != Allowlist::Target::kLine) return accepts(target);
  return lines->answer(&list, lines->line(text, found.match_start, found.match_end), accepts);
}

bool stopword_accepts(const Allowlist& list, ByteView secret) {
  return std::any_of(list.stopwords.begin(), list.stopwords.end(), [&](const std::string& word) {
    return contains_folded(secret, lowered(word));
  });
}

// Whether the list accepts the match by content alone; notes in `path_lists` where all that content
// has to say is yes and the path decides.
bool content_accepts(const RulePack& pack, const Allowlist& list, unsigned bit, ByteView text,
                     const Confirmed& found, std::uint64_t* path_lists, LineMemo* lines) {
  const bool by_regex = !list.regexes.empty() && regex_accepts(pack, list, text, found, lines);
  const bool by_word = !list.stopwords.empty() &&
                       stopword_accepts(list, text.substr(found.start, found.end - found.start));
  if (list.condition == Allowlist::Condition::kOr) return by_regex || by_word;
  const bool all = (list.regexes.empty() || by_regex) && (list.stopwords.empty() || by_word);
  if (!all) return false;
  if (!depends_on_path(list)) return !list.regexes.empty() || !list.stopwords.empty();
  *path_lists |= std::uint64_t{1} << (bit & 63);
  return false;
}

// Whether any allow list accepts the match by content alone; see `content_accepts`.
bool content_allows(const RulePack& pack, const Rule& rule, ByteView text, const Confirmed& found,
                    std::uint64_t* path_lists, LineMemo* lines) {
  return any_list(pack, rule, [&](const Allowlist& list, unsigned bit) {
    return content_accepts(pack, list, bit, text, found, path_lists, lines);
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

// Far below the line nobody wants to hear of it, whatever the path.
constexpr float kLeastLogOdds = -1;

bool asks_value_model(const CompiledRule& rule) {
  return !rule.words.empty() || rule.rule.check == kValueModelCheck;
}

float value_log_odds(const CompiledRule& rule, ByteView text, const Confirmed& found) {
  const Assignment assignment = assignment_of(rule, text, found);
  const ValueFeatures features = value_features(LanguageModel::standard(), text, assignment);
  return ValueModel::standard().log_odds(features);
}

// What the model says of `value` in place of the one that was found.
float log_odds_of(ByteView text, const Assignment& found, ByteView value) {
  const std::uint64_t from = found.name_start - (found.name_start > 0 ? 1 : 0);
  ByteString other(text.substr(from, found.value_start - from));
  Assignment moved = found;
  moved.name_start -= from;
  moved.name_end -= from;
  moved.value_start -= from;
  other += value;
  moved.value_end = other.size();
  moved.end = moved.value_end + (found.end - found.value_end);
  // The model is told of one byte after the assignment, or of the one after a blank.
  other += text.substr(found.value_end, found.end - found.value_end + 2);
  return ValueModel::standard().log_odds(value_features(LanguageModel::standard(), other, moved));
}

// What the model says of the text that the secret holds in base64, or of what follows the colon in
// it, "user:password"; nothing where it holds none.
std::optional<float> decoded_log_odds(const CompiledRule& rule, ByteView text,
                                      const Confirmed& found) {
  const auto inner = text_in_base64(text.substr(found.start, found.end - found.start));
  if (!inner) return std::nullopt;
  const LanguageModel& language = LanguageModel::standard();
  const Assignment assignment = assignment_of(rule, text, found);
  const auto odds_of = [&](ByteView value, float of_words) {
    const bool words = value.empty() || language.reads_as_words(value);
    return words ? of_words : log_odds_of(text, assignment, value);
  };
  // A word is no secret, but a user's password may be one.
  const ByteView whole(*inner);
  const std::size_t colon = whole.find(':');
  if (colon == ByteView::npos) return odds_of(whole, kLeastLogOdds - 1);
  return std::max({odds_of(whole, kLeastLogOdds), odds_of(whole.substr(colon + 1), kLeastLogOdds)});
}

// Basic authorisation carries a password for certain: what the model says of it, as if it were
// assigned to that name, only raises it. Where the password is a word the encoding's shape is all
// that there is to tell.
constexpr float kLeastEncodedOdds = 0.4F;

std::optional<float> encoded_log_odds(const Rule& rule, ByteView secret) {
  const auto password = encoded_password(rule.check, secret);
  const LanguageModel& language = LanguageModel::standard();
  if (!password || language.reads_as_words(*password)) return std::nullopt;
  const ByteString text = "password=\"" + *password + "\"";
  Assignment assignment;
  assignment.name_end = 8;
  assignment.value_start = 10;
  assignment.value_end = text.size() - 1;
  assignment.end = text.size();
  assignment.quote = '"';
  const float odds = ValueModel::standard().log_odds(value_features(language, text, assignment));
  return std::max(odds, kLeastEncodedOdds);
}

}  // namespace

ByteString secret_bytes(ByteView object, const Match& match) {
  if (match.decoded) return match.decoded->bytes;
  return ByteString(object.substr(match.start, match.end - match.start));
}

Assignment assignment_of(const CompiledRule& rule, ByteView text, const Confirmed& found) {
  if (!rule.words.empty()) {
    // Some word ends within the name; the first that gives this value is as good as any.
    const std::uint64_t last = std::min(found.match_start + kAssignmentBehind, found.start);
    for (std::uint64_t end = found.match_start + 1; end <= last; ++end) {
      const auto assignment = parse_assignment(rule.words, text, end);
      if (assignment && assignment->value_start == found.start) return *assignment;
    }
  }
  Assignment assignment;
  assignment.name_start = found.match_start;
  assignment.name_end = found.start;
  assignment.value_start = found.start;
  assignment.value_end = found.end;
  assignment.end = found.match_end;
  assignment.op = AssignOperator::kScheme;
  return assignment;
}

std::optional<Match> judge(const RulePack& pack, std::uint32_t index, ByteView text,
                           const Confirmed& found, LineMemo* lines) {
  LineMemo own;
  if (lines == nullptr) lines = &own;
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
    match.log_odds = encoded_log_odds(rule, secret);
  }
  if (asks_value_model(pack.rules()[index])) {
    if (LanguageModel::standard().reads_as_words(secret)) return std::nullopt;
    match.log_odds = value_log_odds(pack.rules()[index], text, found);
    if (const auto decoded = decoded_log_odds(pack.rules()[index], text, found)) {
      match.log_odds = std::min(*match.log_odds, *decoded);
    }
    if (*match.log_odds < kLeastLogOdds) return std::nullopt;
  }
  const bool allowed = content_allows(pack, rule, text, found, &match.path_lists, lines);
  if (allowed || !has_keyword(rule, text, found)) return std::nullopt;
  match.placeholder = match.check != CheckResult::kPasses && is_placeholder(secret);
  match.start = found.start;
  match.end = found.end;
  match.match_start = found.match_start;
  match.match_end = found.match_end;
  return match;
}

bool ruled_out(const RulePack& pack, std::uint32_t index, ByteView text, const Confirmed& found,
               ByteView path) {
  const ByteView secret = text.substr(found.start, found.end - found.start);
  if (LanguageModel::standard().reads_as_words(secret)) return true;
  std::uint64_t path_lists = 0;
  LineMemo lines;
  return content_allows(pack, pack.rules()[index].rule, text, found, &path_lists, &lines) ||
         !PathJudge(&pack).accepts(index, path_lists, path, {});
}

bool judged_by_match_alone(const RulePack& pack, std::uint32_t index) {
  const Rule& rule = pack.rules()[index].rule;
  return rule.keywords.empty() && !any_list(pack, rule, [](const Allowlist& list, unsigned) {
           return list.regex_target == Allowlist::Target::kLine && !list.regexes.empty();
         });
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
