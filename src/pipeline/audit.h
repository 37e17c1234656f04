// The audit: from targets to ranked findings.
//
// `scan` reads and matches everything, then places what was found; `findings` hands over one
// finding after the other, ranked, so that a report is written without holding all of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "findings/finding.h"
#include "findings/identity.h"
#include "input/target.h"
#include "match/rule_pack.h"

namespace dragnet {

// What reads a repository's objects: our reader of packs, or the one that it is tested against.
enum class ReaderKind : std::uint8_t { kPack, kLibgit2 };

struct AuditOptions {
  unsigned threads = 1;
  std::uint64_t memory = std::uint64_t{1} << 30;  // bytes
  ReaderKind reader = ReaderKind::kPack;
  bool delta_scan = true;             // scan only what is new in a delta
  std::string range;                  // "A..B"; empty: everything
  std::optional<std::int64_t> since;  // seconds
  bool staged = false;
  std::uint64_t max_occurrences = 100;  // listed per finding
  std::uint32_t max_refs = 20;          // listed per occurrence
  bool repository_config = true;        // whether markers and ignore files of a target count
  bool show_suppressed = false;         // whether findings that they suppress are shown
  int min_score = 0;                    // findings below are counted, not shown
  bool excerpts = false;                // whether to read the offending lines again
  bool coverage = false;                // whether to keep what became of every object
  std::int64_t as_of = 0;
};

// What a person is shown while it runs. Written by workers, read by whoever draws.
struct AuditProgress {
  enum class Stage { kListing, kScanning, kTrees, kPlacing, kReporting };
  std::atomic<Stage> stage = Stage::kListing;
  std::atomic<std::uint64_t> done_bytes = 0;
  std::atomic<std::uint64_t> total_bytes = 0;
  std::atomic<bool> stop = false;  // set from outside: end soon; `scan` then returns an error
};

// What became of one object.
struct CoverageLine {
  std::string object;   // hexadecimal id, or empty
  std::string path;     // of what is no object
  std::string type;     // "blob", "commit", "file", ...
  std::string outcome;  // "scanned", or why not
  std::string target;
};

class Audit {
 public:
  // `rules` is shared; `targets` are taken over.
  Audit(std::shared_ptr<const RulePack> rules, IdentityKey key, std::vector<Target> targets,
        AuditOptions options);
  ~Audit();

  // Reads and matches everything. An error is one that leaves nothing to report (a bad range,
  // memory below what is needed at all, interruption); what could not be read is in the summary
  // instead.
  Status scan(AuditProgress* progress);

  // Ranked: highest score first, ties by id. Stops at the first error of `visit`.
  Status findings(const std::function<Status(const Finding&)>& visit);

  // Highest score of a finding that is not suppressed, shown or not; -1 without findings.
  int top_score() const;

  // In clear, for whoever has to keep them out of what it prints: every finding's secret, and those
  // in names that are printed without having been asked for.
  std::vector<ByteString> secrets() const;
  const std::vector<ByteString>& secrets_in_names() const;

  // Complete after `scan`.
  const Summary& summary() const;

  // Every object and file that was asked for, sorted, where `coverage` was set.
  Status coverage(const std::function<Status(const CoverageLine&)>& visit) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dragnet
