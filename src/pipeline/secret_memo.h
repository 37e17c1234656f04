// What a secret and its match tell by their bytes alone, so that it is not worked out for every
// version of a file.
//
// A password in a file of a thousand versions is a thousand matches, and an identity costs two
// microseconds, as much as finding the match.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "base/bytes.h"
#include "findings/identity.h"
#include "match/match_context.h"
#include "match/rule_pack.h"

namespace dragnet {

// One thread at a time.
class SecretMemo {
 public:
  struct Told {
    Identity identity;
    MatchContext context;
  };

  // `pack` and `key` must outlive it.
  SecretMemo(const RulePack* pack, const IdentityKey* key) : pack_(pack), key_(key) {}

  // Of `secret` within `match`, which is all that the rule's regex matched; both decoded. Lives
  // until the next call.
  const Told& of(std::uint32_t rule, ByteView match, ByteView secret);

 private:
  // Holds no more than this many, of at most so many bytes each: 1 MB, of a worker's scratch space
  // (memory_plan.cc).
  static constexpr std::size_t kMost = 1024;
  static constexpr std::size_t kLongest = 1024;

  Told work_out(std::uint32_t rule, ByteView match, ByteView secret) const;

  const RulePack* pack_;
  const IdentityKey* key_;
  std::unordered_map<ByteString, Told> known_;  // by rule, secret and match
  ByteString asked_;
  Told last_;  // of what is too long to be kept
};

}  // namespace dragnet
