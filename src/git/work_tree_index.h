// The index of a work tree, and which files differ from it.
//
// libgit2 reads indexes of SHA-1 repositories and compares them. For SHA-256 the file is read by
// us, and libgit2 compares a copy in memory that has made-up ids: what it then takes for changed is
// hashed by us. Either way nothing of the repository is run.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/object_id.h"
#include "base/result.h"
#include "git/repository_impl.h"

namespace dragnet {

class WorkTreeIndex {
 public:
  struct Entry {
    std::string path;
    ObjectId id;
    std::uint32_t mode = 0;
    unsigned stage = 0;
    bool unwatched = false;  // git was told not to look at the file
    bool is_submodule() const { return (mode & 0170000) == 0160000; }
  };

  virtual ~WorkTreeIndex() = default;

  // Reads the index as it is now. Not for bare repositories.
  static Result<std::unique_ptr<WorkTreeIndex>> open(Repository::Impl* repository);

  const std::vector<Entry>& entries() const { return entries_; }

  // Paths that differ from the index, are gone, or are untracked and not ignored. One that ends
  // with a slash is a repository of its own.
  virtual Result<std::vector<std::string>> differing() = 0;

 protected:
  std::vector<Entry> entries_;
};

}  // namespace dragnet
