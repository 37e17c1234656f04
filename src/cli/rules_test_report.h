// What `dragnet rules test` prints: text, JSON or JUnit's XML. README.md has the JSON's shape.
#pragma once

#include <string>

#include "match/rule_pack.h"
#include "match/rule_test.h"

namespace dragnet {

// `verbose` also names the rules that hold, and who gives way to whom.
std::string rules_test_text(const RulePack& pack, const RuleTestResult& result, bool verbose);
std::string rules_test_json(const RulePack& pack, const RuleTestResult& result);
// A test case a rule, a suite a rule file.
std::string rules_test_junit(const RulePack& pack, const RuleTestResult& result);

}  // namespace dragnet
