// What a rule says, as data: the gitleaks format and our additions (design section 7).
//
// A `Rule` is what stood in a TOML file after syntax and cross-references were checked. It holds
// regexes as text only: match/ compiles them, and reports a regex that an engine refuses with the
// rule's `place`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace dragnet {

// What an exposure of the secret gives away; the rule's own word, not the score's band.
enum class Sensitivity : std::uint8_t { kLow, kMedium, kHigh, kCritical };

enum class FindingKind : std::uint8_t { kSecret, kBucket, kModule, kArtifact, kExposure };

// "low", "medium", "high", "critical"; "secret", "bucket", "module", "artifact", "exposure".
std::string_view to_string(Sensitivity sensitivity);
std::string_view to_string(FindingKind kind);
std::optional<Sensitivity> parse_sensitivity(std::string_view text);
std::optional<FindingKind> parse_kind(std::string_view text);

// Where in a rule file something stands. `line` is 1-based, 0 where unknown.
struct SourcePlace {
  std::string file;
  std::uint32_t line = 0;

  std::string text() const { return line == 0 ? file : file + ":" + std::to_string(line); }
};

// One `[[allowlists]]` or `[[rules.allowlists]]` table. A match that it accepts is no finding.
struct Allowlist {
  enum class Condition : std::uint8_t { kOr, kAnd };
  enum class Target : std::uint8_t { kSecret, kMatch, kLine };

  std::string description;
  Condition condition = Condition::kOr;
  Target regex_target = Target::kSecret;
  std::vector<std::string> regexes;       // RE2 syntax, on what `regex_target` names
  std::vector<std::string> paths;         // RE2 syntax, on the repository-relative path
  std::vector<std::string> commits;       // hexadecimal ids
  std::vector<std::string> stopwords;     // case-insensitive substrings of the secret
  std::vector<std::string> target_rules;  // rule ids; empty: all. Global lists only
  SourcePlace place;
};

// One `[[rules.required]]` table: another rule that has to match nearby.
struct RequiredRule {
  std::string id;
  std::optional<std::uint32_t> within_lines;
  std::optional<std::uint32_t> within_columns;
};

struct Rule {
  std::string id;      // kebab-case, unique, never reused
  std::string family;  // what identities are keyed by; the id unless the file says otherwise
  std::vector<std::string> family_aliases;  // earlier families
  std::string description;
  std::string category;  // free word: "cloud", "ai", "bucket", "generic"
  FindingKind kind = FindingKind::kSecret;
  Sensitivity sensitivity = Sensitivity::kHigh;
  // True where the shape alone does not tell the type; gives way to distinctive rules.
  bool generic = false;

  std::string regex;  // empty for a path-only rule
  // Words of names; the rule finds what is assigned to such a name (match/assignment.h), and
  // `regex` is made of them. Empty for all other rules.
  std::vector<std::string> names;
  std::string path;                // regex on the path; empty: any
  std::uint32_t secret_group = 0;  // 0: first non-empty group, or the whole match (as gitleaks)
  double entropy = 0;              // least Shannon entropy of the secret, bits per byte; 0: no test
  std::vector<std::string> keywords;  // lower case; one must stand in the blob, where not empty
  std::vector<std::string> tags;
  std::vector<Allowlist> allowlists;
  std::vector<RequiredRule> required;
  bool skip_report = false;

  std::string anchor;                       // regex of bounded width; empty: derived from `regex`
  std::optional<std::uint32_t> lookbehind;  // bytes before the anchor's end; none: derived
  std::optional<std::uint32_t> lookahead;   // bytes after it; none: derived
  std::string check;                        // name of a checksum or structure test; may be empty
  std::vector<std::string> companions;      // ids of rules whose secret is used with this one
  std::string remediation;                  // what to revoke and where, one or two sentences
  std::vector<std::string> positives;       // sample templates, see rules/sample.h
  std::vector<std::string> negatives;

  SourcePlace place;
};

struct RuleSet {
  std::vector<Rule> rules;            // sorted by id
  std::vector<Allowlist> allowlists;  // global ones
  std::vector<std::string> notes;     // what was understood but has no effect here, one line each
};

}  // namespace dragnet
