// What a report shows of the bytes that a secret stands in, which are read again for it: the scan
// keeps of an object no more than its secrets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "findings/finding.h"
#include "input/files.h"
#include "pipeline/run_state.h"

namespace dragnet {

// One thread at a time: all use the sessions of the targets and the first scanner.

// The bytes that a spot is in, as far as they can be read again: `*file` or the session holds them.
std::optional<ByteView> read_again(RunState* state, const Spot& spot, FileBytes* file);

// How the secret had to be read. In a source map the strings are named by the files that they are.
std::vector<std::string> shown_trail(RunState* state, const Spot& spot, const Detection& at);

// The line around the secret, with every secret in it marked. Empty where the object cannot be read
// again, has changed since, or holds the secret encoded.
Excerpt shown_excerpt(RunState* state, const Spot& spot, const Detection& at);

}  // namespace dragnet
