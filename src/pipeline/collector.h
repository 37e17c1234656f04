// Where all workers' matches come together: distinct secrets, and where each was detected.
//
// A secret is interned by its identity and numbered; a detection is a number, an object and an
// offset. Numbers depend on which worker came first, so nothing that is printed is ordered by them.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/object_id.h"
#include "base/result.h"
#include "base/sorted_spill.h"
#include "findings/finding.h"
#include "findings/identity.h"
#include "match/match.h"
#include "pipeline/secret_memo.h"

namespace dragnet {

// Something with bytes in which a secret was detected.
struct DetectedObject {
  std::uint32_t target = 0;  // index of the target
  SourceKind kind = SourceKind::kBlob;
  ObjectId id;       // empty for what is no object
  std::string path;  // of a file; the name of a ref or reflog
};

// One distinct secret (under one rule family).
struct SecretRecord {
  Identity identity;
  std::uint32_t rule = 0;  // lowest index of the rules of the family that found it
  ByteString secret;       // in clear
  float entropy = 0;
  CheckResult check = CheckResult::kPlausible;
  bool placeholder = false;
  std::optional<float> log_odds;    // the highest of all matches'
  std::vector<std::uint32_t> also;  // sorted rule indices
  MatchContext context;             // the first of all places', see there
};

// A secret on one line of an object.
struct Detection {
  std::uint32_t secret = 0;
  std::uint32_t object = 0;
  std::uint64_t start = 0, end = 0;
  std::uint64_t line = 0, column = 0, end_line = 0, end_column = 0;
  std::uint64_t path_lists = 0;
  std::uint32_t rule = 0;
  DecodeTrail trail;
  bool companion = false;
  InlineMarker marker = InlineMarker::kNone;
  bool elsewhere = false;          // it stands on more lines of the object than are kept
  std::uint32_t lines_before = 0;  // see Match

  friend bool operator<(const Detection& a, const Detection& b) {
    if (a.secret != b.secret) return a.secret < b.secret;
    if (a.object != b.object) return a.object < b.object;
    return a.start < b.start;
  }
};

class Collector {
 public:
  // Detections beyond `memory` bytes go to a temporary file.
  explicit Collector(std::uint64_t memory) : detections_(memory) {}

  // Takes over the matches found in `bytes`, which is `object` from `offset` on (a file name within
  // a tree). Returns the numbers of the secrets, sorted. Thread safe; `memo` is the thread's own.
  std::vector<std::uint32_t> add(const DetectedObject& object, ByteView bytes, std::uint64_t offset,
                                 const std::vector<Match>& matches, SecretMemo* memo);

  // After the last `add`; what follows is for one thread.
  Status finish();
  const std::vector<SecretRecord>& secrets() const { return secrets_; }
  const std::vector<DetectedObject>& objects() const { return objects_; }
  // A secret's detections, by object number and start.
  Result<std::vector<Detection>> detections(std::uint32_t secret) const;
  // Calls `visit` for every detection, by secret and object number.
  template <typename Visit>
  Status for_each_detection(const Visit& visit) const {
    return detections_.for_each(visit);
  }

 private:
  std::uint32_t intern(const Match& match, ByteString secret, const Identity& identity,
                       MatchContext context);

  std::mutex mutex_;
  std::unordered_map<Identity, std::uint32_t, IdentityHash> numbers_;
  std::vector<SecretRecord> secrets_;
  std::vector<DetectedObject> objects_;
  SortedSpill<Detection> detections_;
  std::optional<Error> spill_error_;
};

}  // namespace dragnet
