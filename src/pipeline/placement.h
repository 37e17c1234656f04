// From detections to places: where, since when and until when each secret stood in a target.
#pragma once

#include "base/result.h"
#include "pipeline/run_state.h"

namespace dragnet {

// Adds the spots of every detection in the target's objects: stays from provenance, commits and
// tags as objects of their own, staged entries, blobs that no tree names. Call after
// `Collector::finish`.
Status place_objects(RunState* state, std::uint32_t target_number);

// Author and date of every commit and tag that a spot of the target names.
void read_commit_infos(RunState* state, std::uint32_t target_number);

}  // namespace dragnet
