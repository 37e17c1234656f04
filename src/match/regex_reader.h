// Regex syntax below the level of structure: which bytes an escape or a class stands for, and the
// place in the pattern that is read. What is made of them (sequences, groups, repeats) is in
// regex_ast.cc.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "match/regex_ast.h"

namespace dragnet {

// A place in a pattern, from which the parser of regex_ast.cc reads on. After the first error
// nothing more is read.
class RegexReader {
 protected:
  explicit RegexReader(std::string_view pattern) : pattern_(pattern) {}

  bool failed() const { return !error_.empty(); }
  // Keeps the first reason.
  void fail_with(std::string why);

  bool done() const { return at_ >= pattern_.size() || failed(); }
  char peek() const { return pattern_[at_]; }
  unsigned char peek_and_step() { return static_cast<unsigned char>(pattern_[at_++]); }
  bool take(char c);
  bool take(std::string_view text);

  // \d \s \w \pL \p{Greek} and their complements, at the letter; false where it is none of them.
  // A Unicode class is widened to every byte.
  bool multi_escape(ByteSet* set);
  // One byte after a backslash, or -1 after an error.
  int byte_escape();
  // What a class holds, from after its '[' on. With a Unicode class in it more, never less.
  ByteSet bracket(bool fold_case);

  std::string_view pattern_;
  std::size_t at_ = 0;
  std::string error_;
  bool widened_ = false;  // a Unicode class was read, in the class that was read last

 private:
  int fail_byte(std::string why);
  int octal_escape(char first);
  int hex_escape();
  void posix_class(ByteSet* set);
  void class_range(ByteSet* set);
  int class_byte();  // -1 after an error
};

}  // namespace dragnet
