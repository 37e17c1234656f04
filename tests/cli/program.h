// The built program, run as a person runs it: a process with arguments, an environment and pipes.
//
//   const std::string secret = token(1);          // made up; no other test has it
//   git.commit_file(repo, "a.txt", "key = " + secret + "\n");
//   const Audit audit = scan({repo});
//   EXPECT_EQ(audit.status, 1);
//   audit.only(secret)["line"]
//
// Every run through `dragnet` that is not told to show secrets must not print any token that was
// handed out so far: on standard output or standard error, whatever the test is about.
//
// All runs share one home, in the build folder, so that rules are compiled once; tests that have
// files of rules of their own, or are about the cache, take another.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "support/git_fixture.h"

namespace dragnet::test_support {

// A made-up token with a right checksum that the rule `github-pat-classic` takes for certain, the
// same for the same number.
std::string token(std::uint64_t number);

struct RunOptions {
  std::string cwd = "/";
  std::string input;
  std::string home;                  // empty: the shared one
  std::vector<std::string> env;      // "NAME=value", beside HOME and PATH
  std::vector<std::string> wrapper;  // what runs the program: {"setpriv", ...}
};

// Options that differ from the usual ones in one thing.
RunOptions in_folder(std::string cwd);
RunOptions with_input(std::string input);
RunOptions with_home(std::string home);
RunOptions with_env(std::vector<std::string> env);
RunOptions with_wrapper(std::vector<std::string> wrapper);

// Runs the program with these arguments.
CommandResult dragnet(const std::vector<std::string>& args, const RunOptions& options = {});

// The program's arguments and environment, for who starts it otherwise.
std::vector<std::string> dragnet_argv(const std::vector<std::string>& args);
std::vector<std::string> dragnet_environment(const RunOptions& options = {});

// What a report in JSON says. Strings with `"encoding": "latin1"` are turned back into their bytes.
struct Audit {
  int status = 0;
  Json report;
  std::string err;
  // Occurrences by the secret in clear.
  std::map<std::string, std::vector<Json>> occurrences;

  const Json& summary() const { return report["summary"]; }
  // The occurrences of a secret; a failure of the test and an empty one where there is none.
  const std::vector<Json>& all(const std::string& secret) const;
  // The one occurrence of a secret; a failure of the test where there are none or several.
  Json only(const std::string& secret) const;
  // The one occurrence of a secret with this type ("blob") and path (bytes, "" for none).
  Json at(const std::string& secret, const std::string& type, const std::string& path) const;
  bool has(const std::string& secret) const { return occurrences.count(secret) != 0; }
  // "object-or-path: reason" of everything incomplete.
  std::vector<std::string> incomplete() const;
};

// `dragnet scan ARGS --format json`, run twice: as it is, which must not leak, and with
// `--show-secrets`, whose report is returned. Both must agree on everything else.
Audit scan(const std::vector<std::string>& args, const RunOptions& options = {});

// The bytes of a string of a report.
std::string bytes_of(const Json& object, const std::string& key, const std::string& encoding_key);

}  // namespace dragnet::test_support
