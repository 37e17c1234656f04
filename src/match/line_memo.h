// What allow lists say of the lines that matches stand on, so that no line is read twice.
//
// An allow list may ask a regex of a match's whole line. Files of one line exist, of many
// megabytes and full of matches: of such a line only pieces are read, of at most 192 KB and at most
// one for each 64 KB, each of them once.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "base/bytes.h"

namespace dragnet {

class LineMemo {
 public:
  // Of another text from now on.
  void clear();

  // The line of text[start, end), without its line feed, or all lines that it spans. Of a long line
  // what stands from the block of 64 KB before that of `start` to the one after that of `end`.
  ByteView line(ByteView text, std::uint64_t start, std::uint64_t end);

  // `ask(line)`, asked once for each `list` and line.
  template <typename Ask>
  bool answer(const void* list, ByteView line, const Ask& ask) {
    if (answers_.size() >= kMaxAnswers) answers_.clear();
    const auto [known, added] = answers_.try_emplace({list, {line.data(), line.size()}}, false);
    if (added) known->second = ask(line);
    return known->second;
  }

 private:
  static constexpr std::size_t kMaxAnswers = 64;
  using Line = std::pair<const char*, std::size_t>;

  // The one line that was looked for last, and what of the text it was looked for in.
  std::uint64_t start_ = 1, end_ = 0;
  std::uint64_t low_ = 0, high_ = 0;
  std::map<std::pair<const void*, Line>, bool> answers_;
};

}  // namespace dragnet
