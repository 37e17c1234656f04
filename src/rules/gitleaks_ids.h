// Which of our rules find what a rule of gitleaks's default file does.
//
// People's files speak of gitleaks's rules: `.gitleaksignore`, and a `.gitleaks.toml` that extends
// the default rules and disables or amends some. The table was made by matching our rules'
// positives with gitleaks's rules and noting who found what; a rule of the same name on both sides
// is not in it.
#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace dragnet {

// The rule of gitleaks that finds any value assigned to a name of a certain kind.
inline constexpr std::string_view kGitleaksGeneric = "generic-api-key";

// gitleaks's rule and ours, which is empty where there is none; sorted.
std::span<const std::pair<std::string_view, std::string_view>> gitleaks_ids();

// The part of them that is about `theirs`.
std::span<const std::pair<std::string_view, std::string_view>> ours_for(std::string_view theirs);

// Whether a fingerprint of gitleaks's rule `theirs` can mean a finding of our rule `ours`: the same
// name, a pair of the table, or `theirs` is the generic rule and gitleaks has none for what `ours`
// finds.
bool may_mean(std::string_view theirs, std::string_view ours);

}  // namespace dragnet
