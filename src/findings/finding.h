// What a report says: findings with their occurrences, and the run's summary. The fields are those
// of the report format (schema 1); report/ prints them, nothing here knows how.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/object_id.h"
#include "rules/rule.h"

namespace dragnet {

enum class Confidence : std::uint8_t { kPossible, kLikely, kConfirmedOffline };
enum class Severity : std::uint8_t { kLow, kMedium, kHigh, kCritical };

// What an occurrence's bytes are part of.
enum class SourceKind : std::uint8_t {
  kBlob,
  kCommit,
  kTag,
  kTree,
  kRef,
  kReflog,
  kFile,
  kStdin,
  kArchiveEntry,
};

std::string_view to_string(Confidence confidence);  // "possible", "likely", "confirmed-offline"
std::string_view to_string(Severity severity);      // "low" ... "critical"
std::string_view to_string(SourceKind kind);        // "blob", ..., "archive-entry"

// Band of a score: critical 90-100, high 70-89, medium 50-69, low under 50.
Severity severity_of(int score);

// Half-open range of bytes.
struct ByteRange {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  auto operator<=>(const ByteRange&) const = default;
};

// The line that holds a secret, for people: a piece of it, with the ranges of `text` that are
// secret (this finding's and any other's) and must be masked unless secrets are shown. Empty where
// the line could not be read again.
struct Excerpt {
  ByteString text;
  std::vector<ByteRange> secrets;
};

struct Occurrence {
  std::string repository;
  std::optional<std::string> permalink;
  std::optional<ObjectId> object;
  SourceKind object_type = SourceKind::kBlob;
  std::optional<ByteString> path;
  std::optional<ObjectId> commit;
  std::string author_name, author_email;                             // empty where no commit
  std::optional<std::int64_t> date;                                  // seconds, UTC
  std::uint64_t line = 0, column = 0, end_line = 0, end_column = 0;  // 1-based, columns in bytes
  std::uint64_t start = 0, end = 0;  // bytes in the object, half-open
  bool at_tip = false;
  std::vector<std::string> refs;
  std::uint64_t ref_count = 0;  // all of them, also when `refs` is cut
  std::optional<ObjectId> removed_in;
  Excerpt excerpt;  // for people only
};

// One factor of a score, in words.
struct ScoreFactor {
  std::string name;    // "structure", "test path", "at a branch tip"
  std::string reason;  // "checksum is right"
  double factor = 1;   // what the score was multiplied by
};

// Who said that a finding may stand.
enum class SuppressedBy : std::uint8_t { kInline, kFile };

std::string_view to_string(SuppressedBy by);  // "inline", "file"

struct Finding {
  struct Suppressed {
    SuppressedBy by = SuppressedBy::kInline;
    std::string reason;  // the markers, or the lines of a file: "gitleaks:allow"
  };

  std::string id;  // 32 hexadecimal digits
  std::string rule, category, description, remediation;
  Sensitivity sensitivity = Sensitivity::kHigh;
  FindingKind kind = FindingKind::kSecret;
  int score = 0;  // 0-100
  Severity severity = Severity::kLow;
  Confidence confidence = Confidence::kPossible;
  double entropy = 0;  // Shannon, bits per byte of the secret
  ByteString secret;   // in clear: never printed unless asked for
  std::vector<std::string> decoded_through;
  std::optional<Suppressed> suppressed;
  std::string state = "open";
  std::optional<std::string> account;
  std::optional<std::string> detail;  // what it is, where it tells: "RSA 2048 bits, not encrypted"
  std::optional<std::int64_t> expires_at;
  std::optional<bool> published;
  std::vector<std::string> owners;
  std::vector<std::string> also;
  std::vector<std::string> aliases;
  std::vector<Occurrence> occurrences;  // sorted; at least one; may be cut
  std::uint64_t occurrence_count = 0;
  std::optional<std::int64_t> first_seen;
  std::vector<ScoreFactor> factors;
};

// Something that was asked for and not scanned.
struct IncompleteItem {
  std::string object;  // hex id; empty where `path` tells
  std::string path;
  std::string reason;
};

// Seconds of one stage, for --stats.
struct StageTime {
  std::string stage;
  double seconds = 0;
};

struct Summary {
  std::string version;
  std::uint64_t rule_count = 0;
  std::string rule_hash;
  std::string identity_key;  // the key's id
  std::vector<std::string> targets;
  std::uint64_t blobs = 0, commits = 0, trees = 0, tags = 0;
  std::uint64_t files = 0;  // plain files and stdin
  std::uint64_t logical_bytes = 0;
  std::int64_t as_of = 0;  // seconds
  std::vector<IncompleteItem> incomplete;
  std::array<std::uint64_t, 4> by_severity{};  // indexed by Severity
  std::uint64_t suppressed = 0;                // not among `by_severity`
  std::uint64_t suppressed_inline = 0;         // of these, by nothing but inline markers
  bool suppressed_shown = false;               // whether they are among the findings
  std::uint64_t hidden = 0;                    // below --min-score, not shown
  std::vector<std::string> config_applied;
  std::vector<std::string> notes;  // what a person should know and no format has a field for

  bool stats = false;  // whether what follows is to be shown
  std::uint64_t decoded_bytes = 0, scanned_bytes = 0;
  std::vector<StageTime> seconds;
  std::uint64_t peak_memory = 0;
};

}  // namespace dragnet
