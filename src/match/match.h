// What matching returns for one secret in one run of bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "match/checks.h"
#include "match/decode_trail.h"

namespace dragnet {

// What stands beside a secret to say that it may (inline_marker.h).
enum class InlineMarker : std::uint8_t { kNone, kDragnet, kGitleaks, kBetterleaks, kTrufflehog };

// What a secret in decoded text was there.
struct DecodedSecret {
  ByteString bytes;
  ByteString match;  // all that the rule's regex matched
  // Of what was compressed there is no place in the object but all of it. `space` numbers such
  // texts of one run from 1 on, and these are the secret's offsets there; 0: it was in none.
  std::uint32_t space = 0;
  std::uint64_t start = 0, end = 0;
};

struct Match {
  std::uint32_t rule = 0;  // index in the rule pack
  DecodeTrail trail;       // how the bytes had to be read for it to show
  CheckResult check = CheckResult::kPlausible;
  bool placeholder = false;  // see `is_placeholder`
  bool companion = false;    // a companion rule's secret stands nearby
  float entropy = 0;         // bits per byte of the decoded secret
  // What the value model says, where the rule asks it: the logarithm of the odds that the value is
  // a secret, by content alone.
  std::optional<float> log_odds;
  // Bytes in the object as it lies, 0-based, half-open: the secret, and all that the regex matched.
  std::uint64_t start = 0, end = 0;
  std::uint64_t match_start = 0, match_end = 0;
  // Where the secret starts and ends, 1-based, columns in bytes of the object as it lies.
  std::uint64_t line = 0, column = 0, end_line = 0, end_column = 0;
  // Bit i: the content part of the i-th path-dependent allow list accepts it (see PathJudge).
  std::uint64_t path_lists = 0;
  InlineMarker marker = InlineMarker::kNone;  // on a line that the match spans
  std::uint32_t lines_before = 0;             // lines that the match starts before its secret
  // Null where the trail is empty.
  std::shared_ptr<const DecodedSecret> decoded;
  // Rules that matched overlapping bytes and gave way; sorted.
  std::vector<std::uint32_t> also;
};

// The secret's decoded bytes, from the object that the match was found in.
ByteString secret_bytes(ByteView object, const Match& match);

}  // namespace dragnet
