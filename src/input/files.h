// Plain files: what lies in a folder or a work tree, and standard input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "git/repository.h"
#include "io/byte_source.h"

namespace dragnet {

// Every regular file below `folder`, as paths relative to it, sorted by bytes. Symlinks are not
// followed: their text is content too and `open_entry` gives it. What cannot be listed goes to
// `unreadable`. Left out are `.git`, and sockets, devices and pipes, in which nothing lies.
std::vector<std::string> list_files(const std::string& folder, std::vector<Unreadable>* unreadable);

// A file to be read, or of a symlink the path that it points at, as git stores it.
Result<ByteSource> open_entry(const std::string& path);

// A regular file of at most `limit` bytes, symlinks not followed; empty where there is nothing.
Result<ByteString> read_regular_file(const std::string& path, std::uint64_t limit);

// What a person named: a symlink there is followed.
Result<ByteSource> open_file(const std::string& path);

Result<ByteSource> open_stdin();

// So many bytes in a temporary file that goes when the last owner does (io/scratch_mapping.h); null
// where there is no room.
std::shared_ptr<char> scratch_memory(std::size_t size);

}  // namespace dragnet
