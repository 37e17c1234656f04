#include "rules/gitleaks_ids.h"

#include <algorithm>
#include <array>

namespace dragnet {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr Pair kList[] = {
#include "rules/gitleaks_ids.inc"
};
constexpr std::span<const Pair> kPairs = kList;
static_assert(std::is_sorted(kPairs.begin(), kPairs.end()));

}  // namespace

std::span<const Pair> gitleaks_ids() { return kPairs; }

std::span<const Pair> ours_for(std::string_view theirs) {
  const auto before = [&](const Pair& pair) { return pair.first < theirs; };
  const auto first = std::partition_point(kPairs.begin(), kPairs.end(), before);
  const auto last =
      std::find_if(first, kPairs.end(), [&](const Pair& pair) { return pair.first != theirs; });
  return {first, last};
}

bool may_mean(std::string_view theirs, std::string_view ours) {
  if (theirs == ours || std::binary_search(kPairs.begin(), kPairs.end(), Pair(theirs, ours))) {
    return true;
  }
  return theirs == kGitleaksGeneric &&
         std::none_of(kPairs.begin(), kPairs.end(),
                      [&](const Pair& pair) { return pair.second == ours; });
}

}  // namespace dragnet
