#include <set>

#include "rules/loader.h"
#include "rules/nearest.h"
#include "rules/references.h"
#include "rules/text.h"

namespace dragnet {

namespace {

std::optional<Error> find_unknown(const RuleMap& rules, std::span<const std::string> names) {
  for (const std::string& name : names) {
    if (rules.contains(name)) continue;
    std::vector<std::string_view> ids;
    for (const auto& [id, rule] : rules) ids.push_back(id);
    return usage_error("no rule has the id " + quoted(name),
                       suggestion(name, ids, "'dragnet rules list' shows all of them"));
  }
  return std::nullopt;
}

}  // namespace

Result<RuleSet> select_rules(RuleSet rules, std::span<const std::string> only,
                             std::span<const std::string> except) {
  RuleMap by_id;
  for (Rule& rule : rules.rules) {
    std::string id = rule.id;
    by_id.emplace(std::move(id), std::move(rule));
  }
  if (auto error = find_unknown(by_id, only)) return *std::move(error);
  if (auto error = find_unknown(by_id, except)) return *std::move(error);

  const std::set<std::string_view> chosen(only.begin(), only.end());
  const std::set<std::string_view> dropped(except.begin(), except.end());
  keep_rules(
      [&](const Rule& rule) {
        return (chosen.empty() || chosen.contains(rule.id)) && !dropped.contains(rule.id);
      },
      &by_id, &rules.allowlists);
  rules.rules.clear();
  for (auto& [id, rule] : by_id) rules.rules.push_back(std::move(rule));
  return rules;
}

}  // namespace dragnet
