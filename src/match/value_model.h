// Whether a value is a secret: boosted decision trees over the features of a value.
//
// Fitted by tools/value_model on a seeded corpus and on labelled lines; the trees are data
// (src/match/data/value_model.txt) and say where they come from. The sum of the trees' leaves is
// the logarithm of the odds that the value is a secret, from content alone: what a path adds is
// decided where paths are known (findings/rank.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "match/value_features.h"

namespace dragnet {

class ValueModel {
 public:
  // Reads what tools/value_model writes; features are told by name, so that a model of other
  // features is refused.
  static Result<ValueModel> parse(std::string_view text);
  // The one that is part of the program.
  static const ValueModel& standard();

  // Natural logarithm of the odds. Thread safe.
  float log_odds(const ValueFeatures& features) const;

  // What a part of a name ("password", "label"; lower case) says: the logarithm of how much more
  // often it names a secret than not, 0 where it was never seen.
  float name_weight(std::string_view part) const;

 private:
  // An inner node: of the leaves of `tree`, those in `kept` are left where the feature is above the
  // threshold, which leads to the right.
  struct Split {
    std::uint16_t feature = 0;
    std::uint16_t tree = 0;
    float threshold = 0;
    std::uint32_t kept = 0;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  class Reader;

  static constexpr std::size_t kMostLeaves = 32;  // of a tree
  static constexpr std::size_t kMostTrees = 1024;

  float bias_ = 0;
  std::size_t trees_ = 0;
  std::vector<Split> splits_;                             // by feature and threshold
  std::array<std::uint32_t, kValueFeatures + 1> from_{};  // of each feature, its first split
  std::vector<float> leaves_;  // kMostLeaves of each tree, from left to right
  std::unordered_map<std::string, float, Hash, std::equal_to<>> names_;
};

}  // namespace dragnet
