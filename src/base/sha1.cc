#include "base/sha1.h"

#include <openssl/evp.h>

#include <utility>

namespace dragnet {

struct Sha1Hasher::State {
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(algorithm);
  }
};

Sha1Hasher::Sha1Hasher() : state_(std::make_unique<State>()) {}
Sha1Hasher::~Sha1Hasher() = default;
Sha1Hasher::Sha1Hasher(Sha1Hasher&&) noexcept = default;
Sha1Hasher& Sha1Hasher::operator=(Sha1Hasher&&) noexcept = default;

std::optional<Sha1> Sha1Hasher::hash(ByteView a, ByteView b) {
  Sha1 out{};
  EVP_MD_CTX* context = state_->context;
  if (context == nullptr || state_->algorithm == nullptr ||
      EVP_DigestInit_ex2(context, state_->algorithm, nullptr) != 1 ||
      EVP_DigestUpdate(context, a.data(), a.size()) != 1 ||
      EVP_DigestUpdate(context, b.data(), b.size()) != 1 ||
      EVP_DigestFinal_ex(context, out.data(), nullptr) != 1) {
    return std::nullopt;
  }
  return out;
}

}  // namespace dragnet
