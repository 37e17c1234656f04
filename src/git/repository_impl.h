// What the parts of `Repository` share; nothing outside of git/ includes this.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/git_hash.h"
#include "git/libgit2_support.h"
#include "git/object_store.h"
#include "git/repository.h"

namespace dragnet {

struct Repository::Impl {
  // Objects come from `store`; one thread at a time. Where ids have 32 bytes libgit2 1.5 knows the
  // configuration, the folders and the ignore rules, and nothing of objects, refs and the index.
  RepositoryHandle handle;
  std::size_t id_size = kSha1Size;
  std::string git_dir;  // these three without a trailing slash
  std::string common_dir;
  std::string work_tree;  // with one; empty where bare
  bool bare = false;
  bool partial = false;
  std::vector<ObjectId> shallow;

  // The objects, opened when they are first needed. Thread safe.
  Result<std::shared_ptr<ObjectStore>> objects();

  // All refs that lead to an id, sorted by name; `commit` is left empty.
  std::vector<Ref> plain_refs() const;
  // What HEAD of this worktree leads to; nothing where its branch is unborn.
  Result<std::optional<ObjectId>> head() const;

  // Git directories of all worktrees, this repository's common one first, sorted by name.
  std::vector<std::string> worktree_dirs() const;

 private:
  std::mutex store_mutex_;
  std::shared_ptr<ObjectStore> store_;
};

}  // namespace dragnet
