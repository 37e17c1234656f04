// What both kinds of session share: looking for the copies of an object, and checking its id.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/git_hash.h"
#include "git/object_store.h"

namespace dragnet {

// Looks for an object: the pack that held the last one is asked first (a listing is in pack order),
// then the others, then the folders of loose objects. Not thread safe.
class ObjectCopies {
 public:
  explicit ObjectCopies(const ObjectStore* store) : store_(store) {}

  // Calls `visit(place, position)` for each place that has the id until one succeeds; a place is a
  // pack's number and the position in its index, or (number of packs + folder number) for a loose
  // file. Returns the first failure else.
  template <typename Visit>
  auto first_good(const ObjectId& id, Visit visit)
      -> decltype(visit(std::size_t{0}, std::size_t{0}));

 private:
  const ObjectStore* store_;
  std::size_t last_pack_ = 0;
};

// Checks objects against their ids. Not thread safe.
class IdCheck {
 public:
  explicit IdCheck(std::size_t id_size) : hasher_(id_size) {}
  bool matches(const ObjectId& id, const ObjectSession::View& view);

 private:
  GitHasher hasher_;  // three times as fast as libgit2's, which looks for forged collisions
};

// Git knows the tree without entries even where nobody stored it.
bool is_empty_tree(const ObjectId& id);

template <typename Visit>
auto ObjectCopies::first_good(const ObjectId& id, Visit visit)
    -> decltype(visit(std::size_t{0}, std::size_t{0})) {
  namespace fs = std::filesystem;
  std::optional<Error> failure;
  const std::size_t count = store_->packs().size();
  for (std::size_t i = 0; i < count; ++i) {
    // The last pack first, then the others in order.
    const std::size_t pack = i == 0 ? last_pack_ : (i <= last_pack_ ? i - 1 : i);
    const auto position = store_->packs()[pack]->file.index.find(id.bytes.data());
    if (!position) continue;
    auto result = visit(pack, *position);
    if (result.ok()) {
      last_pack_ = pack;
      return result;
    }
    if (!failure) failure = std::move(result).error();
  }
  for (std::size_t folder = 0; folder < store_->folders().size(); ++folder) {
    std::error_code error;
    const std::string path = loose_path(store_->folders()[folder], id);
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) continue;
    auto result = visit(count + folder, std::size_t{0});
    if (result.ok()) return result;
    if (!failure) failure = std::move(result).error();
  }
  if (failure) return *std::move(failure);
  return unreadable_error("object is missing");
}

}  // namespace dragnet
