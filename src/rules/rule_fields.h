// The keys of a `[[rules]]` table, as one list that reading, `[defaults]` and overriding share.
#pragma once

#include <span>
#include <string_view>

#include "rules/rule.h"
#include "rules/toml_reader.h"

namespace dragnet {

// What happens to a field of an extended rule that the extending file sets as well.
enum class Inheritance : std::uint8_t {
  kReplaces,
  kAdds,          // the lists of both, as in gitleaks
  kFollowsRegex,  // replaces; and speaks of the regex, so that it goes when a new regex comes
};

struct RuleField {
  std::string_view key;
  Inheritance inheritance;
  bool has_default;  // may stand in `[defaults]`
  // Reads `key`; whether it was there.
  bool (*read)(TableReader& reader, std::string_view key, Rule* rule);
  // Replaces the field of `to`, or adds to it.
  void (*inherit)(const Rule& from, Rule* to);
};

// The order is that of messages and may change.
std::span<const RuleField> rule_fields();

// One table of `[[allowlists]]` or `[[rules.allowlists]]`, added to `*lists` unless nothing of it
// can have an effect. `global` lists may have `targetRules`.
void read_allowlist(TableReader& reader, bool global, const std::string& file,
                    std::vector<Allowlist>* lists);

}  // namespace dragnet
