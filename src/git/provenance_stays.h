// Stays: where secrets came in, where they went, and whether they are still there.
//
// A commit introduces what its view has and no parent's has; a commit of the default branch removes
// what a parent's view has and its own has not. Both are walks over two or more views, made only
// for the commits whose view differs.
//
// Limits, against repositories that are built to have more paths than can be listed: at most
// `kMaxStaysPerWalk` stays from one commit (or one tree without a commit) and `kMaxStays` in all,
// the commits taken by date and id, the entries of a folder by name; paths at most `kMaxPath` bytes
// and `kMaxPathBytes` in all. What is over is counted.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "git/provenance.h"
#include "git/provenance_commits.h"
#include "git/provenance_interest.h"
#include "git/provenance_paths.h"
#include "git/provenance_walk.h"

namespace dragnet::provenance {

inline constexpr std::uint64_t kMaxStays = 200'000;
inline constexpr std::uint64_t kMaxStaysPerWalk = 50'000;
inline constexpr std::uint32_t kMaxPath = 16 << 10;
inline constexpr std::uint64_t kMaxPathBytes = 64 << 20;
// Folders entered while looking for removals.
inline constexpr std::uint64_t kMaxRemovalSteps = 50'000'000;

// Everything that is known when the last tree and commit were added.
struct History {
  const HolderIndex* holders;
  const Interest* interest;
  const CommitGraph* commits;
  const ChunkStore* chunks;
  const TreeNumbers* trees;

  // 0 where the commit's tree is not here or leads nowhere.
  ViewStore::View view(std::uint32_t commit) const {
    const std::uint32_t tree = commits->tree(commit);
    return tree < interest->views.size() ? interest->views[tree] : 0;
  }
};

// A stay in numbers.
struct FoundStay {
  std::uint32_t secret = 0;
  std::uint32_t path = 0;
  std::uint32_t commit = kNone;  // kNone: only a tree without a commit names it
  std::uint32_t holder = kNone;  // kNone: the name itself has the secret, and then
  std::uint32_t tree = kNone;    // the top tree of the introducing version
};

struct FoundStays {
  explicit FoundStays(const std::vector<ByteView>* names) : paths(names) {}
  PathTable paths;
  std::vector<FoundStay> stays;  // by secret, path, commit (numbers), one of each
  std::uint64_t cut = 0;
};

// All introductions, and the paths below trees without a commit of what no commit's tree has.
FoundStays find_stays(const History& history);

// What is told of a secret at a path, whichever commit introduced it.
struct PathFate {
  std::uint32_t secret = 0;
  std::uint32_t path = 0;
  bool at_tip = false;
  std::uint32_t removed_in = kNone;
};

struct PathFates {
  std::vector<PathFate> fates;  // by secret, path
  bool complete = true;
  const PathFate& of(const FoundStay& stay) const;
};

PathFates find_fates(const History& history, const FoundStays& found, const ProvenanceInput& input);

// For the stays whose name has the secret: sets `tree` to the tree that has the name, in the
// introducing version.
Status find_name_trees(const History& history, FoundStays* found);

}  // namespace dragnet::provenance
