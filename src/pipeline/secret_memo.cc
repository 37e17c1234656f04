#include "pipeline/secret_memo.h"

#include <array>
#include <bit>

namespace dragnet {

const SecretMemo::Told& SecretMemo::of(std::uint32_t rule, ByteView match, ByteView secret) {
  if (match.size() + secret.size() > kLongest) return last_ = work_out(rule, match, secret);
  const std::array<std::uint32_t, 2> head = {rule, static_cast<std::uint32_t>(secret.size())};
  const auto head_bytes = std::bit_cast<std::array<char, sizeof head>>(head);
  asked_.assign(head_bytes.data(), head_bytes.size()).append(secret).append(match);
  const auto known = known_.find(asked_);
  if (known != known_.end()) return known->second;
  if (known_.size() >= kMost) known_.clear();
  return known_.emplace(asked_, work_out(rule, match, secret)).first->second;
}

SecretMemo::Told SecretMemo::work_out(std::uint32_t rule, ByteView match, ByteView secret) const {
  return {key_->identity(pack_->rules()[rule].rule.family, canonical_secret(secret)),
          match_context(*pack_, rule, match, secret)};
}

}  // namespace dragnet
