// File descriptors that close themselves, and whole reads and writes on them.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace dragnet {

// Owns a descriptor; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : descriptor_(other.descriptor_) {
    other.descriptor_ = -1;
  }
  Descriptor& operator=(Descriptor&&) = delete;

  bool valid() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// To the end; kTooLarge where that is more than `limit` bytes. `what` names it in errors.
Result<ByteString> read_descriptor(int descriptor, const std::string& what, std::uint64_t limit);

// All bytes, or an error. A reader that went away (EPIPE) gives an error with the message
// "broken pipe".
Status write_descriptor(int descriptor, const std::string& what, ByteView bytes);

// Whether the error is that of a reader that went away.
bool is_broken_pipe(const Error& error);

inline constexpr int kStandardInput = 0;
inline constexpr int kStandardOutput = 1;
inline constexpr int kStandardError = 2;

}  // namespace dragnet
