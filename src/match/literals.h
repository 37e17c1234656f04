// Strings that a piece of a regex can be, all of them, where those are few: how they are put
// together and written as a pattern again.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "match/regex_ast.h"

namespace dragnet {

// Letters: a byte, with kBothCases where the letter (then in lower case) may be in either case.
using Literal = std::u16string;
inline constexpr char16_t kBothCases = 0x100;

// The bytes that a letter stands for.
ByteSet letter_set(char16_t letter);

// Each is looked up among the common words, so a piece that can be one of more is not told by them.
inline constexpr std::size_t kMaxPieceLiterals = 128;

// One byte, or one letter in both cases, for each of the set; nothing where they are many.
std::vector<Literal> single_letters(const ByteSet& set);

// Every literal of `a` followed by every one of `b`; nothing where either is unknown or it gets
// many.
std::vector<Literal> crossed(const std::vector<Literal>& a, const std::vector<Literal>& b);

// Matches per byte that common words alone give a piece of these literals.
double share_of_words(const std::vector<Literal>& literals);

// The literals as a pattern of alternatives, without any that ends with another one.
std::string literals_text(std::vector<Literal> literals);

}  // namespace dragnet
