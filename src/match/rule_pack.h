// The rule pack: rules made ready to match, as one immutable thing that all workers share.
//
// Holds the Hyperscan database of all anchors and, per rule, what confirm and judge need. What was
// compiled can be written to bytes and taken back from them in a few milliseconds, so that a start
// reads neither TOML nor regexes; RE2 objects are built when a rule's first anchor asks for one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "match/anchor.h"
#include "match/assignment.h"
#include "match/hyperscan.h"
#include "match/precheck.h"
#include "rules/rule.h"

namespace dragnet {

struct CompiledRule {
  static constexpr std::uint32_t kWholeBlob = ~std::uint32_t{0};

  Rule rule;
  Anchor anchor;  // without a pattern where nothing is looked for; widths with tail
  std::uint32_t lookbehind = kWholeBlob;  // bytes before the anchor's end that confirm reads
  std::uint32_t lookahead = kWholeBlob;   // and after it
  // What confirm says of an anchor depends on nothing but its line and the line feeds around it;
  // where a backslash stands before the second one, on what follows too.
  bool in_line = false;
  bool tells_name = false;      // its path regex does; see path_names.h
  Precheck precheck;            // what confirm asks before the regex
  std::vector<NameWord> words;  // of the rule's names, made ready

  bool path_only() const { return rule.regex.empty(); }
  bool whole_text() const { return anchor.whole_text; }
  bool anchored() const { return !path_only() && !whole_text(); }
  bool whole_blob() const { return lookbehind == kWholeBlob || lookahead == kWholeBlob; }
};

// One rule made ready; an error that names its place where it cannot be. A few tenths of a
// millisecond.
Result<CompiledRule> compile_rule(Rule rule);

class RegexStore;

class RulePack {
 public:
  // Derives the anchors, checks every regex with RE2 and compiles the database: one error, with the
  // rule's place, for the first regex that is refused. About a second for 1,000 rules.
  static Result<std::shared_ptr<const RulePack>> compile(RuleSet rules);

  // Every regex that `compile` would refuse, where it gives the first one.
  static std::vector<Error> errors(const RuleSet& rules);

  // What `to_bytes` wrote, by the same version on the same CPU. Anything else, down to one flipped
  // bit, gives an error and never a wrong pack.
  static Result<std::shared_ptr<const RulePack>> from_bytes(ByteView bytes);
  Result<ByteString> to_bytes() const;

  ~RulePack();
  RulePack(const RulePack&) = delete;
  RulePack& operator=(const RulePack&) = delete;

  const std::vector<CompiledRule>& rules() const { return rules_; }
  const std::vector<Allowlist>& allowlists() const { return allowlists_; }
  const HyperscanDatabase& database() const { return *database_; }
  // Rule index of each pattern of the database.
  std::uint32_t rule_of_pattern(std::uint32_t pattern) const { return pattern_rules_[pattern]; }
  // Widest anchor, in bytes, without context.
  std::uint32_t anchor_width() const { return anchor_width_; }
  // Indices of the rules whose matches are whole texts: no pattern of the database stands for them.
  const std::vector<std::uint32_t>& whole_text_rules() const { return whole_text_rules_; }
  // The longest text that one of those can be, in bytes; 0 without any.
  std::uint32_t longest_whole_text() const { return longest_whole_text_; }
  // Indices of the rules without a regex.
  const std::vector<std::uint32_t>& path_only_rules() const { return path_only_rules_; }
  // SHA-256, in hexadecimal, of everything that the rules say; part of every report.
  const std::string& hash() const { return hash_; }
  // Bytes that the pack takes, RE2 objects excluded.
  std::size_t memory() const;

  // The regexes of rule i, its anchor and its allow lists; thread safe, built on first use.
  const RegexStore& regexes() const { return *regexes_; }

 private:
  RulePack();
  void index();
  std::vector<AnchorGlance> glances() const;

  std::vector<CompiledRule> rules_;
  std::vector<Allowlist> allowlists_;
  std::unique_ptr<HyperscanDatabase> database_;
  std::vector<std::uint32_t> pattern_rules_;
  std::vector<std::uint32_t> path_only_rules_;
  std::vector<std::uint32_t> whole_text_rules_;
  std::uint32_t longest_whole_text_ = 0;
  std::uint32_t anchor_width_ = 0;
  std::string hash_;
  std::unique_ptr<RegexStore> regexes_;
};

}  // namespace dragnet
