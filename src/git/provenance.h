// Provenance: which commit brought a secret to which path, and what became of it.
//
// Runs after matching, for the blobs with findings only (design section 3). It never expands every
// tree of every commit: the scan hands it each tree object once (`Feeder::add_tree`), it keeps the
// few entries that lead to a blob of interest, and compares commits only along those.
//
// Terms. A *secret* is a number below `secret_count`. A blob *holds* secrets. Secret s is *present*
// at (commit, path) where the commit's tree has at `path` a blob that holds s, or where the tree
// entry at `path` itself is a name hit for s. A commit *introduces* (s, path) where s is present
// there and at no parent's. Each introduction is one *stay*.
//
// How it works is told in the files that do it: provenance_edges.h (what is kept of trees),
// provenance_interest.h and provenance_views.h (what leads to a secret, shared between versions),
// provenance_commits.h (the commit graph), provenance_stays.h (introductions and removals).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/object_id.h"
#include "base/result.h"
#include "git/object_parse.h"
#include "git/object_places.h"
#include "git/repository.h"
#include "git/tree_delta.h"

namespace dragnet {

// Which blobs hold which secrets; complete before the first tree is added. Secrets are below 2^30.
using SecretHolders = std::unordered_map<ObjectId, std::vector<std::uint32_t>, ObjectIdHash>;

// Holders whose secrets count in files of some names only. Where an entry's name is none of those,
// the blob holds nothing there.
struct NamedHolders {
  std::unordered_set<ObjectId, ObjectIdHash> blobs;
  std::function<bool(ByteView name)> may_count;  // thread safe
};

// A secret at a path for one unbroken stay.
struct Stay {
  std::uint32_t secret = 0;
  std::string path;  // repository-relative bytes
  ObjectId commit;   // introducing; empty where only a tree without a commit names the blob
  ObjectId object;   // the blob, or for a name hit the tree that has the name, of the
                     // introducing version; a blob where both hold the secret at this path
  bool name_hit = false;
  bool at_tip = false;  // present at this path at the tip of some branch (refs/heads, refs/remotes)
  std::optional<bool> published;  // a remote-tracking or server ref's history has the commit
  ObjectId removed_in;  // last commit of the default branch that lacks it while a parent has it;
                        // empty where it never was removed or is at the default branch's tip
  std::vector<std::uint32_t> refs;  // indices into ProvenanceInput::refs whose history has
                                    // `commit`, ascending, the first `max_refs` of them
  std::uint32_t ref_count = 0;      // all of them
};

struct ProvenanceInput {
  std::vector<Ref> refs;
  std::string default_branch;  // name of a ref, may be empty
  bool bare = false;           // refs of a bare repository are server refs
  bool has_remotes = false;
  std::vector<ObjectId> shallow;  // commits whose parents are not here; sorted
  std::uint32_t max_refs = 100;   // listed per stay; ref_count counts on
};

class Provenance {
 public:
  // `memory` in bytes is what tree edges may take; beyond it they go to an unlinked file. Besides
  // that about 50 bytes are kept per commit and 35 per tree that leads anywhere.
  // Where `places` is given, trees and commits' trees that it has are numbered by their places, at
  // the price of the look-up alone; it must outlive this, as must `named`.
  explicit Provenance(const SecretHolders* holders, std::uint64_t memory = 64 << 20,
                      const ObjectPlaces* places = nullptr, const NamedHolders* named = nullptr);
  ~Provenance();

  struct NewCommit {
    ObjectId id;
    CommitLinks links;
  };
  // Hands over some commits, in any order. Thread safe; several at once, because threads wait for
  // each other here.
  void add_commits(std::span<const NewCommit> commits);

  // Makes the states of trees that are added here.
  const TreeParser& parser() const;

  // One thread's way in for trees; not thread safe itself, any number may be used at once.
  class Feeder {
   public:
    ~Feeder();
    Feeder(const Feeder&) = delete;
    Feeder& operator=(const Feeder&) = delete;

    // Hands over one tree, in any order; meant to be called for every tree. `state` comes from
    // `parser()` and has the name hits. Cheapest where one thread gets the versions of a folder one
    // after the other, as packs have them.
    void add_tree(const ObjectId& id, ByteView bytes, const TreeState& state);
    // The same for the tree at a place of the listing that `Provenance` was given.
    void add_listed_tree(std::uint32_t place, ByteView bytes, const TreeState& state);

   private:
    friend class Provenance;
    struct Impl;
    explicit Feeder(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
  };
  // Valid until `resolve`. Thread safe.
  Feeder* make_feeder();

  // Blobs that a tag or a ref points at directly, an index entry names and the like are not known
  // here: what no tree names is returned in `unplaced`.
  struct Outcome {
    std::vector<Stay> stays;  // sorted by secret, path, commit
    struct Unplaced {
      std::uint32_t secret;
      ObjectId blob;
    };
    // Sorted; holders whose blob no tree names, and all holders of a secret none of whose stays
    // could be told. Not those that count under some names only: they have none.
    std::vector<Unplaced> unplaced;
    // A repository can be built so that one blob has more paths than there are atoms. Stays past
    // fixed limits (provenance_stays.h) are left out, the latest commits' first; how many.
    std::uint64_t stays_cut = 0;
    bool removals_complete = true;  // false where `removed_in` may lack one for the same reason
  };
  // Called once, after everything was added. Errors where the temporary file failed.
  Result<Outcome> resolve(const ProvenanceInput& input);

  // For a commit as an object of its own (a secret in its message): which refs' history has it, and
  // whether that is published. Valid after `resolve`. Thread safe.
  struct Reach {
    std::vector<std::uint32_t> refs;  // as in Stay
    std::uint32_t ref_count = 0;
    std::optional<bool> published;
  };
  std::vector<Reach> reach(std::span<const ObjectId> commits) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dragnet
