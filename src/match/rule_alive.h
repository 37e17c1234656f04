// Rules that can find nothing: told from their regexes where samples do not tell it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "match/rule_pack.h"
#include "match/rule_test.h"

namespace dragnet {

// Why the rule `index`, none of whose positives is found or which has none, can find nothing at
// all; nothing where a text drawn from its regex is accepted, or where drawing cannot tell (random
// text satisfies no check).
std::vector<RuleRemark> dead_content_remarks(const RulePack& pack, std::uint32_t index);

// Why no path can be one of the rule's; nothing where a path drawn from its path regex is accepted.
std::vector<RuleRemark> dead_path_remarks(const RulePack& pack, std::uint32_t index);

// For every rule, the first one before it that says the same: the same regex, path and group.
std::vector<std::optional<std::uint32_t>> first_duplicates(const RulePack& pack);

}  // namespace dragnet
