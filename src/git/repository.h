// A repository as the scanner needs it: where it is, what is asked of it, and every object in it.
//
// All of libgit2 is behind this header and its neighbours. libgit2 is told to scan what it would
// refuse by default: repositories that somebody else owns (nothing from them is ever run: no hook,
// no filter, no configured program) and extensions that do not change how objects are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/object_id.h"
#include "base/result.h"
#include "pack/object_listing.h"
#include "pack/pack_index.h"

namespace dragnet {

// A name that points into the object database.
struct Ref {
  std::string name;  // "refs/heads/main", "HEAD", "ORIG_HEAD"
  ObjectId target;   // what it points at, symbolic names resolved
  ObjectId commit;   // after peeling tags; empty where it leads to no commit
};

struct RefList {
  std::vector<Ref> refs;  // sorted by name
  // The ref that HEAD names (in a bare or mirror repository too); origin/HEAD's where HEAD is
  // detached; empty where neither leads anywhere.
  std::string default_branch;
};

// Who is named as the author of a commit, or the tagger of a tag.
struct Signature {
  std::string name;
  std::string email;
  std::int64_t date = 0;  // seconds since 1970, UTC
};

// One text that is no object: a reflog file.
struct ReflogText {
  std::string path;  // relative to the git directory: "logs/refs/heads/main"
  ByteString bytes;
};

// An entry of the index, any stage.
struct IndexEntry {
  std::string path;
  ObjectId blob;
};

// Reads objects; one per thread. Not thread safe.
class ObjectSession {
 public:
  virtual ~ObjectSession() = default;

  // The object's bytes, whole and decoded, with the id checked against them where `verify` was set
  // when the session was opened. The view lives until the next call.
  struct View {
    ObjectType type;
    ByteView bytes;
  };
  // Errors (kUnreadable) where no copy of the object can be read; the text has the reason of the
  // first copy, without the id. An object that one pack has damaged is taken from another.
  virtual Result<View> read(const ObjectId& id) = 0;

  // Type and sizes, without unpacking the object. Errors as `read`.
  virtual Result<ObjectHeader> header(const ObjectId& id) = 0;
};

// How a session of our own reads.
struct PackSessionOptions {
  bool verify = true;                 // check every object's id against its bytes
  std::size_t cache_bytes = 8 << 20;  // of recent objects that others may be deltas of
  std::uint64_t max_bytes = ~0ULL;    // what is larger, or needs something larger: kTooLarge
  // What is larger goes to temporary files: reading one object takes four times as much memory at
  // most, besides the cache.
  std::uint64_t large = ~0ULL;
};

class Repository {
 public:
  // Opens the repository at `path` (a work tree's top, a git directory, a bare repository) or, with
  // `discover`, the one that a folder lies in. Errors (kUsage) where there is none, where its
  // format cannot be read (reftable) and what to do about it.
  static Result<std::unique_ptr<Repository>> open(const std::string& path, bool discover);
  ~Repository();
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;

  const std::string& git_dir() const;     // of this worktree
  const std::string& common_dir() const;  // of the repository
  const std::string& work_tree() const;   // with a trailing slash; empty where bare
  bool bare() const;
  std::size_t id_size() const;                   // of its object ids: 20 or 32 bytes
  bool partial() const;                          // has a promisor remote
  const std::vector<ObjectId>& shallow() const;  // commits whose parents are cut off; sorted

  // URL of "origin", or of the first remote, without user and password; empty where none is set.
  std::string remote_url() const;
  // Remote names whose refs/remotes/NAME/ say what is published.
  bool has_remotes() const;

  // Every ref, hidden namespaces included, every worktree's HEAD and pseudo-ref (ORIG_HEAD,
  // FETCH_HEAD, MERGE_HEAD ...). A ref that cannot be resolved goes to `unreadable`.
  Result<RefList> refs(std::vector<Unreadable>* unreadable) const;

  // Every reflog file of the repository and its worktrees, sorted by path.
  Result<std::vector<ReflogText>> reflogs(std::vector<Unreadable>* unreadable) const;

  // Every object of every pack and loose, of alternates too: exactly what
  // `git cat-file --batch-all-objects` lists. Packs that cannot be opened are in `unreadable` by
  // file name. The result is the same for any number of threads.
  Result<ObjectListing> list_objects(unsigned threads = 1) const;

  // Packs and loose objects as they lie there, of alternates too, for a reader of packs.
  struct StoredObjects {
    std::vector<const PackFile*> packs;  // live as long as the repository
    ObjectListing loose;                 // ids may repeat; also what could not be opened at all
  };
  Result<StoredObjects> stored_objects(unsigned threads) const;

  // A session of its own for each thread. With `verify` every object's id is checked against its
  // bytes. Through libgit2, but for SHA-256, which it cannot read. Thread safe. Sessions may
  // outlive the repository.
  Result<std::unique_ptr<ObjectSession>> open_session(bool verify = true) const;

  // The same without libgit2: packs are read by us. Also finds delta bases in other packs.
  Result<std::unique_ptr<ObjectSession>> open_pack_session(
      const PackSessionOptions& options = {}) const;

  // The index's entries of this worktree; empty where bare.
  Result<std::vector<IndexEntry>> index_entries() const;
  // Paths of files that differ from the index or are untracked and not ignored, relative to the
  // work tree, sorted. A nested repository's files are listed as files; a submodule goes to
  // `skipped`.
  Result<std::vector<std::string>> changed_files(std::vector<std::string>* skipped) const;
  // Index entries whose blob is not the one that HEAD has at that path.
  Result<std::vector<IndexEntry>> staged_entries() const;

  struct Impl;
  Impl& impl() const { return *impl_; }

 private:
  Repository();
  std::unique_ptr<Impl> impl_;
};

}  // namespace dragnet
