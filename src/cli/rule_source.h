// From rule files to a rule pack, by way of the cache on disk.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options.h"
#include "io/file_system.h"
#include "match/rule_pack.h"
#include "rules/loader.h"

namespace dragnet {

// Where the cache lies: $XDG_CACHE_HOME/dragnet or ~/.cache/dragnet; empty where neither is set.
std::string cache_folder();

struct LoadedRules {
  std::shared_ptr<const RulePack> pack;
  bool from_cache = false;
};

// The pack of the rules asked for. Taken from the cache in `folder` (none where empty) if a file
// there was made by this very program for these very rules, belongs to this user or root and can be
// written by nobody else; otherwise compiled, and put there for the next time. A cache that cannot
// be read or written is no error.
Result<LoadedRules> load_rule_pack(const RuleOptions& options, const FileSystem& disk,
                                   const std::string& folder);

// The rules as read, for commands that look at them instead of matching with them.
Result<RuleSet> read_rules(const RuleOptions& options, const FileSystem& disk);

// A rule file of any format, as it lies.
Result<RuleFile> read_rule_file(const FileSystem& disk, const std::string& path);

// What is wrong with the files asked for; nothing where they can be read as rules.
std::vector<Error> rule_source_errors(const RuleOptions& options, const FileSystem& disk);

}  // namespace dragnet
