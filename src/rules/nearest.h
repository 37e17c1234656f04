// Finds the name that was probably meant, for messages about a name that does not exist.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragnet {

// Least number of insertions, deletions, replacements and swaps of neighbours that make `a` of `b`
// (no place is touched twice). Time is the product of the lengths.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to `name`, case ignored, the first of several; nothing where even that one
// is further away than a third of the name's length, or `name` is longer than 100 bytes.
std::optional<std::string_view> nearest(std::string_view name,
                                        const std::vector<std::string_view>& candidates);

// "did you mean 'X'?", or `otherwise` where nothing is near.
std::string suggestion(std::string_view name, const std::vector<std::string_view>& candidates,
                       std::string_view otherwise = {});

}  // namespace dragnet
