// What a person means by a revision, where libgit2 cannot tell: in SHA-256 repositories.
#pragma once

#include <string>

#include "base/object_id.h"
#include "base/result.h"
#include "git/repository.h"

namespace dragnet {

// The commit that `text` leads to: a ref's name, whole or as git shortens it, an id or the only one
// that starts with these digits (at least 4), with any number of ~N, ^N and ^{commit} after it.
// Tags are followed. Errors (kUsage) say what is wrong.
Result<ObjectId> find_revision(const Repository& repository, const std::string& text);

}  // namespace dragnet
