// `dragnet scan`.
#pragma once

#include "cli/options.h"

namespace dragnet {

// Runs the audit and writes the report; returns the process's exit code. Every error is one line on
// standard error.
int run_scan(const ScanOptions& options);

}  // namespace dragnet
