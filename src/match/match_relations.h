// What the matches of one object are to each other: required, companions, in each other's way.
//
// A match is judged alone first (judge.h); what is decided here depends on the others and is
// decided anew for each object, however many of its matches were carried over from another one.
#pragma once

#include <vector>

#include "match/match.h"
#include "match/rule_pack.h"

namespace dragnet {

// The first two take all matches of one object, sorted by start, with lines set.

// Drops matches whose rule requires another rule's match nearby that is not there, and then those
// of rules that are not to be reported themselves.
void drop_without_required(const RulePack& pack, std::vector<Match>* matches);

// Sets `companion` where a companion rule's secret starts within 2,048 bytes.
void mark_companions(const RulePack& pack, std::vector<Match>* matches);

// Resolves overlaps within one object: of matches whose secrets share a byte the best stays
// (confirmed offline, then distinctive before generic, then longer, then rule id), the others are
// named in its `also`. Rules for files of different names take nothing from each other. Drops
// duplicates. Result is sorted by start, end, rule.
void resolve_overlaps(const RulePack& pack, std::vector<Match>* matches);

}  // namespace dragnet
