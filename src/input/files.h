// Plain files: what lies in a folder or a work tree, and standard input.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "git/repository.h"

namespace dragnet {

// Every regular file below `folder`, as paths relative to it, sorted by bytes. Symlinks are not
// followed: their text is content too and `read_entry` returns it. What cannot be listed goes to
// `unreadable`. Left out are `.git`, and sockets, devices and pipes, in which nothing lies.
std::vector<std::string> list_files(const std::string& folder, std::vector<Unreadable>* unreadable);

// The bytes of a file, or of a symlink the path that it points at, as git stores it.
Result<ByteString> read_entry(const std::string& path, std::uint64_t limit);

Result<ByteString> read_stdin(std::uint64_t limit);

}  // namespace dragnet
