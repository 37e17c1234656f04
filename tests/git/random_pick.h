// Choices from a seed.
#pragma once

#include <random>

namespace dragnet::test {

// 0 to `limit` - 1.
inline int pick(std::mt19937* random, int limit) {
  return std::uniform_int_distribution<int>(0, limit - 1)(*random);
}
inline bool chance(std::mt19937* random, int percent) { return pick(random, 100) < percent; }

}  // namespace dragnet::test
