// What a scanned repository itself says may stand in it: inline markers and its `.gitleaksignore`.
//
// Suppressed is less than dropped: such a finding is counted, shown when asked for and raises no
// exit code, and the summary says who it was that spoke. A finding is suppressed when every place
// of it is. A place is one stay of a secret at a path, shown as it came in; so that a marker which
// somebody took away later cannot hide a secret, markers count only where each version of a file
// that holds the secret has one, or is shown as a place of its own. Fingerprints name the version
// that a commit brought, and speak for the stay that began with it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "findings/finding.h"
#include "pipeline/run_state.h"

namespace dragnet {

// Why one place is suppressed.
struct Suppression {
  enum class By : std::uint8_t { kNothing, kInline, kFile };
  By by = By::kNothing;
  InlineMarker marker = InlineMarker::kNone;
  std::uint32_t ignore_line = 0;  // of the ignore file
};

// Reads a target's ignore file into its `ignored`: that of the work tree or folder, or of the
// default branch's last commit where there is no work tree. What is wrong with it goes to `notes`.
void read_ignore_file(TargetRun* run, std::vector<std::string>* notes);

// The fingerprint that names a place, 0 where none does.
std::uint32_t ignored_by_file(const TargetRun& run, const Spot& spot, std::uint64_t first_line,
                              std::uint64_t last_line, std::span<const std::string_view> rules);

// Of a finding with these places; nothing where one of them is not suppressed.
std::optional<Finding::Suppressed> suppressed_finding(std::span<const Suppression> places);

}  // namespace dragnet
