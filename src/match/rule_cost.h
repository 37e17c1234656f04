// What the rules of a pack cost on a text, rule by rule.
//
// A rule costs a call of Hyperscan's callback wherever its bare anchor stands, a stored record
// where the glance does not refuse it, and a call of its regex where the automata of the precheck
// let it pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "match/hyperscan.h"
#include "match/rule_pack.h"

namespace dragnet {

struct RuleCost {
  std::size_t called = 0;     // Hyperscan's calls
  std::size_t stored = 0;     // hits that the glance left
  std::size_t asked = 0;      // times that the regex, or the parser of assignments, was asked
  std::size_t confirmed = 0;  // and agreed
};

// Counts, by rule. `text` stands for any text: what the edges of pieces make up is counted too.
// The error is Hyperscan's.
Result<std::vector<RuleCost>> count_rule_costs(const RulePack& pack, ByteView text);

// Whether confirm gets as far as the regex of the rule of `hit`, an anchor in `text`. A rule
// without bounded reach always does.
bool asks_regex(const RulePack& pack, ByteView text, const AnchorHit& hit);

}  // namespace dragnet
