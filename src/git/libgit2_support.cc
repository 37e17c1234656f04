#include "git/libgit2_support.h"

#include <array>
#include <cstring>

namespace dragnet {
namespace {

// Extensions that change nothing about how objects and refs are read, or that we check ourselves
// when a repository is opened (objectformat, refstorage). libgit2 1.5 refuses all but "noop".
constexpr std::array<const char*, 10> kExtensions = {
    "noop",         "noop-v1",    "preciousobjects",   "partialclone",       "worktreeconfig",
    "objectformat", "refstorage", "relativeworktrees", "compatobjectformat", "submodulepathconfig"};

// Packs kept open at once: below the usual limit of 1,024 files, far above what a packed
// repository has.
constexpr std::size_t kOpenPacks = 256;

Status set_up() {
  if (git_libgit2_init() < 0) {
    return libgit2_error(ErrorKind::kInternal, "cannot start libgit2");
  }
  std::array<const char*, kExtensions.size()> extensions = kExtensions;
  int error = git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size());
  error |= git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
  // Objects are read once; the cache that matters, of delta bases, is another one.
  error |= git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
  error |= git_libgit2_opts(GIT_OPT_SET_MWINDOW_FILE_LIMIT, kOpenPacks);
  // Sessions check ids themselves, so that one session may go without.
  error |= git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
  // What the person or the machine has configured must neither stop us nor change a result.
  for (const int level : {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                          GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL}) {
    error |= git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
  }
  if (error != 0) return libgit2_error(ErrorKind::kInternal, "cannot configure libgit2");
  return ok_status();
}

}  // namespace

Status start_libgit2() {
  // Never shut down: handles of other threads may outlive any point where we could.
  static const Status status = set_up();
  return status;
}

std::string one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return line;
}

std::string libgit2_message() {
  const git_error* error = git_error_last();
  if (error == nullptr || error->message == nullptr) return "no reason given";
  return one_line(error->message);
}

Error libgit2_error(ErrorKind kind, const std::string& doing, std::string hint) {
  return {kind, doing + ": " + libgit2_message(), std::move(hint)};
}

git_oid to_git_oid(const ObjectId& id) {
  git_oid oid{};
  std::memcpy(oid.id, id.bytes.data(), sizeof oid.id);
  return oid;
}

ObjectId from_git_oid(const git_oid& id) { return ObjectId::from_raw(id.id, sizeof id.id); }

std::optional<ObjectType> from_git_type(git_object_t type) {
  switch (type) {
    case GIT_OBJECT_COMMIT:
      return ObjectType::kCommit;
    case GIT_OBJECT_TREE:
      return ObjectType::kTree;
    case GIT_OBJECT_BLOB:
      return ObjectType::kBlob;
    case GIT_OBJECT_TAG:
      return ObjectType::kTag;
    default:
      return std::nullopt;
  }
}

}  // namespace dragnet
