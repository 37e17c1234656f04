// From spots to findings: judging by path, ranking, and one finding at a time for the report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "findings/finding.h"
#include "input/files.h"
#include "pipeline/run_state.h"

namespace dragnet {

// A secret that is a finding, before its occurrences are spelled out.
struct RankedSecret {
  std::uint32_t secret = 0;
  std::uint32_t first_spot = 0;  // of its spots, which stand together
  std::uint32_t spot_count = 0;
  int score = 0;
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
  Finding describe(const SecretRecord& record, const std::vector<Placed>& places) const;
  Occurrence occurrence(const Placed& place) const;
  Identity reported_identity(const SecretRecord& record, const std::vector<Placed>& places) const;
  std::optional<ByteView> bytes_of(const Placed& place, FileBytes* file);
  std::vector<std::string> trail(const Placed& place);
  Excerpt excerpt(const Placed& place);

  RunState* state_;
  PathJudge judge_;
};

// By secret; among equals in an order that does not depend on threads.
void sort_spots(std::vector<Spot>* spots);

}  // namespace dragnet
