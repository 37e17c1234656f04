// A zlib or gzip stream, or the first bytes of one without inflating the rest.
#pragma once

#include <cstddef>
#include <memory>

#include "base/bytes.h"

namespace dragnet {

// Keeps its tables between calls. Not thread safe; one per thread.
class PrefixInflater {
 public:
  enum class Format { kZlib, kGzip };

  explicit PrefixInflater(Format format = Format::kZlib);
  ~PrefixInflater();
  PrefixInflater(PrefixInflater&&) noexcept;
  PrefixInflater& operator=(PrefixInflater&&) noexcept;

  struct Outcome {
    std::size_t produced = 0;  // bytes written to `out`
    bool ended = false;        // the stream ended within `out`
    bool damaged = false;      // what was seen is no such stream
  };
  // Inflates the stream that starts at `deflated`, which may be cut off, until `capacity` bytes are
  // written, or the stream or the input ends.
  Outcome inflate(ByteView deflated, char* out, std::size_t capacity);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dragnet
