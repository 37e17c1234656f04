// Repositories for tests, built by running a real `git` in a temporary folder.
//
//   GitFixture git;                                   // an empty folder, deleted with the object
//   const std::string repo = git.init("work");
//   git.write(repo, "dir/a.txt", "hello\n");
//   const std::string id = git.commit(repo, "first");  // adds everything; 40 hex digits
//   git.git(repo, {"tag", "v1"});                      // any command; its standard output
//
// Nothing depends on the machine: git sees no configuration but the fixture's own, author and
// committer are fixed, and time is a counter that moves 60 seconds with each commit, so that the
// same calls make the same ids. A command that fails fails the running test.
//
// To use it, list "../support/git_fixture.cc" among a test's SOURCES.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dragnet::test_support {

// What a finished program left behind. `status` is its exit status, or 128 + the signal.
struct CommandResult {
  int status = 0;
  std::string out;
  std::string err;
};

// Runs argv[0] (looked up in PATH) in the folder `cwd` with `input` on its standard input and
// exactly the environment `env` ("NAME=value"), and waits for it.
CommandResult run_command(const std::vector<std::string>& argv, const std::string& cwd,
                          const std::string& input, const std::vector<std::string>& env);

class GitFixture {
 public:
  GitFixture();
  ~GitFixture();
  GitFixture(const GitFixture&) = delete;
  GitFixture& operator=(const GitFixture&) = delete;

  // The temporary folder, absolute, symbolic links resolved, without a trailing slash.
  const std::string& root() const { return root_; }
  // root() + "/" + name
  std::string path(const std::string& name) const { return root_ + "/" + name; }

  // `git init` of a new repository below root() with branch "main"; returns its path.
  std::string init(const std::string& name, const std::vector<std::string>& flags = {});

  // Runs git in `repo`. `git` returns the output without its last newline and fails the test if
  // the exit status is not 0; `try_git` leaves the judgement to the caller.
  std::string git(const std::string& repo, const std::vector<std::string>& args,
                  const std::string& input = {});
  CommandResult try_git(const std::string& repo, const std::vector<std::string>& args,
                        const std::string& input = {});

  // The output of `git`, split at newlines.
  std::vector<std::string> lines(const std::string& repo, const std::vector<std::string>& args,
                                 const std::string& input = {});

  // Writes a file of the work tree, any bytes; missing folders are made.
  void write(const std::string& repo, const std::string& file, const std::string& bytes);
  // Adds everything that changed and commits it, even if that is nothing. Returns the commit's id.
  std::string commit(const std::string& repo, const std::string& message);
  std::string commit_file(const std::string& repo, const std::string& file,
                          const std::string& bytes, const std::string& message = "change");

  // Writes an object that nothing points at; returns its id.
  std::string object(const std::string& repo, const std::string& type, const std::string& bytes);

  // Seconds since 1970 that the next commit will carry. May be set.
  std::int64_t clock = 1700000000;

  // Adds "NAME=value" to the environment of every later command.
  void set_environment(const std::string& assignment) { extra_env_.push_back(assignment); }

 private:
  std::vector<std::string> environment() const;

  std::string root_;
  std::vector<std::string> extra_env_;
};

// Whole files, any bytes. `write_bytes` replaces a read-only file too.
std::string read_bytes(const std::string& path);
void write_bytes(const std::string& path, const std::string& bytes);

// Paths of all files and folders below `folder` that end so, sorted.
std::vector<std::string> files_with(const std::string& folder, const std::string& ending);

}  // namespace dragnet::test_support
