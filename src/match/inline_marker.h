// Markers beside a secret that say that it may stand there: `gitleaks:allow` in a comment.
//
// A marker counts for the whole line, so whether one is there is no part of a verdict (which a
// delta scan carries along) but looked up anew in every object, for the few matches that are left.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "match/match.h"

namespace dragnet {

// As it is written: "gitleaks:allow"; empty for kNone.
std::string_view to_string(InlineMarker marker);

// The first marker of `line`, also where it is written in UTF-16.
InlineMarker find_inline_marker(ByteView line);

// Sets `marker` and `lines_before` of all matches of one object, sorted by start. A marker counts
// on every line that the match spans; white space that a rule's regex takes in around the secret
// does not make it span one more. Time is linear in the lines that matches stand on.
void mark_inline(ByteView object, std::vector<Match>* matches);

}  // namespace dragnet
