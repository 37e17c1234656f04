// What a person typed, after flags, environment and configuration file are merged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace dragnet {

// Exit codes of every command (design section 6).
enum ExitCode : int {
  kExitClean = 0,
  kExitFindings = 1,
  kExitUsage = 2,
  kExitIncomplete = 3,
  kExitFindingsAndIncomplete = 4,
  kExitInterrupted = 130,
};

// Where rules come from.
struct RuleOptions {
  std::vector<std::string> files;  // empty: the rules compiled in
  std::vector<std::string> only;
  std::vector<std::string> except;
};

// Which of stderr's talk is wanted.
struct TalkOptions {
  bool quiet = false;
  bool verbose = false;
};

struct ScanOptions {
  std::vector<std::string> targets;
  std::string format = "text";
  std::string output;
  std::string fail_on = "medium";
  std::optional<int> min_score;
  bool all = false;
  bool explain = false;
  bool stats = false;
  RuleOptions rules;
  std::string range, since;
  bool staged = false;
  std::string identity_key;
  std::string as_of;
  bool files_only = false;
  unsigned threads = 0;  // 0: as many as processors
  std::string memory = "1G";
  std::string reader = "auto";
  std::string scan = "delta";
  std::string coverage;
  std::uint64_t max_occurrences = 100;
  std::uint32_t max_refs = 20;
  bool show_secrets = false;
  bool ignore_repo_config = false;
  TalkOptions talk;
};

struct RulesOptions {
  RuleOptions rules;
  std::string format = "text";
  std::string output;
  bool stats = false;
  TalkOptions talk;
};

// "512M", "1G", "64K" or plain bytes; powers of 1024.
Result<std::uint64_t> parse_size(const std::string& text);

// "never" is above every score; a name is its band's lower edge; otherwise 0 to 100.
Result<int> parse_threshold(const std::string& text);

}  // namespace dragnet
