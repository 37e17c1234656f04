#include "rules/references.h"

#include <algorithm>
#include <vector>

#include "rules/nearest.h"
#include "rules/text.h"

namespace dragnet {

namespace {

Error dangling(const RuleMap& rules, const std::string& where, const std::string& id) {
  std::vector<std::string_view> ids;
  for (const auto& [known, rule] : rules) ids.push_back(known);
  return usage_error(where + " names no rule: " + quoted(id), suggestion(id, ids));
}

// Erases the ids that `rules` does not have.
void forget_missing(const RuleMap& rules, std::vector<std::string>* ids) {
  std::erase_if(*ids, [&](const std::string& id) { return !rules.contains(id); });
}

}  // namespace

std::optional<Error> find_dangling(const RuleMap& rules, const std::vector<Allowlist>& global) {
  for (const auto& [id, rule] : rules) {
    const std::string where = rule.place.text() + ": rule " + quoted(id) + ": ";
    for (const RequiredRule& required : rule.required) {
      if (!rules.contains(required.id)) return dangling(rules, where + "'required'", required.id);
    }
    for (const std::string& companion : rule.companions) {
      if (!rules.contains(companion)) return dangling(rules, where + "'companions'", companion);
    }
  }
  for (const Allowlist& list : global) {
    for (const std::string& target : list.target_rules) {
      if (rules.contains(target)) continue;
      return dangling(rules, list.place.text() + ": allowlist: 'targetRules'", target);
    }
  }
  return std::nullopt;
}

void keep_rules(const std::function<bool(const Rule&)>& wanted, RuleMap* rules,
                std::vector<Allowlist>* global,
                const std::function<void(const Rule& kept, const Rule& by)>& on_kept) {
  RuleMap kept;
  std::vector<std::string> todo;  // kept rules whose requirements are still to be followed
  for (const auto& [id, rule] : *rules) {
    if (!wanted(rule)) continue;
    kept.emplace(id, rule);
    todo.push_back(id);
  }
  while (!todo.empty()) {
    const Rule& by = kept.at(todo.back());
    todo.pop_back();
    for (const RequiredRule& required : by.required) {
      const auto found = rules->find(required.id);
      if (found == rules->end() || kept.contains(required.id)) continue;
      Rule& silent = kept.emplace(required.id, found->second).first->second;
      silent.skip_report = true;
      todo.push_back(required.id);
      if (on_kept) on_kept(silent, by);
    }
  }
  *rules = std::move(kept);
  for (auto& [id, rule] : *rules) forget_missing(*rules, &rule.companions);
  std::erase_if(*global, [&](Allowlist& list) {
    if (list.target_rules.empty()) return false;
    forget_missing(*rules, &list.target_rules);
    return list.target_rules.empty();
  });
}

}  // namespace dragnet
