#include "support/git_fixture.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace dragnet::test_support {
namespace {

namespace fs = std::filesystem;

// Both ends of a pipe, closed with the object.
struct Pipe {
  std::array<int, 2> end{-1, -1};
  Pipe() {
    if (pipe2(end.data(), O_CLOEXEC) != 0) std::abort();
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(std::size_t i) {
    if (end[i] >= 0) close(end[i]);
    end[i] = -1;
  }
};

std::vector<char*> c_array(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& s : strings) pointers.push_back(const_cast<char*>(s.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Appends what is there to `text`; closes the end when the other side has.
void drain(Pipe* pipe, std::string* text) {
  std::array<char, 1 << 16> buffer;
  const ssize_t n = read(pipe->end[0], buffer.data(), buffer.size());
  if (n > 0) {
    text->append(buffer.data(), static_cast<std::size_t>(n));
  } else if (n == 0 || errno != EINTR) {
    pipe->close_end(0);
  }
}

void feed(Pipe* pipe, const std::string& input, std::size_t* written) {
  const ssize_t n = write(pipe->end[1], input.data() + *written, input.size() - *written);
  if (n > 0) *written += static_cast<std::size_t>(n);
  if ((n < 0 && errno != EINTR) || *written == input.size()) pipe->close_end(1);
}

}  // namespace

CommandResult run_command(const std::vector<std::string>& argv, const std::string& cwd,
                          const std::string& input, const std::vector<std::string>& env) {
  Pipe in;
  Pipe out;
  Pipe err;
  std::vector<char*> arguments = c_array(argv);
  std::vector<char*> environment = c_array(env);
  signal(SIGPIPE, SIG_IGN);  // a program that does not read its input is no failure of the test
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGPIPE, SIG_DFL);
    if (dup2(in.end[0], 0) < 0 || dup2(out.end[1], 1) < 0 || dup2(err.end[1], 2) < 0) _exit(126);
    if (chdir(cwd.c_str()) != 0) _exit(126);
    execvpe(arguments[0], arguments.data(), environment.data());
    _exit(127);
  }
  in.close_end(0);
  out.close_end(1);
  err.close_end(1);
  CommandResult result;
  std::size_t written = 0;
  if (input.empty()) in.close_end(1);
  while (out.end[0] >= 0 || err.end[0] >= 0) {
    std::array<pollfd, 3> ready{
        {{out.end[0], POLLIN, 0}, {err.end[0], POLLIN, 0}, {in.end[1], POLLOUT, 0}}};
    if (poll(ready.data(), ready.size(), -1) < 0) continue;
    if (ready[0].revents != 0) drain(&out, &result.out);
    if (ready[1].revents != 0) drain(&err, &result.err);
    if (ready[2].revents != 0) feed(&in, input, &written);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

GitFixture::GitFixture() {
  std::string name = (fs::temp_directory_path() / "dragnet-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) std::abort();
  root_ = fs::canonical(name).string();
  // A file, not GIT_CONFIG_COUNT: git drops that when it starts the other side of a clone.
  write_bytes(path(".gitconfig"),
              "[safe]\n\tdirectory = *\n[protocol \"file\"]\n\tallow = always\n"
              "[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
              "[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n"
              "[core]\n\tautocrlf = false\n\tfsync = none\n[advice]\n\tdetachedHead = false\n");
}

GitFixture::~GitFixture() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

std::vector<std::string> GitFixture::environment() const {
  const char* path_variable = std::getenv("PATH");
  const std::string date = std::to_string(clock) + " +0000";
  std::vector<std::string> env = {
      std::string("PATH=") + (path_variable != nullptr ? path_variable : "/usr/bin:/bin"),
      "HOME=" + root_,
      "GIT_CONFIG_GLOBAL=" + path(".gitconfig"),
      "GIT_CONFIG_NOSYSTEM=1",
      "GIT_TERMINAL_PROMPT=0",
      "GIT_AUTHOR_NAME=Ann Author",
      "GIT_AUTHOR_EMAIL=ann@example.org",
      "GIT_AUTHOR_DATE=" + date,
      "GIT_COMMITTER_NAME=Cem Committer",
      "GIT_COMMITTER_EMAIL=cem@example.org",
      "GIT_COMMITTER_DATE=" + date,
      "LC_ALL=C",
      "TZ=UTC",
  };
  env.insert(env.end(), extra_env_.begin(), extra_env_.end());
  return env;
}

std::string GitFixture::init(const std::string& name, const std::vector<std::string>& flags) {
  std::vector<std::string> args = {"init", "--quiet"};
  args.insert(args.end(), flags.begin(), flags.end());
  args.push_back(path(name));
  git(root_, args);
  return path(name);
}

CommandResult GitFixture::try_git(const std::string& repo, const std::vector<std::string>& args,
                                  const std::string& input) {
  std::vector<std::string> argv = {"git"};
  argv.insert(argv.end(), args.begin(), args.end());
  return run_command(argv, repo, input, environment());
}

std::string GitFixture::git(const std::string& repo, const std::vector<std::string>& args,
                            const std::string& input) {
  CommandResult result = try_git(repo, args, input);
  if (result.status != 0) {
    std::string command = "git";
    for (const std::string& arg : args) command += " " + arg;
    ADD_FAILURE() << command << " in " << repo << ": status " << result.status << ": "
                  << result.err;
  }
  if (!result.out.empty() && result.out.back() == '\n') result.out.pop_back();
  return result.out;
}

std::vector<std::string> GitFixture::lines(const std::string& repo,
                                           const std::vector<std::string>& args,
                                           const std::string& input) {
  const std::string text = git(repo, args, input);
  std::vector<std::string> result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    result.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return result;
}

void GitFixture::write(const std::string& repo, const std::string& file, const std::string& bytes) {
  const fs::path target = fs::path(repo) / file;
  fs::create_directories(target.parent_path());
  write_bytes(target.string(), bytes);
}

std::string GitFixture::commit(const std::string& repo, const std::string& message) {
  git(repo, {"add", "--all"});
  git(repo, {"commit", "--quiet", "--allow-empty", "--message", message});
  clock += 60;
  return git(repo, {"rev-parse", "HEAD"});
}

std::string GitFixture::commit_file(const std::string& repo, const std::string& file,
                                    const std::string& bytes, const std::string& message) {
  write(repo, file, bytes);
  return commit(repo, message);
}

std::string GitFixture::object(const std::string& repo, const std::string& type,
                               const std::string& bytes) {
  return git(repo, {"hash-object", "-w", "-t", type, "--literally", "--stdin"}, bytes);
}

std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) ADD_FAILURE() << "cannot read " << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::error_code ignored;
  fs::remove(path,
             ignored);  // objects are read-only, and may be hard links into another repository
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  if (!file.flush()) ADD_FAILURE() << "cannot write " << path;
}

std::vector<std::string> files_with(const std::string& folder, const std::string& ending) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().string().ends_with(ending)) found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace dragnet::test_support
