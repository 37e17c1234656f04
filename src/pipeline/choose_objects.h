// What of a repository is read.
#pragma once

#include "base/result.h"
#include "input/object_reader.h"
#include "pipeline/run_state.h"

namespace dragnet {

// All objects, or those that a range, a date or the index names. Fills `run->index` and
// `run->selected`; `run` has its reader and session.
Result<ListedObjects> choose_objects(RunState* state, TargetRun* run);

}  // namespace dragnet
