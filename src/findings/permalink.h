// Links to a line of a version of a file, on hosting services whose address form is known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace dragnet {

// `repository` is a remote's URL (https, ssh or scp form, without credentials). Nothing for hosts
// other than github.com, gitlab.com, bitbucket.org, codeberg.org and for anything that is no URL.
std::optional<std::string> permalink(const std::string& repository, const std::string& commit,
                                     ByteView path, std::uint64_t line);

}  // namespace dragnet
