// What can stand right after an anchor and right before it, each byte for itself.
#pragma once

#include <array>
#include <cstdint>

#include "match/anchor_places.h"
#include "match/precheck.h"
#include "match/regex_nfa.h"

namespace dragnet {

using NearSets = std::array<ByteSet, AnchorGlance::kNear>;  // the nearest first

NearSets anything();

// What can stand where the places of `after` read on.
NearSets sets_after(const RegexNfa& regex, NfaPlaces after);

// What can stand in front of the last `least_width` bytes of the anchor, as many as it has at
// least; it ends at `ends` of the regex.
NearSets sets_before(const RegexNfa& regex, const NfaPlaces& ends, const RegexNfa& anchor,
                     std::uint32_t* least_width);

}  // namespace dragnet
