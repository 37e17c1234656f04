// How source code looks to an anchor: which byte follows which (a first-order Markov chain), and
// which words are everywhere, because pairs alone would make "https" look rare.
//
// Fitted on working trees by tools/fit_byte_model.py. Bytes that are neither printable nor a tab or
// a newline share one symbol. Estimates within a factor of a few are all that choosing an anchor
// needs.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace dragnet {

// Share of the places in source code at which a byte of `set` stands, 0 to 1.
double byte_share(const std::bitset<256>& set);

// Probability that a byte of `next` follows one of `before`; 0 where `before` is empty.
double follow_share(const std::bitset<256>& before, const std::bitset<256>& next);

// Matches per byte that common words alone give a literal: those that it is, or is part of.
// `literal` is in lower case and stands for either. 0 for what no common word holds.
double word_share(std::string_view literal);

// Text of that many bytes that looks to an anchor as source code does: common words as often as
// they are met, and between them bytes as they follow each other. The same on every platform for
// the same seed.
ByteString code_like_text(std::size_t bytes, std::uint64_t seed);

}  // namespace dragnet
