#include "match/value_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "base/ascii.h"
#include "match/checks.h"
#include "match/language_model.h"
#include "match/value_model.h"
#include "match/value_shape.h"

namespace dragnet {

namespace {

using enum ValueFeature;

// 0 lower, 1 upper, 2 digit, 3 anything else.
constexpr std::uint8_t class_of(char c) {
  return is_lower(c) ? 0 : is_upper(c) ? 1 : is_digit(c) ? 2 : 3;
}
constexpr std::size_t kClasses = 4;

// Signs that are counted together, and what their number is called.
constexpr std::array<std::string_view, 10> kSignGroups = {" \t", ".", "/\\",      "-",   "_",
                                                          ":",   "@", "(){}[]<>", "%$#", "|*?+^,;"};
constexpr std::array<ValueFeature, 10> kSignFeatures = {
    spaces, dots, slashes, dashes, underscores, colons, ats, brackets, percents, alternation};
constexpr std::size_t kSigns = kSignGroups.size() + 1;

struct ByteTraits {
  std::uint8_t kind = 0;  // see class_of
  std::uint8_t hex = 0;   // 1: a hexadecimal digit
  std::uint8_t sign = 0;  // one more than its group's place; 0: of none
};

constexpr std::array<ByteTraits, 256> kTraits = [] {
  std::array<ByteTraits, 256> all{};
  for (std::size_t byte = 0; byte < all.size(); ++byte) {
    const char c = static_cast<char>(byte);
    all[byte].kind = class_of(c);
    all[byte].hex = is_hex_digit(c) ? 1 : 0;
    for (std::size_t group = 0; group < kSignGroups.size(); ++group) {
      if (kSignGroups[group].find(c) != ByteView::npos) {
        all[byte].sign = static_cast<std::uint8_t>(group + 1);
      }
    }
  }
  return all;
}();

class Features {
 public:
  float& operator[](ValueFeature feature) { return values_[static_cast<std::size_t>(feature)]; }
  void set(ValueFeature feature, double value) { (*this)[feature] = static_cast<float>(value); }
  const ValueFeatures& all() const { return values_; }

 private:
  ValueFeatures values_{};
};

void count_characters(ByteView value, Features* out) {
  const auto size = static_cast<double>(value.size());
  std::array<int, kClasses> counts{};
  std::array<int, kSigns> signs{};
  std::array<bool, 256> seen{};
  int distinct_bytes = 0;
  int transitions_seen = 0;
  int hex_digits = 0;
  std::uint8_t before = kTraits[octet(value[0])].kind;
  for (const char c : value) {
    const ByteTraits& traits = kTraits[octet(c)];
    ++counts[traits.kind];
    ++signs[traits.sign];
    hex_digits += traits.hex;
    transitions_seen += traits.kind == before ? 0 : 1;
    before = traits.kind;
    distinct_bytes += seen[octet(c)] ? 0 : 1;
    seen[octet(c)] = true;
  }
  out->set(length, size);
  out->set(letters, (counts[0] + counts[1]) / size);
  out->set(uppers, counts[1] / size);
  out->set(digits, counts[2] / size);
  out->set(specials, counts[3] / size);
  out->set(classes, (counts[0] > 0) + (counts[1] > 0) + (counts[2] > 0) + (counts[3] > 0));
  out->set(distinct, distinct_bytes / size);
  out->set(transitions, transitions_seen / size);
  const bool all_hex = hex_digits == static_cast<int>(value.size()) && counts[2] > 0;
  out->set(hex, all_hex ? 1 : 0);
  out->set(hex_size, all_hex && value.size() % 8 == 0 ? size : 0);
  out->set(all_digits, counts[2] == static_cast<int>(value.size()) ? 1 : 0);
  const double bits = shannon_entropy(value);
  out->set(entropy, bits);
  // Of the entropy that as many different random characters would have.
  out->set(entropy_share, value.size() < 2 ? 0 : bits / std::log2(size));
  for (std::size_t i = 0; i < kSignFeatures.size(); ++i) out->set(kSignFeatures[i], signs[i + 1]);
  out->set(shape_sentence, std::count(value.begin(), value.end(), ' ') >= 2 ? 1 : 0);
}

void measure_runs(ByteView value, Features* out) {
  int same = 1;
  int step = 1;
  int digits_in_row = is_digit(value[0]) ? 1 : 0;
  int best_digits = digits_in_row;
  int best_same = 1;
  int best_step = 1;
  for (std::size_t i = 1; i < value.size(); ++i) {
    const int difference = value[i] - value[i - 1];
    same = difference == 0 ? same + 1 : 1;
    step = difference == 1 || difference == -1 ? step + 1 : 1;
    digits_in_row = is_digit(value[i]) ? digits_in_row + 1 : 0;
    best_digits = std::max(best_digits, digits_in_row);
    best_same = std::max(best_same, same);
    best_step = std::max(best_step, step);
  }
  out->set(longest_run, best_same);
  out->set(longest_step, best_step);
  out->set(digit_run, best_digits);
}

void measure_language(const LanguageModel& language, ByteView value, Features* out) {
  const LanguageModel::Words found = language.words(value);
  out->set(words, found.covered);
  out->set(longest_word, found.longest);
  double bits = 0;
  double worst = 0;
  int letters_seen = 0;
  int vowels_seen = 0;
  int consonant_run = 0;
  int best_run = 0;
  for (std::size_t i = 0; i < value.size();) {
    if (!is_letter(value[i])) {
      ++i;
      consonant_run = 0;
      continue;
    }
    std::size_t end = i;
    while (end < value.size() && is_letter(value[end])) {
      const bool vowel = std::string_view("aeiouy").find(lower(value[end])) != ByteView::npos;
      vowels_seen += vowel ? 1 : 0;
      consonant_run = vowel ? 0 : consonant_run + 1;
      best_run = std::max(best_run, consonant_run);
      ++end;
    }
    const auto run = static_cast<int>(end - i);
    const double run_bits = language.bits_per_letter(value.substr(i, end - i));
    bits += run_bits * run;
    if (run >= 4) worst = std::max(worst, run_bits);
    letters_seen += run;
    i = end;
  }
  out->set(bits_per_letter, letters_seen == 0 ? 0 : bits / letters_seen);
  out->set(worst_bits, worst);
  out->set(vowels, letters_seen == 0 ? 0 : static_cast<double>(vowels_seen) / letters_seen);
  out->set(consonants, best_run);
}

void measure_shape(ByteView value, Features* out) {
  const ValueShape shape = shape_of(value);
  out->set(uuid, shape.uuid ? 1 : 0);
  out->set(base64_padded, value.ends_with("=") && value.size() % 4 == 0 ? 1 : 0);
  out->set(shape_identifier, shape.identifier ? 1 : 0);
  out->set(shape_version, shape.version ? 1 : 0);
  out->set(shape_url, shape.url ? 1 : 0);
  out->set(shape_path, shape.path ? 1 : 0);
  out->set(shape_email, shape.email ? 1 : 0);
  out->set(shape_code, shape.code ? 1 : 0);
  out->set(placeholder, is_placeholder(value) ? 1 : 0);
  out->set(shape_hash, shape.hash ? 1 : 0);
  out->set(shape_number, shape.number ? 1 : 0);
  out->set(shape_file, shape.file ? 1 : 0);
  out->set(title_case, shape.title ? 1 : 0);
  out->set(masked, shape.masked ? 1 : 0);
  int tail = 0;
  for (std::size_t i = value.size(); i-- > 0 && is_digit(value[i]);) ++tail;
  out->set(digit_tail, tail);
  out->set(starts_special, class_of(value.front()) == 3 ? 1 : 0);
}

// Calls `visit` with each part of a name, in lower case.
template <typename Visit>
void visit_name_parts(ByteView name, const Visit& visit) {
  std::string part;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool hump = i > 0 && is_upper(c) &&
                      (is_lower(name[i - 1]) ||
                       (is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1])));
    if (!part.empty() && (hump || !is_letter(c))) {
      visit(std::string_view(part));
      part.clear();
    }
    if (is_letter(c)) part += lower(c);
  }
  if (!part.empty()) visit(std::string_view(part));
}

void measure_name(ByteView name, ByteView value, Features* out) {
  double sum = 0;
  double least = 0;
  double last = 0;
  int parts = 0;
  int uppers_seen = 0;
  bool repeated = false;
  const ByteString folded = lowered(value);
  visit_name_parts(name, [&](std::string_view part) {
    last = ValueModel::standard().name_weight(part);
    sum += last;
    least = std::min(least, last);
    ++parts;
    repeated = repeated || (part.size() >= 4 && folded.find(part) != ByteString::npos);
  });
  for (const char c : name) uppers_seen += is_upper(c) ? 1 : 0;
  out->set(name_weight, sum);
  out->set(name_least, least);
  out->set(word_last, last);
  out->set(name_size, parts);
  out->set(name_upper, uppers_seen * 2 > static_cast<int>(name.size()) ? 1 : 0);
  out->set(repeats_name, repeated ? 1 : 0);
}

// What follows the value, a number a kind.
int follower(ByteView text, std::uint64_t end) {
  while (end < text.size() && text[end] == ' ') {
    ++end;
    break;
  }
  if (end >= text.size() || text[end] == '\n' || text[end] == '\r') return 0;
  switch (text[end]) {
    case ',':
      return 1;
    case ';':
      return 2;
    case ')':
      return 3;
    case '}':
    case ']':
      return 4;
    case '+':
    case '.':
    case '%':
      return 5;
    case ':':
    case '=':
      return 6;
    case '\\':
      return 7;
    default:
      return 8;
  }
}

int preceder(ByteView text, std::uint64_t start) {
  if (start == 0 || text[start - 1] == '\n') return 0;
  switch (text[start - 1]) {
    case ' ':
    case '\t':
      return 1;
    case '"':
    case '\'':
    case '`':
      return 2;
    case '<':
      return 3;
    case '(':
    case '{':
    case '[':
    case ',':
      return 4;
    case '?':
    case '&':
      return 5;
    case ':':
    case '@':
      return 6;
    default:
      return 7;
  }
}

}  // namespace

std::vector<std::string> name_parts(ByteView name) {
  std::vector<std::string> parts;
  visit_name_parts(name, [&](std::string_view part) { parts.emplace_back(part); });
  return parts;
}

std::string_view feature_name(std::size_t feature) {
  static constexpr std::string_view kNames[] = {
#define DRAGNET_FEATURE_NAME(name) #name,
      DRAGNET_VALUE_FEATURES(DRAGNET_FEATURE_NAME)
#undef DRAGNET_FEATURE_NAME
  };
  return kNames[feature];
}

ValueFeatures value_features(const LanguageModel& language, ByteView text,
                             const Assignment& found) {
  const ByteView value = text.substr(found.value_start, found.value_end - found.value_start);
  Features out;
  if (value.empty()) return out.all();
  count_characters(value, &out);
  measure_runs(value, &out);
  measure_language(language, value, &out);
  measure_shape(value, &out);
  measure_name(text.substr(found.name_start, found.name_end - found.name_start), value, &out);
  out.set(op, static_cast<double>(found.op));
  out.set(quote, found.quote == 0 ? 0 : found.quote == '"' ? 1 : found.quote == '\'' ? 2 : 3);
  out.set(name_quoted, found.name_quoted ? 1 : 0);
  out.set(wrapped, found.wrapped ? 1 : 0);
  out.set(escaped, found.escaped ? 1 : 0);
  out.set(next, follower(text, found.end));
  out.set(before, preceder(text, found.name_start));
  return out.all();
}

}  // namespace dragnet
