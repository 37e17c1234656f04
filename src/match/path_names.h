// Which names a file can have that a rule's path regex accepts.
//
// Most rules of files tell the name at least: `(?:^|/)\.netrc$`. Where content is looked at names
// are not known, so that such a rule finds its passwords in any file; here is told, entry by entry
// of a tree, that a name is none of those. No more than that: the whole path is asked for later
// (judge.h), and "maybe" is always a right answer.
#pragma once

#include <bitset>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "match/regex_nfa.h"

namespace dragnet {

// Whether the regex tells how the last component of every path ends that it accepts. One that RE2
// takes; some hundredths of a millisecond.
bool tells_name(const std::string& path);

// Of some such regexes, taken together. Immutable.
class PathNames {
 public:
  // A regex that does not tell makes everything a maybe.
  explicit PathNames(const std::vector<std::string>& paths);

  // False where no path whose last component is `name` is accepted by any of them. Some
  // nanoseconds for most names, a microsecond or so for the others.
  bool may_be(ByteView name) const;

 private:
  bool ends_with_one(const RegexNfa& ending, ByteView name) const;

  bool anything_ = false;
  std::vector<RegexNfa> endings_;    // what accepted names end with
  std::bitset<1 << 16> last_pairs_;  // the two bytes that they can end with, the last one low
  std::bitset<256> last_bytes_;      // of endings that can be one byte
};

}  // namespace dragnet
