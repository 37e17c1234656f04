// Text made from a regex: what it matches, and what it almost does.
//
// Proves that a rule is alive where it has no samples, and makes the texts that cost it most. The
// tree is what parse_regex gives: assertions are not looked at, so a draw matches most of the time
// and not always.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "base/bytes.h"
#include "match/regex_ast.h"

namespace dragnet {

// How long repeats are drawn.
enum class DrawLength : std::uint8_t {
  kShort,    // the fewest, or a few more
  kLongest,  // the most, or for those without a bound the fewest and 64
};

// A text that the tree accepts, a few kilobytes at most unless it asks for more itself; nothing
// where it accepts none (a class without a byte). Printable bytes, where a class has some. Pure:
// the same from the same state of `random`, on every platform.
std::optional<ByteString> draw_text(const RegexNode& regex, DrawLength length,
                                    std::mt19937_64* random);

// The classes of several bytes that the tree repeats more than `least` times, each once.
std::vector<ByteSet> repeated_classes(const RegexNode& regex, std::uint32_t least);

// `count` bytes of the set, which is not empty, drawn as above.
ByteString draw_bytes(const ByteSet& set, std::size_t count, std::mt19937_64* random);

}  // namespace dragnet
