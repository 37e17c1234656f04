// File descriptors that close themselves, and whole reads and writes on them.
#pragma once

#include <cstdint>
#include <optional>
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

// Reads a descriptor piece by piece; does not own it. An interrupt (io/process.h) ends it with an
// error. One thread.
class DescriptorReader {
 public:
  // `what` names it in errors.
  DescriptorReader(int descriptor, std::string what);

  // Of a regular file. Some hold more than they say: those of the kernel say 0.
  std::optional<std::uint64_t> size() const { return size_; }
  // A terminal or a device: it may go on for ever.
  bool device() const { return device_; }
  const std::string& what() const { return what_; }

  // Appends to `*out` until the end, and returns true; or until it holds more than `limit` bytes,
  // by up to a mebibyte: false.
  Result<bool> read_past(std::uint64_t limit, ByteString* out);

 private:
  Result<std::size_t> read_some(char* to, std::size_t most);

  int descriptor_;
  std::string what_;
  std::optional<std::uint64_t> size_;
  bool folder_ = false;
  bool device_ = false;
  bool may_wait_ = false;
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
