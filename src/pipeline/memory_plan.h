// How the memory promised is laid out before a run.
//
// What is set aside for workers depends on the promise alone, not on how many there are: what is
// left is what one object may take, and whether an object is too large must not depend on the
// number of threads.
#pragma once

#include <cstdint>

namespace dragnet {

// Shares of the whole for what grows with the findings.
inline constexpr std::uint64_t kDetectionShare = 16;   // 1/16
inline constexpr std::uint64_t kProvenanceShare = 16;  // 1/16
inline constexpr std::uint64_t kFindingShare = 8;      // 1/8: secrets, spots, what resolve needs

// What the forest reader may hold of objects and of what is kept for their deltas.
inline constexpr std::uint64_t kForestShare = 4;  // 1/4
// A node of a delta forest, and its place in the listing.
inline constexpr std::uint64_t kForestNodeMemory = 56;

// Bytes that are gone before the first object: process, rules, scanners and shares.
std::uint64_t fixed_memory(std::uint64_t memory, std::uint64_t pack, unsigned workers);

// The most workers, at least one, that leave three quarters of what one leaves.
unsigned affordable_workers(std::uint64_t memory, std::uint64_t pack);

}  // namespace dragnet
