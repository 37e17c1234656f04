// Histories made up from a seed, for tests that compare two ways to the same answer, and the answer
// by brute force: every tree of every commit, listed by git.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "support/git_fixture.h"

namespace dragnet::test_support {

// Builds a repository with branches, merges (clean, evil and of three parents), files renamed,
// copied and brought back, secrets moved around, tags, hidden and remote-tracking refs, and commits
// that no ref holds. `packed`: as `git repack -adf` leaves it, otherwise every object loose.
// `secrets` is filled with what may stand in it. Returns its path.
std::string random_history(GitFixture* git, std::uint32_t seed, bool packed,
                           std::vector<std::string>* secrets);

// One stay of a secret at a path.
struct Sojourn {
  std::string secret, path, commit, object, removed_in;
  bool at_tip = false;
  std::vector<std::string> refs;

  auto operator<=>(const Sojourn&) const = default;
};

// All of them, sorted, by the definitions of the design alone.
std::vector<Sojourn> brute_force(GitFixture* git, const std::string& repo,
                                 const std::vector<std::string>& secrets);

}  // namespace dragnet::test_support
