// Anchors: the short pattern of bounded width that stands for a rule in the fast matcher.
//
// A *factor* of a regex is a piece that every match contains. The anchor is the factor that is
// cheapest to look for: rare in source code, because every hit costs a look around it (some
// 20 ns, and several times that where it has to go further), and narrow, because a delta scan
// widens each new piece of an object by the widest anchor. It is a few literals (either case) where
// it can be: the literal matcher looks for those, several times as fast as Hyperscan for classes
// and repeats, and what stands around them the precheck sees (precheck.h). Assertions are left to
// confirm. Rarity is estimated with a model of source code (byte_model.h).
//
// A regex that stands for a whole text, `\A...\z` of bounded width, needs none where no literal is
// in it: its rule is asked once for each object that is short enough, and costs nothing elsewhere.
//
// Deriving also yields how far a match can reach to both sides of the anchor's end, which is what
// confirm has to read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dragnet {

struct Anchor {
  std::string pattern;          // Hyperscan syntax, no flags needed; empty: none, see `whole_text`
  std::uint32_t min_width = 0;  // bytes that it matches, without context
  std::uint32_t max_width = 0;
  double rate = 0;          // estimated matches per byte of source code
  bool whole_text = false;  // nothing is looked for: a match is a whole text of such a width
  // Bytes that a match of the whole regex can have before the anchor's end (anchor included) and
  // after it; none: unbounded.
  std::optional<std::uint32_t> lookbehind;
  std::optional<std::uint32_t> lookahead;
};

inline constexpr std::uint32_t kFreeWidth = 8;
// What the widest anchor of a good rule set has; it sets how much a delta scan looks at again.
inline constexpr std::uint32_t kNarrowWidth = 16;
inline constexpr std::uint32_t kMaxAnchorWidth = 64;

// The widest text that a regex may stand for as a whole.
inline constexpr std::uint32_t kMaxWholeText = 1024;

// The cheapest necessary factor of `regex`, or what a whole text has. Errors (kUsage): the regex
// cannot be parsed, or has no mandatory byte (the message names the part to blame).
Result<Anchor> derive_anchor(std::string_view regex);

// An anchor that the rule's author gave, for a rule whose regex is `regex`: must be bounded by
// `kMaxAnchorWidth`. The reach to both sides is the regex's greatest width, where it has one.
Result<Anchor> check_anchor(std::string_view anchor, std::string_view regex);

}  // namespace dragnet
