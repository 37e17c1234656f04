// What git itself says about a place where a secret stands, to compare a report's occurrence with.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "support/git_fixture.h"

namespace dragnet::test_support {

struct Place {
  std::string type = "blob";  // object_type
  std::string path;           // bytes; empty for none
  std::string object;         // id; empty for none
  std::string bytes;          // of what `start` and `end` count in
  std::string needle;         // the secret as it stands in `bytes`
  std::string commit;         // id; empty for none
  std::string removed_in;     // id; empty for none
  std::string author_name, author_email, date;
  bool at_tip = false;
  std::vector<std::string> refs;
};

// A secret in the file `path`, brought by `commit`: everything but `removed_in` asked of git.
// `at_tip` is whether any branch (or HEAD) has `needle` at this path.
Place blob_place(GitFixture* git, const std::string& repo, const std::string& commit,
                 const std::string& path, const std::string& needle);

// A secret in the text of a commit.
Place commit_place(GitFixture* git, const std::string& repo, const std::string& commit,
                   const std::string& needle);

// Names of refs, HEAD included, whose history holds the commit; sorted.
std::vector<std::string> refs_holding(GitFixture* git, const std::string& repo,
                                      const std::string& commit);

// The bytes of an object, whole.
std::string object_bytes(GitFixture* git, const std::string& repo, const std::string& type,
                         const std::string& id);

// Expects every field of the occurrence to be as `place` says.
void expect_place(const Json& occurrence, const Place& place);

}  // namespace dragnet::test_support
