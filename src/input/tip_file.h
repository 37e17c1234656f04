// A file of the last commit of a repository's default branch, for repositories without a work tree.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "git/repository.h"

namespace dragnet {

// The regular file `name` at the top of the tree that the ref `branch` of `refs` leads to; empty
// where there is no such ref or file. Errors where one of the objects on the way cannot be read, or
// the file is larger than `limit` bytes.
Result<ByteString> read_tip_file(ObjectSession* session, std::span<const Ref> refs,
                                 std::string_view branch, std::size_t id_size,
                                 std::string_view name, std::uint64_t limit);

}  // namespace dragnet
