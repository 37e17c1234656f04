// The sets of bytes that regex syntax has names for, and the syntax for any set.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "match/regex_ast.h"

namespace dragnet {

void add_range(ByteSet* set, unsigned low, unsigned high);  // both included

// With the other case of every letter, those of Latin-1 included.
ByteSet folded(ByteSet set);

// The set of \d \s \w and their complements; nothing for other letters.
std::optional<ByteSet> perl_class(char letter);

// That of [:name:]; nothing for an unknown name.
std::optional<ByteSet> posix_class_set(std::string_view name);

// A class, or one escaped byte, that stands for the set.
std::string class_text(const ByteSet& set);

}  // namespace dragnet
