// What a person names to be scanned, and what it turns out to be.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "git/repository.h"

namespace dragnet {

enum class TargetKind { kRepository, kDirectory, kFile, kStdin };

struct Target {
  TargetKind kind = TargetKind::kFile;
  std::string name;                        // as given, for messages and reports
  std::string path;                        // of the file or folder; empty for stdin
  std::unique_ptr<Repository> repository;  // of kRepository
};

// "-" is stdin. A folder inside a repository means that repository, unless `files_only`; a folder
// outside of any is scanned as it lies. Errors (kUsage): nothing there, no permission, a repository
// that cannot be read.
Result<Target> open_target(const std::string& name, bool files_only);

// Whether two targets are the same repository or path, so that nothing is scanned twice.
bool same_target(const Target& a, const Target& b);

}  // namespace dragnet
