// The texts that cost a rule most: long near misses, made from its regex and samples.
//
// What makes a rule dear is text where its anchor stands often, where confirm has to read far to
// see that there is no match, or where every match starts in another one. No text can be proved to
// be the worst, so there are several of each kind.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "match/rule_pack.h"

namespace dragnet {

struct NearMiss {
  std::string kind;  // "anchor repeated", "positive 1 without its end"; unique within a rule
  ByteString unit;   // what the text repeats
  ByteString text;
};

// Texts of exactly `bytes` bytes each, for a rule that has a regex. Pure; texts of more bytes
// start with those of fewer.
std::vector<NearMiss> near_misses(const CompiledRule& rule, std::size_t bytes);

}  // namespace dragnet
