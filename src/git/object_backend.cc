// Our object store as a backend of libgit2, for what libgit2 does with objects itself: resolving
// "HEAD~3", comparing the index with the work tree.
#include <git2/sys/repository.h>

#include <cstring>
#include <filesystem>
#include <memory>
#include <set>
#include <system_error>

#include "base/hex.h"
#include "git/object_store.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;

// libgit2 owns it by its first member, and calls it under the lock of its object database.
struct StoreBackend {
  git_odb_backend parent{};
  std::shared_ptr<ObjectStore> store;
  std::unique_ptr<ObjectSession> session;
};

StoreBackend* self(git_odb_backend* backend) { return reinterpret_cast<StoreBackend*>(backend); }

int read(void** data, std::size_t* size, git_object_t* type, git_odb_backend* backend,
         const git_oid* id) {
  auto view = self(backend)->session->read(from_git_oid(*id));
  if (!view.ok()) return GIT_ENOTFOUND;
  const ByteView bytes = view->bytes;
  *data = git_odb_backend_data_alloc(backend, bytes.size() + 1);
  if (*data == nullptr) return GIT_ERROR;
  if (!bytes.empty()) std::memcpy(*data, bytes.data(), bytes.size());
  static_cast<char*>(*data)[bytes.size()] = '\0';
  *size = bytes.size();
  *type = static_cast<git_object_t>(view->type);
  return 0;
}

int read_header(std::size_t* size, git_object_t* type, git_odb_backend* backend,
                const git_oid* id) {
  const auto header = self(backend)->session->header(from_git_oid(*id));
  if (!header.ok()) return GIT_ENOTFOUND;
  *size = header.value().size;
  *type = static_cast<git_object_t>(header.value().type);
  return 0;
}

int exists(git_odb_backend* backend, const git_oid* id) {
  return self(backend)->session->header(from_git_oid(*id)).ok() ? 1 : 0;
}

// The only id that starts with `digits` digits of `prefix`.
int exists_prefix(git_oid* out, git_odb_backend* backend, const git_oid* prefix,
                  std::size_t digits) {
  std::set<ObjectId> found;
  const ObjectStore& store = *self(backend)->store;
  for (const auto& pack : store.packs()) {
    const PackIndex& index = pack->file.index;
    const auto [first, last] = index.find_prefix(prefix->id, digits);
    for (std::size_t i = first; i < last && found.size() < 2; ++i) found.insert(index.id(i));
  }
  const std::string hex = from_git_oid(*prefix).hex().substr(0, digits);
  for (const std::string& folder : store.folders()) {
    std::error_code error;
    for (fs::directory_iterator at(folder + "/" + hex.substr(0, 2), error), end;
         !error && at != end; at.increment(error)) {
      const std::string name = hex.substr(0, 2) + at->path().filename().string();
      const auto id = ObjectId::from_hex(name);
      if (id && name.starts_with(hex)) found.insert(*id);
    }
  }
  if (found.empty()) return GIT_ENOTFOUND;
  if (found.size() > 1) return GIT_EAMBIGUOUS;
  *out = to_git_oid(*found.begin());
  return 0;
}

int read_prefix(git_oid* out, void** data, std::size_t* size, git_object_t* type,
                git_odb_backend* backend, const git_oid* prefix, std::size_t digits) {
  const int error = exists_prefix(out, backend, prefix, digits);
  return error < 0 ? error : read(data, size, type, backend, out);
}

void free_backend(git_odb_backend* backend) { delete self(backend); }

}  // namespace

Status use_object_store(git_repository* repository, std::shared_ptr<ObjectStore> store) {
  git_odb* raw = nullptr;
  if (git_odb_new(&raw) < 0) return libgit2_error(ErrorKind::kInternal, "cannot set up objects");
  const OdbHandle odb(raw);
  if (store->id_size() != kSha1Size) {
    // Its ids are not libgit2's: it is to see no objects at all.
    if (git_repository_set_odb(repository, odb.get()) < 0) {
      return libgit2_error(ErrorKind::kInternal, "cannot set up objects");
    }
    return ok_status();
  }
  auto backend = std::make_unique<StoreBackend>();
  git_odb_init_backend(&backend->parent, GIT_ODB_BACKEND_VERSION);
  backend->session = store->open_session(true);
  backend->store = std::move(store);
  backend->parent.read = read;
  backend->parent.read_prefix = read_prefix;
  backend->parent.read_header = read_header;
  backend->parent.exists = exists;
  backend->parent.exists_prefix = exists_prefix;
  backend->parent.free = free_backend;
  if (git_odb_add_backend(odb.get(), &backend->parent, 1) < 0) {
    return libgit2_error(ErrorKind::kInternal, "cannot set up objects");
  }
  (void)backend.release();  // the object database frees it
  if (git_repository_set_odb(repository, odb.get()) < 0) {
    return libgit2_error(ErrorKind::kInternal, "cannot set up objects");
  }
  return ok_status();
}

}  // namespace dragnet
