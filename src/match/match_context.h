// What stands around a secret in its match, and says what it opens and until when.
//
// A password says nothing of itself, but the address that it stands in does; a signature does not,
// but the parameters beside it do. Pure, and read from the match alone, so that it needs nothing of
// a delta scan: it is asked where matches are taken over, not where they are made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "match/rule_pack.h"

namespace dragnet {

struct MatchContext {
  std::string account;  // "app@db.acme.org"; may be empty
  std::optional<std::int64_t> expires_at;
  bool local = false;  // the host is this machine, or one that exists in documentation only

  // Of several contexts of one secret the first in this order stands for all: what is not local
  // before what is, what names an account before what names none, then by name and date.
  friend bool operator<(const MatchContext& a, const MatchContext& b);
};

// `match` is all that the rule's regex matched, `secret` the secret in it, both decoded. By, in
// this order: the regex's groups named `user`, `host` and `account`; an address
// "//user:SECRET@host" or "jdbc:...//host...user=user"; the parameters of a signed address. Only
// for rules of kind secret.
MatchContext match_context(const RulePack& pack, std::uint32_t rule, ByteView match,
                           ByteView secret);

// Whether a host is this machine ("localhost", 127.0.0.1, a container's link to its host) or a name
// reserved for documentation (RFC 2606). A port may follow.
bool is_local_host(ByteView host);

}  // namespace dragnet
