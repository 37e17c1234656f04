// A history of edits that are hard for a scan of deltas, made up from a seed: secrets completed and
// broken by one byte, torn by what is put in and joined by what is taken out, moved, doubled; keys
// over many lines cut anywhere; text in UTF-16 whose bytes shift; secrets in names and binary
// files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/git_fixture.h"

namespace dragnet::test_support {

// Builds it in a new bare repository; returns its path.
std::string edited_history(GitFixture* git, std::uint32_t seed);

// Ways to store one and the same repository.
enum class Packing { kImported, kGc, kDeep, kWhole, kSeveral, kOld, kLoose };
inline constexpr Packing kAllPackings[] = {Packing::kImported, Packing::kGc,      Packing::kDeep,
                                           Packing::kWhole,    Packing::kSeveral, Packing::kOld,
                                           Packing::kLoose};
const char* to_string(Packing packing);

// Stores a repository that has packs anew. Nothing can follow kLoose.
void store(GitFixture* git, const std::string& repo, Packing packing, std::uint32_t seed);

}  // namespace dragnet::test_support
