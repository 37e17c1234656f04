// The commits that one commit reaches and another does not.
//
// The walk is our own: libgit2's fails at a shallow boundary, and git's stops early by dates, which
// whoever writes a commit chooses. What is reachable from the left side is followed to the end
// instead. Where there is a commit-graph it tells the parents there; otherwise that costs the
// reading of those commits (1 s for the 80,000 of git's own).
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/object_id.h"
#include "base/result.h"
#include "git/repository.h"

namespace dragnet {

struct HistoryCommit {
  ObjectId tree;
  std::vector<ObjectId> parents;  // none at a shallow boundary
  std::int64_t date = 0;
};
using HistoryCommits = std::unordered_map<ObjectId, HistoryCommit, ObjectIdHash>;

// Reads commits as the repository's history has them. One thread at a time; both arguments outlive
// it.
class CommitReader {
 public:
  CommitReader(const Repository& repository, ObjectSession* session)
      : shallow_(repository.shallow()), session_(session) {}

  Result<HistoryCommit> read(const ObjectId& id);

 private:
  const std::vector<ObjectId>& shallow_;
  ObjectSession* session_;
};

// Those that `to` reaches and `from` does not. They are scanned, so they are read whatever a graph
// says of them; those that cannot be read go to `unreadable`.
HistoryCommits commits_between(const Repository& repository, CommitReader* reader,
                               const ObjectId& from, const ObjectId& to,
                               std::vector<Unreadable>* unreadable);

}  // namespace dragnet
