#include "base/git_hash.h"

#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <utility>

namespace dragnet {

struct GitHasher::State {
  explicit State(std::size_t size)
      : id_size(size),
        algorithm(EVP_MD_fetch(nullptr, size == kSha256Size ? "SHA256" : "SHA1", nullptr)),
        context(EVP_MD_CTX_new()) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(algorithm);
  }
  std::size_t id_size;
  EVP_MD* algorithm;
  EVP_MD_CTX* context;
};

GitHasher::GitHasher(std::size_t id_size) : state_(std::make_unique<State>(id_size)) {}
GitHasher::~GitHasher() = default;
GitHasher::GitHasher(GitHasher&&) noexcept = default;
GitHasher& GitHasher::operator=(GitHasher&&) noexcept = default;

std::optional<ObjectId> GitHasher::hash(ByteView a, ByteView b) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  EVP_MD_CTX* context = state_->context;
  if (context == nullptr || state_->algorithm == nullptr ||
      EVP_DigestInit_ex2(context, state_->algorithm, nullptr) != 1 ||
      EVP_DigestUpdate(context, a.data(), a.size()) != 1 ||
      EVP_DigestUpdate(context, b.data(), b.size()) != 1 ||
      EVP_DigestFinal_ex(context, out.data(), &size) != 1 || size != state_->id_size) {
    return std::nullopt;
  }
  return ObjectId::from_raw(out.data(), size);
}

std::optional<ObjectId> GitHasher::object(ObjectType type, ByteView bytes) {
  // "commit 18446744073709551615" and a zero byte are 28.
  std::array<char, 32> header{};
  const ByteView name = to_string(type);
  name.copy(header.data(), name.size());
  char* const digits = header.data() + name.size() + 1;
  header[name.size()] = ' ';
  const auto end = std::to_chars(digits, header.data() + header.size() - 1, bytes.size());
  const std::size_t length = static_cast<std::size_t>(end.ptr - header.data()) + 1;
  return hash(ByteView(header.data(), length), bytes);
}

}  // namespace dragnet
