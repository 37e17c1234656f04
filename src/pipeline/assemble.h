// From spots to findings: judging by path, ranking, and one finding at a time for the report.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "findings/finding.h"
#include "pipeline/run_state.h"

namespace dragnet {

// A secret that is a finding, before its occurrences are spelled out.
struct RankedSecret {
  std::uint32_t secret = 0;
  std::uint32_t first_spot = 0;  // of its spots, which stand together
  std::uint32_t spot_count = 0;
  int score = 0;
  std::optional<SuppressedBy> suppressed;
  Identity id;  // as reported
};

class Assembler {
 public:
  // `state->spots` must be sorted with `sort_spots`.
  explicit Assembler(RunState* state) : state_(state), judge_(state->pack.get()) {}

  // All findings, highest score first, ties by identity. Drops secrets none of whose places counts
  // (path rules, allow lists).
  Result<std::vector<RankedSecret>> rank_all();

  // The whole finding.
  Result<Finding> build(const RankedSecret& ranked);

 private:
  struct Placed;
  Result<std::vector<Placed>> placed(std::uint32_t first, std::uint32_t count);
  std::optional<Placed> place_at(const Spot& spot, const Detection& detection,
                                 bool all_versions_marked);
  Finding describe(const SecretRecord& record, const std::vector<Placed>& places) const;
  static std::optional<Finding::Suppressed> suppressed_by(const std::vector<Placed>& places);
  Occurrence occurrence(const Placed& place) const;
  Identity reported_identity(const SecretRecord& record, const std::vector<Placed>& places) const;
  void suppress(const SecretRecord& record, bool all_versions_marked, Placed* place);
  bool all_ignored(const SecretRecord& record, const Placed& place, bool markers_count,
                   std::span<const std::string_view> rules);

  RunState* state_;
  PathJudge judge_;
};

// By secret; among equals in an order that does not depend on threads.
void sort_spots(std::vector<Spot>* spots);

}  // namespace dragnet
