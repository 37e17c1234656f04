// RE2 objects and programs of a rule pack, each built when it is first asked for.
//
// Building all of a thousand takes 50 ms, a hook has 15 for everything, and a scan asks for few.
// Thread safe: an object is built once and then only read.
#pragma once

#include <re2/re2.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "match/regex_program.h"

namespace dragnet {

class RegexStore {
 public:
  // `patterns` must outlive the store; they were checked with `check_regex`.
  explicit RegexStore(std::vector<const std::string*> patterns);

  // The RE2 object of pattern `index`.
  const re2::RE2& at(std::size_t index) const;
  // The same as a program for our own matcher; null where it cannot be one.
  const RegexProgram* program(std::size_t index) const;
  // Of any regex text of the rules (a path), looked up by its text.
  const re2::RE2& of(const std::string& pattern) const;
  // Whether any of an allow list's patterns matches somewhere in `bytes`. The list is known by its
  // address: it must outlive the store and stay as it is.
  bool any_matches(const std::vector<std::string>& patterns, ByteView bytes) const;

 private:
  struct Slot {
    std::once_flag regex_once, program_once;
    std::unique_ptr<re2::RE2> regex;
    std::atomic<bool> made = false;  // the program, asked for with every hit: `once` takes longer
    std::optional<RegexProgram> program;
  };
  // Patterns as one, so that they are looked for at once; or each, where that is too large.
  using Joined = std::vector<std::unique_ptr<re2::RE2>>;
  const Joined& joined(const std::vector<std::string>& patterns) const;
  std::vector<const std::string*> patterns_;
  std::unique_ptr<Slot[]> slots_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string_view, std::unique_ptr<re2::RE2>> others_;
  mutable std::shared_mutex joined_mutex_;
  mutable std::unordered_map<const void*, Joined> joined_;
};

// Latin-1, bounded memory, no logging. `.` does not match a newline, `^ $` are the text's ends
// unless (?m) says otherwise: as Go's regexp, which gitleaks uses.
re2::RE2::Options regex_options();

// The object of a pattern, right also where that has bytes above 0x7f: RE2 (2022-06-01) forgets
// that it is Latin-1 when alternatives begin alike, and looks for their beginning in UTF-8, in
// vain.
std::unique_ptr<re2::RE2> make_regex(const std::string& pattern,
                                     const re2::RE2::Options& options = regex_options());

// Whether RE2 takes the pattern; the error says why not.
Status check_regex(const std::string& pattern);

}  // namespace dragnet
