// What `--range` and `--since` ask for: the commits, and the objects that those commits brought.
//
// An object is new in a commit where no parent's tree has the same object at the same path. The
// walk compares a commit's tree with all of its parents' trees at once and goes down only where
// they differ, so its cost is that of the change, not of the tree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/object_id.h"
#include "base/result.h"
#include "git/repository.h"

namespace dragnet {

struct Selection {
  std::vector<ObjectId> commits;      // selected, parents after children, ties by id
  std::vector<ObjectHeader> objects;  // new in them: commits, trees, blobs; tags that point at them
  // Blobs and trees of the selected commits' parents on the changed paths: not asked for, but
  // needed to tell what a commit introduced from what it only touched.
  std::vector<ObjectHeader> context;
  std::vector<Unreadable> unreadable;
};

// "A..B" (commits reachable from B and not from A), "A" alone means A..HEAD. Errors (kUsage) name
// the side that is no commit.
Result<Selection> select_range(const Repository& repository, const std::string& range);

// Every commit in the object database, dangling ones included, whose committer date is at or after
// `seconds`.
Result<Selection> select_since(const Repository& repository, std::int64_t seconds);

}  // namespace dragnet
