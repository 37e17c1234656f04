#include "match/value_odds.h"

#include <algorithm>

#include "match/checks.h"
#include "match/encoded_text.h"
#include "match/language_model.h"
#include "match/value_features.h"
#include "match/value_model.h"

namespace dragnet {

namespace {

// Far below the line nobody wants to hear of it, whatever the path.
constexpr float kLeastLogOdds = -1;

// Basic authorisation carries a password for certain: what the model says of it, as if it were
// assigned to that name, only raises it. Where the password is a word the encoding's shape is all
// that there is to tell.
constexpr float kLeastEncodedOdds = 0.4F;

float log_odds_of(ByteView text, const Assignment& assignment) {
  return ValueModel::standard().log_odds(
      value_features(LanguageModel::standard(), text, assignment));
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
  return log_odds_of(other, moved);
}

// What the model says of the text that the secret holds in base64, or of what follows the colon in
// it, "user:password"; nothing where it holds none.
std::optional<float> decoded_log_odds(ByteView text, const Assignment& assignment,
                                      ByteView secret) {
  const auto inner = text_in_base64(secret);
  if (!inner) return std::nullopt;
  const LanguageModel& language = LanguageModel::standard();
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

}  // namespace

bool asks_value_model(const CompiledRule& rule) {
  return !rule.words.empty() || rule.rule.check == kValueModelCheck;
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

std::optional<float> value_log_odds(const CompiledRule& rule, ByteView text,
                                    const Confirmed& found) {
  const ByteView secret = text.substr(found.start, found.end - found.start);
  if (LanguageModel::standard().reads_as_words(secret)) return std::nullopt;
  const Assignment assignment = assignment_of(rule, text, found);
  float odds = log_odds_of(text, assignment);
  if (const auto decoded = decoded_log_odds(text, assignment, secret)) {
    odds = std::min(odds, *decoded);
  }
  if (odds < kLeastLogOdds) return std::nullopt;
  return odds;
}

std::optional<float> password_log_odds(const Rule& rule, ByteView secret) {
  const auto password = encoded_password(rule.check, secret);
  if (!password || LanguageModel::standard().reads_as_words(*password)) return std::nullopt;
  const ByteString text = "password=\"" + *password + "\"";
  Assignment assignment;
  assignment.name_end = 8;
  assignment.value_start = 10;
  assignment.value_end = text.size() - 1;
  assignment.end = text.size();
  assignment.quote = '"';
  return std::max(log_odds_of(text, assignment), kLeastEncodedOdds);
}

}  // namespace dragnet
