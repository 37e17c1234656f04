// Secrets in what a report names: paths, refs, authors, targets, what is incomplete.
//
// A run that was narrowed to a few commits has not scanned all names that its report prints, and
// names of plain files are no content. A secret in them is no finding of this run, but it must not
// be printed in clear either.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "findings/finding.h"
#include "pipeline/run_state.h"

namespace dragnet {

// Secrets in the names that a report of `state` and `summary` prints. Uses the first scanner.
std::vector<ByteString> secrets_in_names(RunState* state, const Summary& summary);

}  // namespace dragnet
