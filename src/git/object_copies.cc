#include "git/object_copies.h"

#include "git/libgit2_support.h"

namespace dragnet {

bool IdCheck::matches(const ObjectId& id, const ObjectSession::View& view) {
  if (const auto actual = hasher_.object(view.type, view.bytes)) return *actual == id;
  // OpenSSL may be set up to refuse SHA-1; libgit2 has one of its own.
  git_oid actual{};
  return git_odb_hash(&actual, view.bytes.data(), view.bytes.size(),
                      static_cast<git_object_t>(view.type)) == 0 &&
         from_git_oid(actual) == id;
}

bool is_empty_tree(const ObjectId& id) {
  static const ObjectId sha1 = *ObjectId::from_hex("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  static const ObjectId sha256 =
      *ObjectId::from_hex("6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321");
  return id == sha1 || id == sha256;
}

}  // namespace dragnet
