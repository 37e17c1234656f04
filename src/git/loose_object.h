// Loose objects, read without libgit2: its reader never comes back from a file that is cut off.
#pragma once

#include <memory>
#include <string>

#include "base/inflate.h"
#include "base/result.h"
#include "git/repository.h"

namespace dragnet {

// Reads one file after another. Not thread safe; one per thread.
class LooseReader {
 public:
  struct Header {
    ObjectType type = ObjectType::kBlob;
    std::uint64_t size = 0;  // inflated bytes of the object
  };
  // Type and size, from the first bytes of the file. Errors (kUnreadable) say what is wrong,
  // without the path.
  Result<Header> header(const std::string& path);

  // The whole object. The view lives until the next call. Its id is not checked.
  Result<ObjectSession::View> read(const std::string& path);

 private:
  PrefixInflater inflater_;
  std::unique_ptr<char[]> bytes_;
};

}  // namespace dragnet
