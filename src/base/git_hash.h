// The hashes that git names objects and closes its files by: SHA-1, or SHA-256 where a repository
// was made so. They tell what is whole from what is damaged; nothing else may rest on SHA-1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/object_id.h"

namespace dragnet {

inline constexpr std::size_t kSha1Size = 20;
inline constexpr std::size_t kSha256Size = 32;

// Keeps OpenSSL's context between calls, which for small objects costs more than the hash. Not
// thread safe; one per thread.
class GitHasher {
 public:
  // `id_size` is 20 (SHA-1) or 32 (SHA-256).
  explicit GitHasher(std::size_t id_size);
  ~GitHasher();
  GitHasher(GitHasher&&) noexcept;
  GitHasher& operator=(GitHasher&&) noexcept;

  // Of the concatenation of `a` and `b`. Nothing where OpenSSL is set up to refuse the hash.
  std::optional<ObjectId> hash(ByteView a, ByteView b = {});

  // The name of an object. Nothing as above.
  std::optional<ObjectId> object(ObjectType type, ByteView bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dragnet
