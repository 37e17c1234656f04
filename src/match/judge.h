// Judging: is what a rule's regex matched a secret? Pure functions of the bytes.
//
// What depends on a path or a commit cannot be decided here, because a blob has many names and they
// are known only after provenance: the content part of such allow lists is noted in the match, and
// `PathJudge` decides the rest for every path that the blob was known by.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "match/line_memo.h"
#include "match/match.h"
#include "match/rule_pack.h"

namespace dragnet {

// Where in `text` a regex matched, and which part of it is the secret.
struct Confirmed {
  std::uint64_t match_start = 0, match_end = 0;
  std::uint64_t start = 0, end = 0;
};

// The match of rule `rule` at `found` in `text`, or nothing where entropy, checksum, the value
// model or an allow list of matches speaks against it. Offsets are those of `found`. Depends on no
// bytes but those that confirming it depended on.
std::optional<Match> judge_match(const RulePack& pack, std::uint32_t rule, ByteView text,
                                 const Confirmed& found);

// Whether what stands around that match lets it be: no allow list has its line, and keywords stand
// somewhere. Notes in the match what depends on a path. What an earlier call for the same match
// noted, in this text or another, makes no difference. `lines` is of earlier matches in this text:
// it saves time and changes nothing.
bool judge_surroundings(const RulePack& pack, ByteView text, const Confirmed& found,
                        LineMemo* lines, Match* match);

// Both.
std::optional<Match> judge(const RulePack& pack, std::uint32_t rule, ByteView text,
                           const Confirmed& found);

// Whether what the rule found in a file at `path` is no secret whatever the value model says of it:
// it reads as words, or an allow list has it.
bool ruled_out(const RulePack& pack, std::uint32_t rule, ByteView text, const Confirmed& found,
               ByteView path);

// Whether surroundings have no say: no keywords that may stand anywhere, no allow list that looks
// at the line.
bool judged_by_match_alone(const RulePack& pack, std::uint32_t rule);

// Judges findings by the path and commit of an occurrence. Thread safe.
class PathJudge {
 public:
  explicit PathJudge(const RulePack* pack) : pack_(pack) {}

  // False where the rule does not apply to `path`, or an allow list accepts the path or the commit
  // (hexadecimal; empty where there is none). `path_lists` is what the match noted.
  bool accepts(std::uint32_t rule, std::uint64_t path_lists, ByteView path,
               std::string_view commit) const;

  // Whether anything about the rule depends on a path or commit at all.
  bool depends_on_path(std::uint32_t rule) const;

 private:
  const RulePack* pack_;
};

}  // namespace dragnet
