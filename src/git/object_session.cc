// Reading one object through libgit2. A copy that is damaged is passed over for the next, as git
// does.
#include <algorithm>
#include <utility>

#include "git/loose_object.h"
#include "git/object_copies.h"
#include "git/object_store.h"
#include "pack/pack_headers.h"

namespace dragnet {
namespace {

// An object's bytes in memory that libgit2 allocated.
class ObjectBuffer {
 public:
  ObjectBuffer() = default;
  ObjectBuffer(const ObjectBuffer&) = delete;
  ObjectBuffer& operator=(const ObjectBuffer&) = delete;
  ~ObjectBuffer() { reset(nullptr, nullptr, 0); }

  void reset(git_odb_backend* backend, void* data, std::size_t size) {
    if (data_ != nullptr) git_odb_backend_data_free(backend_, data_);
    backend_ = backend;
    data_ = data;
    size_ = size;
  }
  ByteView bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  git_odb_backend* backend_ = nullptr;
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

class StoreSession final : public ObjectSession {
 public:
  StoreSession(std::shared_ptr<ObjectStore> store, bool verify)
      : store_(std::move(store)),
        verify_(verify),
        copies_(store_.get()),
        check_(store_->id_size()),
        packs_(store_->packs().size()) {}

  Result<View> read(const ObjectId& id) override;
  Result<ObjectHeader> header(const ObjectId& id) override;

 private:
  // What this thread has of one pack, made when it is first needed.
  struct OpenPack {
    std::unique_ptr<PackHeaders> headers;
    BackendHandle backend;
  };

  PackHeaders& headers(std::size_t pack);
  Status may_unpack(std::size_t pack, std::size_t position);
  Result<git_odb_backend*> backend(std::size_t pack);
  Result<View> read_packed(std::size_t pack, std::size_t position);

  std::shared_ptr<ObjectStore> store_;
  bool verify_;
  ObjectCopies copies_;
  IdCheck check_;
  std::vector<OpenPack> packs_;
  LooseReader loose_;
  std::unique_ptr<ObjectSession> other_;  // for packs that libgit2 cannot open
  ObjectBuffer buffer_;                   // destroyed before the backends it came from
};

PackHeaders& StoreSession::headers(std::size_t pack) {
  auto& headers = packs_[pack].headers;
  if (!headers) headers = std::make_unique<PackHeaders>(store_->packs()[pack]->file);
  return *headers;
}

Status StoreSession::may_unpack(std::size_t pack, std::size_t position) {
  const StoredPack& stored = *store_->packs()[pack];
  if (!stored.listed.load(std::memory_order_acquire)) return headers(pack).check_chain(position);
  if (!std::binary_search(stored.bad.begin(), stored.bad.end(), position)) return ok_status();
  return unreadable_error("its pack entry is damaged");
}

Result<git_odb_backend*> StoreSession::backend(std::size_t pack) {
  BackendHandle& handle = packs_[pack].backend;
  if (handle) return handle.get();
  git_odb_backend* raw = nullptr;
  if (git_odb_backend_one_pack(&raw, store_->packs()[pack]->file.index_path.c_str()) < 0) {
    return libgit2_error(ErrorKind::kUnreadable, "cannot open the pack");
  }
  handle.reset(raw);
  return raw;
}

Result<ObjectSession::View> StoreSession::read_packed(std::size_t pack, std::size_t position) {
  const PackFile& file = store_->packs()[pack]->file;
  if (!file.own_index) {
    // libgit2 wants an index of each pack's own.
    if (!other_) other_ = store_->open_pack_session({.verify = verify_});
    return other_->read(file.index.id(position));
  }
  Status allowed = may_unpack(pack, position);
  if (!allowed.ok()) return std::move(allowed).error();
  auto opened = backend(pack);
  if (!opened.ok()) return std::move(opened).error();
  git_odb_backend* backend = opened.value();
  const git_oid oid = to_git_oid(store_->packs()[pack]->file.index.id(position));
  void* data = nullptr;
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  if (backend->read(&data, &size, &type, backend, &oid) < 0) {
    return unreadable_error(libgit2_message());
  }
  buffer_.reset(backend, data, size);
  const auto known = from_git_type(type);
  if (!known) return unreadable_error("object has no known type");
  return View{*known, buffer_.bytes()};
}

Result<ObjectSession::View> StoreSession::read(const ObjectId& id) {
  buffer_.reset(nullptr, nullptr, 0);
  if (id.size != kSha1Size || store_->id_size() != kSha1Size)
    return unreadable_error("object id has the wrong length");
  auto view = copies_.first_good(id, [&](std::size_t place, std::size_t position) -> Result<View> {
    auto copy = place < packs_.size()
                    ? read_packed(place, position)
                    : loose_.read(loose_path(store_->folders()[place - packs_.size()], id));
    const bool verify =
        verify_ || (place < packs_.size() && !store_->packs()[place]->file.index.trusted());
    if (copy.ok() && verify && !check_.matches(id, copy.value())) {
      return unreadable_error("its bytes do not match its id");
    }
    return copy;
  });
  if (!view.ok() && is_empty_tree(id)) return View{ObjectType::kTree, {}};
  return view;
}

Result<ObjectHeader> StoreSession::header(const ObjectId& id) {
  if (id.size != kSha1Size || store_->id_size() != kSha1Size)
    return unreadable_error("object id has the wrong length");
  auto header =
      copies_.first_good(id, [&](std::size_t place, std::size_t position) -> Result<ObjectHeader> {
        if (place < packs_.size()) return headers(place).header(position);
        auto loose = loose_.header(loose_path(store_->folders()[place - packs_.size()], id));
        if (!loose.ok()) return std::move(loose).error();
        return ObjectHeader{id, loose.value().type, loose.value().size, loose.value().size};
      });
  if (!header.ok() && is_empty_tree(id)) return ObjectHeader{id, ObjectType::kTree, 0, 0};
  return header;
}

}  // namespace

std::unique_ptr<ObjectSession> ObjectStore::open_session(bool verify) {
  return std::make_unique<StoreSession>(shared_from_this(), verify);
}

}  // namespace dragnet
