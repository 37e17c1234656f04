// Rule packs for tests, from a few fields.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "match/rule_pack.h"

namespace dragnet {

inline Rule make_rule(std::string id, std::string regex) {
  Rule rule;
  rule.id = rule.family = std::move(id);
  rule.regex = std::move(regex);
  rule.place = {"test.toml", 1};
  return rule;
}

inline std::shared_ptr<const RulePack> make_pack(std::vector<Rule> rules,
                                                 std::vector<Allowlist> lists = {}) {
  RuleSet set;
  set.rules = std::move(rules);
  set.allowlists = std::move(lists);
  auto pack = RulePack::compile(std::move(set));
  return pack ? std::move(pack).value() : nullptr;
}

}  // namespace dragnet
