// Rank: a score from 0 to 100 and the reasons for it.
//
// score = 100 x what it opens x how likely it is real x how exposed it is. Each factor is at most 1
// but for companions, and says in words why; `--explain` prints them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "findings/finding.h"
#include "findings/test_path.h"

namespace dragnet {

// What is known of a finding when it is ranked.
struct RankFacts {
  Sensitivity sensitivity = Sensitivity::kHigh;
  Confidence confidence = Confidence::kLikely;
  // What the value model says, where the rule asks it (see Match): 0 is where it is as likely as
  // the fit asks for. It stands in for confidence, placeholder and entropy then.
  std::optional<float> log_odds;
  bool placeholder = false;
  bool companion = false;              // a secret that is used with it stands nearby
  double entropy = 0;                  // Shannon, bits per byte
  std::size_t length = 0;              // bytes of the secret
  std::size_t alphabet = 62;           // see `alphabet_of`
  bool test_mode = false;              // opens a sandbox only
  bool local = false;                  // opens something on the same machine only
  bool encrypted = false;              // of no use without a passphrase
  bool expired = false;                // by --as-of
  bool self_made = false;              // see `is_self_made`
  TestPath test_path = TestPath::kNo;  // the least of all places
  bool at_tip = false;                 // somewhere at the tip of a branch
  bool in_working_tree = false;        // in a file, the index or standard input
  bool reachable = false;              // some ref's history has it
  std::optional<bool> published;
};

struct Rank {
  int score = 0;
  std::vector<ScoreFactor> factors;
};

Rank rank(const RankFacts& facts);

// Whether a rule's category is of what anybody makes without an issuer: key pairs, passwords and
// their hashes, tokens that one's own server signs.
bool is_self_made(std::string_view category);

// How many bytes a random value that looks like `secret` would draw from: 10 where all are digits,
// 16 where all are hexadecimal digits, else 62.
std::size_t alphabet_of(ByteView secret);

}  // namespace dragnet
