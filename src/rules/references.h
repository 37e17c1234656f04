// The arrows between rules: `required`, `companions` and the `targetRules` of allow lists.
//
// In a `RuleSet` that leaves this folder every one of them leads to a rule of the set. Loading
// checks it, and whoever takes rules out restores it here.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "rules/rule.h"

namespace dragnet {

// By id, so that walking over them is sorted.
using RuleMap = std::map<std::string, Rule>;

// The first arrow that leads nowhere, as an error that names its place and the nearest id.
std::optional<Error> find_dangling(const RuleMap& rules, const std::vector<Allowlist>& global);

// Keeps of `rules` those that `wanted` accepts. A rule that one of them requires, directly or over
// others, stays as well, with `skip_report` set; `on_kept`, where set, is told of it and of the
// rule that requires it. Companions and target rules that are gone are forgotten, and a global list
// whose targets are all gone is dropped, as without targets it would hold for every rule.
void keep_rules(const std::function<bool(const Rule&)>& wanted, RuleMap* rules,
                std::vector<Allowlist>* global,
                const std::function<void(const Rule& kept, const Rule& by)>& on_kept = {});

}  // namespace dragnet
