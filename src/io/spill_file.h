// Bytes that do not fit in the memory promised: an append-only file without a name, which the
// system takes back when the process ends, however it ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "io/descriptor.h"

namespace dragnet {

class SpillFile {
 public:
  // No file exists before the first append. It lies in `folder`; where that is empty in $TMPDIR, or
  // else in /tmp or /var/tmp, whichever can be written.
  explicit SpillFile(std::string folder = {}) : folder_(std::move(folder)) {}

  // Adds `bytes` at the end. After an error the file's content past its former size is undefined.
  // One thread at a time.
  Status append(ByteView bytes);

  // Replaces `*out` by the `size` bytes at `offset`, all of which were appended before. Any number
  // of threads, but none that appends.
  Status read(std::uint64_t offset, std::size_t size, ByteString* out) const;

  std::uint64_t size() const { return size_; }

 private:
  Status open();

  std::string folder_;
  std::optional<Descriptor> file_;
  std::uint64_t size_ = 0;
};

}  // namespace dragnet
