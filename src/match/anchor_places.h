// Where in a regex its anchor is read: the places from which a look around an anchor starts.
//
// An anchor's text may turn up in other parts of a match, too, such as the secret. A look that had
// to allow for those would refuse little, so of all places where the anchor can end some are chosen
// of which each match has one.
#pragma once

#include <cstdint>
#include <vector>

#include "match/regex_nfa.h"

namespace dragnet {

using NfaPlaces = std::vector<std::uint32_t>;  // sorted, without repeats

void tidy(NfaPlaces* places);
// Places that a match can start with.
NfaPlaces first_places(const RegexNfa& regex);
// Whether the tree asks for more than bytes: then text that reads like the anchor need not be one.
bool asserts(const RegexNode& node);

// Places of `regex` so that every match reads the anchor up to one of them; as few as can be found.
// With `asserted`, for an anchor that asks for more than bytes: all where it can end.
NfaPlaces necessary_ends(const RegexNfa& regex, const RegexNfa& anchor, bool asserted);

}  // namespace dragnet
