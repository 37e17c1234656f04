// What can be told of a value that somebody may have kept secret, as numbers for the value model.
//
// Each feature is a plain property of the value's bytes, or of the name and the syntax that it was
// found with: how long it is and of what characters, how random against what its alphabet allows,
// how much of it is words, whether it reads like a path, a version, a reference, an identifier or a
// blank to fill in. No feature looks at a list of known secrets.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "match/assignment.h"

namespace dragnet {

class LanguageModel;

// One line a feature: the number's meaning is in value_features.cc.
// clang-format off
#define DRAGNET_VALUE_FEATURES(F)                                                                  \
  F(length)                                                                                        \
  F(letters)                                                                                       \
  F(digits) F(specials) F(uppers) F(distinct) F(entropy) F(entropy_share) F(classes)               \
      F(transitions) F(hex) F(hex_size) F(all_digits) F(uuid) F(base64_padded) F(longest_run)      \
          F(longest_step) F(words) F(longest_word) F(bits_per_letter) F(worst_bits) F(vowels)      \
              F(consonants) F(spaces) F(dots) F(slashes) F(dashes) F(underscores) F(colons) F(ats) \
                  F(brackets) F(percents) F(shape_identifier) F(shape_path) F(shape_url)           \
                      F(shape_email) F(shape_version) F(shape_code) F(shape_sentence)              \
                          F(placeholder) F(repeats_name) F(digit_tail) F(starts_special) F(op)     \
                              F(quote) F(name_quoted) F(wrapped) F(escaped) F(name_weight)         \
                                  F(name_least) F(name_size) F(name_upper) F(word_last) F(next)    \
                                      F(before) F(alternation) F(shape_hash) F(shape_number)       \
                                          F(shape_file) F(digit_run) F(title_case) F(masked)
// clang-format on

enum class ValueFeature : std::size_t {
#define DRAGNET_FEATURE_NAME(name) name,
  DRAGNET_VALUE_FEATURES(DRAGNET_FEATURE_NAME)
#undef DRAGNET_FEATURE_NAME
      kCount
};

inline constexpr std::size_t kValueFeatures = static_cast<std::size_t>(ValueFeature::kCount);
using ValueFeatures = std::array<float, kValueFeatures>;

// Parts of a name in lower case: "dbPassword_1" is db, password.
std::vector<std::string> name_parts(ByteView name);

std::string_view feature_name(std::size_t feature);

// Of the value that `found` gives in `text`. Linear in the value's length, at most 640 bytes; reads
// no byte outside of the assignment and the one after it.
ValueFeatures value_features(const LanguageModel& language, ByteView text, const Assignment& found);

}  // namespace dragnet
