// Matching what is no object: files as they lie, standard input, ref names, reflogs.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/run_state.h"

namespace dragnet {

// Files `paths`, relative to `folder` (with its slash; empty for a file that a person named, which
// may be a symlink), of target `target_number`. What does not fit in memory goes through a
// temporary file; what cannot be read is put on the incomplete list.
void scan_files(RunState* state, std::uint32_t target_number, const std::string& folder,
                const std::vector<std::string>& paths);

void scan_stdin(RunState* state, std::uint32_t target_number);

// The names of the target's refs, and the text of its reflogs.
void scan_ref_names(RunState* state, std::uint32_t target_number);
void scan_reflogs(RunState* state, std::uint32_t target_number,
                  const std::vector<ReflogText>& reflogs);

}  // namespace dragnet
