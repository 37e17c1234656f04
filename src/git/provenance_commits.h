// The commit graph: every commit object with its tree and parents, and what a ref's history has.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/object_id.h"
#include "git/provenance.h"
#include "git/provenance_ids.h"

namespace dragnet::provenance {

// Collected from any number of threads, then frozen by `finish`. After that commits are called by
// their place in an order that has parents first (a cycle, which nobody has excluded, is broken
// somewhere), and any thread may read.
class CommitGraph {
 public:
  // `trees` are the commits' own. Thread safe. The second of the same id is ignored.
  void add(std::span<const Provenance::NewCommit> commits, std::span<const std::uint32_t> trees);

  // Cuts the parents of the commits in `shallow` off and orders what is here. Parents that were
  // never added are no parents.
  void finish(std::span<const ObjectId> shallow);

  std::uint32_t size() const { return static_cast<std::uint32_t>(numbers_.size()); }
  // A commit's place, or kNone where it was never added.
  std::uint32_t find(const ObjectId& id) const;
  ObjectId id(std::uint32_t commit) const { return ids_.id(numbers_[commit]); }
  ByteView raw_id(std::uint32_t commit) const { return ids_.raw(numbers_[commit]); }
  std::uint32_t tree(std::uint32_t commit) const { return trees_[numbers_[commit]]; }
  std::int64_t date(std::uint32_t commit) const { return dates_[numbers_[commit]]; }
  std::span<const std::uint32_t> parents(std::uint32_t commit) const {
    return {parents_.data() + first_parent_[commit], parents_.data() + first_parent_[commit + 1]};
  }
  // Whether `a` comes before `b` by committer date, then id.
  bool earlier(std::uint32_t a, std::uint32_t b) const;

  // What `commit`'s history has, itself included, by place.
  std::vector<bool> history(std::uint32_t commit) const;

 private:
  void add_one(const Provenance::NewCommit& commit, std::uint32_t tree);
  void make_room();
  void order();
  void break_cycles(const std::vector<std::uint32_t>& waiting,
                    std::vector<std::uint32_t>* sequence) const;

  std::mutex mutex_;
  // By number, guarded by the mutex until `finish`.
  IdTable ids_;
  std::vector<bool> added_;
  std::vector<std::uint32_t> trees_;
  std::vector<std::int64_t> dates_;
  std::vector<std::uint32_t> first_parent_;  // by number; after `finish` by place
  std::vector<std::uint32_t> parent_count_;  // empty after `finish`
  std::vector<std::uint32_t> parents_;       // numbers; after `finish` places
  // By place, and back.
  std::vector<std::uint32_t> numbers_;
  std::vector<std::uint32_t> places_;
};

// Answers which refs' history has a commit. Histories are not stored: for 64 commits at a time one
// pass over the graph, parents first, gives every commit a word of who is in its history.
class RefHistory {
 public:
  RefHistory(const CommitGraph* graph, const ProvenanceInput& input);

  // One answer for each of `commits`, places of any order; kNone is in no history.
  std::vector<Provenance::Reach> reach(std::span<const std::uint32_t> commits) const;

 private:
  struct Tip {
    std::uint32_t ref;
    std::uint32_t commit;
    bool publishes;
  };
  std::optional<bool> published(bool by_a_ref) const;
  void reach_some(std::span<const std::uint32_t> commits, std::vector<std::uint64_t>* masks,
                  std::span<Provenance::Reach> answers) const;

  const CommitGraph* graph_;
  std::vector<Tip> tips_;  // by ref
  bool can_be_known_ = false;
  std::uint32_t max_refs_;
};

}  // namespace dragnet::provenance
