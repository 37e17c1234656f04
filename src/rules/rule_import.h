// Rule files of Nosey Parker (and Titus) and of Kingfisher, which are YAML, as one file of ours.
//
// What a rule says goes where our format says the same: `categories` and `confidence` become tags,
// examples become samples, `depends_on_rule` becomes companions, `pattern_requirements` becomes
// allow lists of what they refuse. What has no place here (asking a provider, above all) stands as
// a comment at its rule and is listed, and so does a rule that cannot be used, with its reason:
// nothing is dropped in silence.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "rules/loader.h"
#include "rules/rule.h"

namespace dragnet {

struct ImportedRules {
  std::string toml;                 // loads as a rule file
  std::size_t rules = 0;            // in it
  std::size_t refused = 0;          // of which it only has a comment
  std::vector<std::string> losses;  // "FILE:LINE: rule 'id': ...", one line each
};

// Whether a rule's regex and allow lists can be matched with; match/ knows.
using RuleProbe = std::function<Status(const Rule&)>;

// Errors: a file is no YAML, or no such rule file. Ids become kebab-case (`np.aws.1`: `np-aws-1`).
Result<ImportedRules> import_rules(std::span<const RuleFile> files, const RuleProbe& probe);

}  // namespace dragnet
