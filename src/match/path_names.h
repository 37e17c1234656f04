// Which names a file can have that a rule's path regex accepts.
//
// Most rules of files tell the name at least: `(?:^|/)\.netrc$`. Where content is looked at names
// are not known, so that such a rule finds its passwords in any file; here is told, entry by entry
// of a tree, that a name is none of those. No more than that: the whole path is asked for later
// (judge.h), and "maybe" is always a right answer.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
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
  void index(const RegexNfa& ending, std::uint16_t number);

  bool anything_ = false;
  std::vector<RegexNfa> endings_;  // what accepted names end with
  // Of the last two bytes of a name, the last one low, which endings can end so.
  std::unordered_map<std::uint16_t, std::vector<std::uint16_t>> by_pair_;
  // Endings that can be one byte.
  std::vector<std::uint16_t> short_;
};

}  // namespace dragnet
