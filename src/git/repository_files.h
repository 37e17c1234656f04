// The files of a git directory, read as what a stranger put there: nothing that could wait for ever
// is opened, and folders are listed in an order of our own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "git/repository.h"

namespace dragnet {

// The whole of a regular file, if it is at most `limit` bytes. Nothing of what else may stand at a
// path (a pipe, a device, a folder) is opened. `reason` says why there is no result.
std::optional<std::string> read_regular_file(const std::string& path, std::uintmax_t limit,
                                             std::string* reason);

// All regular files below a folder, as paths relative to it, sorted; symbolic links to folders are
// not followed. Folders that cannot be read go to `unreadable` under their path.
std::vector<std::string> files_below(const std::string& folder,
                                     std::vector<Unreadable>* unreadable);

// The names in one folder, sorted; `error` where it cannot be read to its end.
std::vector<std::string> sorted_names(const std::string& folder, std::error_code* error);

}  // namespace dragnet
