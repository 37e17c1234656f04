// The part of betterleaks's `filter` expressions that our format can say.
//
// A filter is an expression in a language of its own; a finding for which it holds is dropped. Nine
// in ten of those in its default file are one comparison of the secret's entropy, which is our
// `entropy`. That much is read; the rest of an expression is for a note.
#pragma once

#include <optional>
#include <string_view>

namespace dragnet {

struct FilterEntropy {
  double least = 0;    // secrets of less are dropped
  bool whole = false;  // the filter says nothing else
};

// Where `filter` starts with `entropy(finding["secret"]) < N` (or <=, or `filter.entropy`), and
// nothing follows that could keep what this drops; else nothing.
std::optional<FilterEntropy> read_filter_entropy(std::string_view filter);

}  // namespace dragnet
