// Every object of a repository: its own object folder and those that it borrows from.
//
// libgit2's object database stops listing at the first damaged pack, skips an alternate on another
// disk whose inode number it has seen, gives up on an object whose first copy is damaged, and never
// comes back from a loose object that is cut off. So each pack is a libgit2 backend of its own
// here, opened once the pack has been checked, and loose objects are read by loose_object.h.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/object_id.h"
#include "base/result.h"
#include "git/libgit2_support.h"
#include "git/repository.h"
#include "pack/multi_pack_index.h"
#include "pack/pack_headers.h"
#include "pack/pack_index.h"

namespace dragnet {

// A pack, and which of its objects may not be handed to libgit2 (it would follow a chain of deltas
// without end): known once the pack has been listed.
struct StoredPack {
  PackFile file;
  std::atomic<bool> listed = false;  // release after `bad` is complete, acquire before it is read
  std::vector<std::size_t> bad;      // positions, sorted
};

// Thread safe once opened.
class ObjectStore : public std::enable_shared_from_this<ObjectStore> {
 public:
  // What cannot be opened is kept for the listing; there is no error. `id_size` is that of the
  // repository's object format.
  static std::shared_ptr<ObjectStore> open(const std::string& objects_folder, std::size_t id_size);

  std::size_t id_size() const { return id_size_; }
  const std::vector<std::unique_ptr<StoredPack>>& packs() const { return packs_; }
  // Object folders, the repository's own first; each may hold loose objects.
  const std::vector<std::string>& folders() const { return folders_; }

  Result<ObjectListing> list(unsigned threads);
  // Loose objects alone, and everything that could not be opened, packs too.
  ObjectListing list_loose(unsigned threads) const;
  // Through libgit2, for SHA-1 alone; and without it.
  std::unique_ptr<ObjectSession> open_session(bool verify);
  std::unique_ptr<ObjectSession> open_pack_session(const PackSessionOptions& options);

 private:
  void add_folder(const std::string& folder, int depth);
  void add_packs(const std::string& folder);
  void add_pack(const std::string& index_path, const MultiPackIndex* shared);
  std::optional<MultiPackIndex> open_shared_index(const std::string& pack_folder);
  void list_packs(unsigned threads, ObjectListing* listing, std::vector<ThinObject>* thin);
  void list_loose(unsigned threads, ObjectListing* listing) const;
  std::vector<Unreadable> problems() const;

  std::size_t id_size_ = kSha1Size;
  std::vector<std::string> folders_;
  std::vector<std::string> canonical_folders_;
  std::vector<std::unique_ptr<StoredPack>> packs_;
  std::vector<std::pair<std::string, MultiPackIndex>> shared_indexes_;  // and their paths
  std::vector<Unreadable> problems_;
  std::mutex listing_;  // one listing at a time
};

// Where a loose object lies below its folder: "ab/cdef...".
std::string loose_path(const std::string& folder, const ObjectId& id);

// Makes everything that libgit2 does with `repository` read objects through `store`, so that it
// sees the same objects as we do and no unchecked pack.
Status use_object_store(git_repository* repository, std::shared_ptr<ObjectStore> store);

}  // namespace dragnet
