// A look at the bytes around an anchor, before RE2 is asked.
//
// Most anchors stand where no match can: "secr" in prose. Two small automata, derived from the
// rule's regex, read on from the anchor's end, one forwards and one backwards over the anchor to
// where a match starts, and stop at the first byte that no match has there: some 20 ns where RE2
// takes 500. The check is necessary for a match, never sufficient: assertions are left out, and
// where an automaton would have too many states it says yes.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "match/regex_ast.h"

namespace dragnet {

class Precheck {
 public:
  // Lets everything pass.
  Precheck() = default;

  // For a rule whose regex and anchor are these trees.
  static Precheck derive(const RegexNode& regex, const RegexNode& anchor);

  // False only where no match within text[from, to) has the anchor ending at `end`, in the part
  // that makes the anchor necessary; from <= end <= to <= text.size(). Reads bytes of that span
  // alone.
  bool passes(ByteView text, std::uint64_t from, std::uint64_t end, std::uint64_t to) const;

  // Least number of bytes of a match before the anchor's end, the anchor included; 0: not known.
  std::uint32_t least_before() const { return least_before_; }

  template <typename Archive>
  friend void fields(Archive& a, Precheck& precheck) {
    a(precheck.classes_), a(precheck.forward_), a(precheck.backward_);
    a(precheck.class_count_), a(precheck.least_before_);
  }

 private:
  // Class of each byte, and per state and class what comes next: 0 no match, 1 maybe one, else two
  // more than a state's index. Without states: maybe.
  std::string classes_;
  std::string forward_;
  std::string backward_;
  std::uint32_t class_count_ = 0;
  std::uint32_t least_before_ = 0;
};

}  // namespace dragnet
