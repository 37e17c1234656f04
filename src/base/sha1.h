// SHA-1, for one purpose: to tell a git object that is whole from one that is damaged. Nothing else
// may rest on it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.h"

namespace dragnet {

using Sha1 = std::array<std::uint8_t, 20>;

// Keeps OpenSSL's context between calls, which for small objects costs more than the hash. Not
// thread safe; one per thread.
class Sha1Hasher {
 public:
  Sha1Hasher();
  ~Sha1Hasher();
  Sha1Hasher(Sha1Hasher&&) noexcept;
  Sha1Hasher& operator=(Sha1Hasher&&) noexcept;

  // Of the concatenation of `a` and `b`. Nothing where OpenSSL is set up to refuse SHA-1.
  std::optional<Sha1> hash(ByteView a, ByteView b);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dragnet
