// `dragnet rules list|check|test|explain|import`.
#pragma once

#include "cli/options.h"

namespace dragnet {

// One line a rule.
int run_rules_list(const RulesOptions& options);
// Loads and compiles; says all that is wrong, or how many rules there are and what is dear.
int run_rules_check(const RulesOptions& options);
// Proves every rule (match/rule_test.h): exit 0 where all hold, 1 where one does not.
int run_rules_test(const RulesOptions& options);

// The YAML files `options.rules.files` of other tools as our TOML.
int run_rules_import(const RulesOptions& options);

// All that is known of the rules `options.rules.only`, in that order: what they find, and at what
// cost.
int run_rules_explain(const RulesOptions& options);

}  // namespace dragnet
