// Whether a value is a secret: boosted decision trees over the features of a value.
//
// Fitted by tools/value_model on a seeded corpus and on labelled lines; the trees are data
// (src/match/data/value_model.txt) and say where they come from. The sum of the trees' leaves is
// the logarithm of the odds that the value is a secret, from content alone: what a path adds is
// decided where paths are known (findings/rank.h).
#pragma once

#include <cstdint>
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
  struct Node {
    std::uint16_t feature = 0;
    std::uint16_t left = 0;  // right is the next one; 0: a leaf
    float value = 0;         // goes left where the feature is at most this; a leaf's own value
  };

  float bias_ = 0;
  std::vector<std::vector<Node>> trees_;
  std::unordered_map<std::string, float> names_;
};

}  // namespace dragnet
