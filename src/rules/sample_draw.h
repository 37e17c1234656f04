// Random draws for samples: the same on every platform and in every version of a standard library,
// whose distributions are not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace dragnet {

// SplitMix64 (Steele, Lea, Flood 2014): 64 bits of state, good enough for made-up secrets and for
// nothing that has to be secret.
class SampleRandom {
 public:
  explicit SampleRandom(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  // From 0 to `bound` - 1; `bound` is from 1 to 2^32.
  std::uint64_t below(std::uint64_t bound);
  ByteString bytes(std::size_t count);

 private:
  std::uint64_t state_;
};

// The bytes that a class's name may add to its word.
constexpr std::string_view kPunctuation = "-_.+/=~!*%@:;$&#,";

// The members of a class such as "base62" or "base62-_.", each once; nothing for an unknown name.
std::optional<std::string> class_members(std::string_view name);
std::vector<std::string_view> class_names();

// `count` bytes of `members` (not empty), as sample.h describes.
ByteString draw(std::string_view members, std::size_t count, SampleRandom* random);

// A random (version 4) UUID in lower case.
ByteString draw_uuid(SampleRandom* random);

}  // namespace dragnet
