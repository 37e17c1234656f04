// Loose objects, read without libgit2: its reader never comes back from a file that is cut off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/inflate.h"
#include "base/result.h"
#include "git/repository.h"
#include "pack/base_cache.h"

namespace dragnet {

// What a loose object starts with, inflated: its type, a space, its size, a zero byte.
struct LooseHeader {
  ObjectType type = ObjectType::kBlob;
  std::uint64_t size = 0;  // inflated bytes of the object
  std::size_t length = 0;  // of the header
};
std::optional<LooseHeader> parse_loose_header(ByteView start);

// Reads one file after another. Not thread safe; one per thread.
class LooseReader {
 public:
  // Objects of more than `large` bytes are inflated to temporary files instead of memory.
  explicit LooseReader(std::uint64_t large = ~std::uint64_t{0}) : large_(large) {}

  // Type and size, from the first bytes of the file. Errors (kUnreadable) say what is wrong,
  // without the path.
  Result<LooseHeader> header(const std::string& path);

  // The whole object. The view lives until the next call. Its id is not checked.
  Result<ObjectSession::View> read(const std::string& path);
  // The same of a file's bytes.
  Result<ObjectSession::View> read_bytes(ByteView deflated);

 private:
  PrefixInflater inflater_;
  std::uint64_t large_;
  SharedObject whole_;  // header included
};

}  // namespace dragnet
