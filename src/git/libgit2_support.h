// libgit2 made safe to use from C++: started once, handles that free themselves, and its error text
// as our `Error`. Only files of git/ include this.
#pragma once

#include <git2.h>
#include <git2/sys/odb_backend.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/object_id.h"
#include "base/result.h"

namespace dragnet {

// Starts libgit2 and sets its process-wide options; cheap after the first call. Thread safe. Every
// function of git/ that is reachable without a `Repository` calls it first.
Status start_libgit2();

// libgit2's last error in this thread as an Error: "DOING: REASON". Its text is kept per thread and
// replaced by the next call, so this must stand in the statement that saw the failure.
Error libgit2_error(ErrorKind kind, const std::string& doing, std::string hint = {});
// The text alone, on one line.
std::string libgit2_message();

template <auto Free>
struct Libgit2Free {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
template <typename T, auto Free>
using Libgit2Handle = std::unique_ptr<T, Libgit2Free<Free>>;

using RepositoryHandle = Libgit2Handle<git_repository, git_repository_free>;
using OdbHandle = Libgit2Handle<git_odb, git_odb_free>;
using ConfigHandle = Libgit2Handle<git_config, git_config_free>;
using IndexHandle = Libgit2Handle<git_index, git_index_free>;
using StatusListHandle = Libgit2Handle<git_status_list, git_status_list_free>;
using ObjectHandle = Libgit2Handle<git_object, git_object_free>;

struct BackendFree {
  void operator()(git_odb_backend* backend) const { backend->free(backend); }
};
using BackendHandle = std::unique_ptr<git_odb_backend, BackendFree>;

git_oid to_git_oid(const ObjectId& id);
ObjectId from_git_oid(const git_oid& id);
// Nothing for what is no stored object (deltas, "any").
std::optional<ObjectType> from_git_type(git_object_t type);

// A repository's text made fit for one line of a message: control characters become '?'.
std::string one_line(std::string_view text);

}  // namespace dragnet
