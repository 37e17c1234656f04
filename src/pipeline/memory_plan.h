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

// Bytes that are gone before the first object: process, rules, scanners and shares.
std::uint64_t fixed_memory(std::uint64_t memory, std::uint64_t pack, unsigned workers);

// What the forest reader may hold of objects and of what is kept for their deltas, where `left`
// bytes are not taken; 0 where that is too little to work with.
std::uint64_t forest_memory(std::uint64_t memory, std::uint64_t left);

// The most workers, at least one, that leave three quarters of what one leaves.
unsigned affordable_workers(std::uint64_t memory, std::uint64_t pack);

}  // namespace dragnet
