// Line and column of offsets, for displays only: everything inside works with offsets.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace dragnet {

// Line feeds in `text`. Several bytes in one step: a history has many versions of a long file with
// something far down in it.
std::uint64_t count_line_feeds(ByteView text);

// Counts lines while moving forward through a text; asking for all matches of a text in order costs
// one pass over it.
class LineCounter {
 public:
  explicit LineCounter(ByteView text) : text_(text) {}

  // Moves to `offset`, which is not before that of the last call and at most the text's size.
  void advance(std::uint64_t offset) {
    // Not a byte past `offset` is looked at: the next newline of a hostile text may be far.
    const ByteView passed = text_.substr(at_, offset - at_);
    const std::uint64_t lines = count_line_feeds(passed);
    if (lines > 0) line_start_ = at_ + passed.rfind('\n') + 1;
    line_ += lines;
    at_ = offset;
  }

  std::uint64_t line() const { return line_; }              // 1-based
  std::uint64_t line_start() const { return line_start_; }  // offset of the line's first byte

 private:
  ByteView text_;
  std::uint64_t at_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t line_start_ = 0;
};

}  // namespace dragnet
