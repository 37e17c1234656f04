// Reading one object: the pack that held the last one is asked first (a listing is in pack order),
// then the others, then the folders of loose objects. A copy that is damaged is passed over for
// the next, as git does.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/sha1.h"
#include "git/loose_object.h"
#include "git/object_store.h"
#include "pack/pack_headers.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;

// Git knows the tree without entries even where nobody stored it.
constexpr std::string_view kEmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

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
      : store_(std::move(store)), verify_(verify), packs_(store_->packs().size()) {}

  Result<View> read(const ObjectId& id) override;
  Result<ObjectHeader> header(const ObjectId& id) override;

 private:
  // What this thread has of one pack, made when it is first needed.
  struct OpenPack {
    std::unique_ptr<PackHeaders> headers;
    BackendHandle backend;
  };

  // Calls `visit(place)` for each place that has the id until one succeeds; a place is a pack's
  // number, or (packs_.size() + folder number) for a loose file. Returns the first failure else.
  template <typename Visit>
  auto first_copy(const ObjectId& id, Visit visit)
      -> decltype(visit(std::size_t{0}, std::size_t{0}));

  PackHeaders& headers(std::size_t pack);
  Status may_unpack(std::size_t pack, std::size_t position);
  Result<git_odb_backend*> backend(std::size_t pack);
  Result<View> read_packed(std::size_t pack, std::size_t position);
  bool matches(const ObjectId& id, const View& view);

  std::shared_ptr<ObjectStore> store_;
  bool verify_;
  std::vector<OpenPack> packs_;
  LooseReader loose_;
  std::size_t last_pack_ = 0;
  Sha1Hasher hasher_;    // three times as fast as libgit2's, which looks for forged collisions
  ObjectBuffer buffer_;  // destroyed before the backends it came from
};

template <typename Visit>
auto StoreSession::first_copy(const ObjectId& id, Visit visit)
    -> decltype(visit(std::size_t{0}, std::size_t{0})) {
  std::optional<Error> failure;
  const std::size_t count = packs_.size();
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
    auto result = visit(count + folder, 0);
    if (result.ok()) return result;
    if (!failure) failure = std::move(result).error();
  }
  if (failure) return *std::move(failure);
  return unreadable_error("object is missing");
}

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

bool StoreSession::matches(const ObjectId& id, const View& view) {
  std::string header(to_string(view.type));
  header += ' ' + std::to_string(view.bytes.size());
  header += '\0';
  if (const auto actual = hasher_.hash(header, view.bytes)) {
    return std::memcmp(actual->data(), id.bytes.data(), actual->size()) == 0;
  }
  git_oid actual{};
  return git_odb_hash(&actual, view.bytes.data(), view.bytes.size(),
                      static_cast<git_object_t>(view.type)) == 0 &&
         from_git_oid(actual) == id;
}

Result<ObjectSession::View> StoreSession::read_packed(std::size_t pack, std::size_t position) {
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
  if (id.size != kRawIdSize) return unreadable_error("object id has the wrong length");
  auto view = first_copy(id, [&](std::size_t place, std::size_t position) -> Result<View> {
    auto copy = place < packs_.size()
                    ? read_packed(place, position)
                    : loose_.read(loose_path(store_->folders()[place - packs_.size()], id));
    if (copy.ok() && verify_ && !matches(id, copy.value())) {
      return unreadable_error("its bytes do not match its id");
    }
    return copy;
  });
  if (!view.ok() && id.hex() == kEmptyTree) return View{ObjectType::kTree, {}};
  return view;
}

Result<ObjectHeader> StoreSession::header(const ObjectId& id) {
  if (id.size != kRawIdSize) return unreadable_error("object id has the wrong length");
  auto header =
      first_copy(id, [&](std::size_t place, std::size_t position) -> Result<ObjectHeader> {
        if (place < packs_.size()) return headers(place).header(position);
        auto loose = loose_.header(loose_path(store_->folders()[place - packs_.size()], id));
        if (!loose.ok()) return std::move(loose).error();
        return ObjectHeader{id, loose.value().type, loose.value().size, loose.value().size};
      });
  if (!header.ok() && id.hex() == kEmptyTree) return ObjectHeader{id, ObjectType::kTree, 0, 0};
  return header;
}

}  // namespace

std::unique_ptr<ObjectSession> ObjectStore::open_session(bool verify) {
  return std::make_unique<StoreSession>(shared_from_this(), verify);
}

}  // namespace dragnet
