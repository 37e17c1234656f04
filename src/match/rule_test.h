// Proves rules: that each finds its positives and none of its negatives, that no other rule takes
// its findings away, that it is alive, and what it costs.
//
// A sample is expanded with several seeds and scanned with all rules of the pack. What a rule says
// of a text depends on no other rule, so that one scan tells both what the rule itself accepts and
// what is left of that where rules overlap. What a rule costs is counted on a text that looks like
// source code and on its own near misses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "match/rule_cost.h"
#include "match/rule_pack.h"

namespace dragnet {

struct RuleTestOptions {
  std::uint64_t seeds = 5;           // of each sample, so that no rule passes by luck; 1 or more
  std::size_t text_bytes = 4 << 20;  // of source code to count costs on; 0: none are counted
  bool measure_time = false;         // of a confirm; makes the result differ from run to run
};

// What is tested.
enum class RuleAspect : std::uint8_t { kSamples, kOverlap, kDead, kDuplicate, kAnchor, kCost };
std::string_view to_string(RuleAspect aspect);  // "samples", "overlap", ...

struct RuleRemark {
  RuleAspect aspect;
  std::string text;  // one line, without the rule's id
};

struct RuleProof {
  std::vector<RuleRemark> failures;
  std::vector<RuleRemark> warnings;
  // Indices of other rules whose matches shared bytes with this one's on its own positives; sorted.
  std::vector<std::uint32_t> gives_way_to;  // as designed: this one is generic, or of fewer files
  std::vector<std::uint32_t> loses_to;      // and should not: each is a failure
  std::vector<std::uint32_t> wins_over;
  RuleCost cost;                         // on the text
  std::optional<double> ns_per_confirm;  // of CPU time, where measured and ever asked

  bool holds() const { return failures.empty(); }
};

struct RuleTestResult {
  std::vector<RuleProof> proofs;  // by rule
  std::size_t samples = 0;
  std::size_t text_bytes = 0;

  std::size_t holding() const;
  std::size_t warnings() const;
  // Indices of rules by what they cost on the text, the dearest first; those that cost nothing are
  // left out.
  std::vector<std::uint32_t> dearest(std::size_t most) const;
};

// An error only where Hyperscan has no memory.
Result<RuleTestResult> test_rules(const RulePack& pack, const RuleTestOptions& options = {});

// What is dear about a rule before it meets any text: a wide anchor, a common one, the whole blob.
std::vector<RuleRemark> anchor_remarks(const CompiledRule& rule);

}  // namespace dragnet
