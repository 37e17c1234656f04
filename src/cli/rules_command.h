// `dragnet rules list|check|test`.
#pragma once

#include "cli/options.h"

namespace dragnet {

// One line a rule.
int run_rules_list(const RulesOptions& options);
// Loads and compiles; says how many rules there are.
int run_rules_check(const RulesOptions& options);
// Proves every rule on its positives and negatives: exit 0 where all hold, 1 where one does not.
int run_rules_test(const RulesOptions& options);

}  // namespace dragnet
