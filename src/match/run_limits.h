// What the parts of `RunFinder` agree on: how long, how far, and what counts as what.
#pragma once

#include <algorithm>
#include <cstdint>

#include "match/encoded_runs.h"
#include "match/escapes.h"

namespace dragnet {

// Shorter stretches hold no secret.
inline constexpr std::uint64_t kMinStretch = 24;
inline constexpr std::uint64_t kMinHex = 40;
// Lines of encoded text: at least this long but for the last, indented by at most so much.
inline constexpr std::uint64_t kFullLine = 60;
inline constexpr std::uint64_t kMaxIndent = 36;
inline constexpr std::uint64_t kNoLine = ~std::uint64_t{0};
// What stands before encoded text without white space or a sign between, `token_` or `v1/`.
inline constexpr std::uint64_t kNameBefore = 16;

// Escapes this far apart belong together, and so much of what stands around them. Where that ends
// within a word it goes on to the word's end, because a key is longer, and to what follows it.
inline constexpr std::uint64_t kGap = 320;
inline constexpr std::uint64_t kMaxWord = 4096;
inline constexpr std::uint64_t kBesideWord = 64;
inline constexpr std::uint64_t kLookAround = kGap + kMaxEscape;
// Nothing that is shorter and follows a line feed can be a secret.
inline constexpr std::uint64_t kWorth = 8;

// Of a key or a token, however it is written.
inline bool is_word(char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\'' && c != '`'; }

// The span [from, to) in offsets that may lie outside of the text.
inline void set_span(std::int64_t from, std::uint64_t to, std::uint64_t size, EncodedRun* run) {
  run->starts_text = from < 0;
  run->ends_text = to > size;
  run->from = static_cast<std::uint64_t>(std::max<std::int64_t>(from, 0));
  run->to = std::min(to, size);
}

}  // namespace dragnet
