// Reading and matching a repository's objects, in three passes.
//
// First blobs, so that it is known which of them hold secrets; then commits and tags; then trees,
// whose entry names are scanned, whose entries say what should be there and is not, and which lead
// from those blobs up to commits (provenance). Every object is decoded once.
#pragma once

#include "base/result.h"
#include "pipeline/run_state.h"

namespace dragnet {

// All passes over `run.objects`. What cannot be read or is missing goes to the state's incomplete
// list. Errors: interrupted.
Status scan_objects(RunState* state, std::uint32_t target_number);

}  // namespace dragnet
