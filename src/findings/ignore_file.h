// `.gitleaksignore`: findings that a repository's owners have looked at, named by fingerprints.
//
// A line is `commit:path:rule:line`, or `path:rule:line` for whatever commit. The line is that of
// the version which the commit brought, as is the line of an occurrence, so the two mean the same.
// Rules go by our names or by those that gitleaks has for them (rules/gitleaks_ids.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace dragnet {

class IgnoreFile {
 public:
  static constexpr std::string_view kName = ".gitleaksignore";
  static constexpr std::uint64_t kMaxSize = 16 << 20;  // bytes

  // Any bytes. Empty lines and those that start with '#' say nothing.
  static IgnoreFile parse(ByteView text);

  // Where a secret stands.
  struct Place {
    ByteView path;
    std::uint64_t first_line = 0, last_line = 0;  // 1-based: where the match starts, and the secret
    std::string_view commit;                      // hexadecimal; empty where none brought it
  };
  // The line of this file, 1-based, that names the place under one of `rules`; the first one.
  std::optional<std::uint32_t> find(const Place& place,
                                    std::span<const std::string_view> rules) const;

  std::size_t entries() const { return entries_; }
  // Lines that are no fingerprint.
  const std::vector<std::uint32_t>& bad_lines() const { return bad_lines_; }

 private:
  struct Entry {
    std::string commit;  // empty: any
    std::string rule;
    std::uint64_t line = 0;
    std::uint32_t at = 0;  // in this file
  };

  void add(std::string_view fingerprint, std::uint32_t at);

  std::map<std::string, std::vector<Entry>, std::less<>> by_path_;
  std::size_t entries_ = 0;
  std::vector<std::uint32_t> bad_lines_;
};

}  // namespace dragnet
