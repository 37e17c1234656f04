// Exit codes, flags, environment, configuration file, outputs, pipes and signals.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "cli/program.h"

namespace dragnet::test_support {
namespace {

namespace fs = std::filesystem;

bool is_one_line(const std::string& text) {
  return !text.empty() && std::count(text.begin(), text.end(), '\n') == 1 && text.back() == '\n';
}

class Flags : public testing::Test {
 protected:
  Flags() { git_.commit_file(repo_, "a.txt", "key " + secret_ + "\n"); }

  int status_of(std::vector<std::string> args, const RunOptions& options = {}) {
    args.insert(args.begin(), {"scan", repo_});
    return dragnet(args, options).status;
  }

  // Expects exit 2, nothing on standard output and one line that has `part`.
  void expect_usage(const std::vector<std::string>& args, const std::string& part,
                    const RunOptions& options = {}) {
    const CommandResult result = dragnet(args, options);
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(is_one_line(result.err)) << result.err;
    EXPECT_NE(result.err.find(part), std::string::npos) << result.err;
  }

  GitFixture git_;
  std::string repo_ = git_.init("repo");
  std::string secret_ = token(501);
};

TEST_F(Flags, FailOn) {
  const Audit audit = scan({repo_});
  ASSERT_EQ(audit.report["findings"].size(), 1U);
  const int score = audit.report["findings"][0]["score"];
  ASSERT_GE(score, 90);
  ASSERT_LE(score, 100);
  for (const char* level : {"low", "medium", "high", "critical", "0", "90"}) {
    EXPECT_EQ(status_of({"--fail-on", level}), 1) << level;
  }
  EXPECT_EQ(status_of({"--fail-on", std::to_string(score)}), 1);
  if (score < 100) {
    EXPECT_EQ(status_of({"--fail-on", std::to_string(score + 1)}), 0);
  }
  EXPECT_EQ(status_of({"--fail-on", "never"}), 0);
  for (const char* level : {"severe", "101", "-1", "", "5x"}) {
    EXPECT_EQ(status_of({std::string("--fail-on=") + level}), 2) << level;
  }
}

TEST_F(Flags, CleanIsZero) {
  const CommandResult result = dragnet({"scan", "-"}, with_input("nothing here\n"));
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.out.find("clean"), std::string::npos);
  EXPECT_EQ(result.err, "");
}

TEST_F(Flags, MinScoreAndAll) {
  EXPECT_EQ(scan({repo_, "--min-score", "100"}).report["findings"].size(),
            scan({repo_}).report["findings"][0]["score"] == 100 ? 1U : 0U);
  // What is not shown still decides.
  EXPECT_EQ(status_of({"--min-score", "100"}), 1);
  EXPECT_EQ(dragnet({"scan", repo_, "--min-score", "101"}).status, 2);
  // A key that only its neighbours make likely: low on a test path, so the text report hides it.
  git_.write(git_.root(), "dir/tests/a.txt", "key " + secret_ + "\n");
  const Json finding = scan({git_.path("dir")}).report["findings"][0];
  const bool low = finding["score"].get<int>() < 50;
  const CommandResult brief = dragnet({"scan", git_.path("dir")});
  const CommandResult all = dragnet({"scan", git_.path("dir"), "--all"});
  EXPECT_EQ(brief.out.find("github-pat-classic") == std::string::npos, low);
  EXPECT_NE(all.out.find("github-pat-classic"), std::string::npos);
}

TEST_F(Flags, OutputIsWholeAndPrivate) {
  const std::string file = git_.path("reports/new/r.json");
  const CommandResult result = dragnet({"scan", repo_, "--format", "json", "--output", file});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(parse_json(read_bytes(file), "report").ok());
  EXPECT_EQ(read_bytes(file), dragnet({"scan", repo_, "--format", "json"}).out);
  struct stat info {};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(git_.path("reports/new")), {}), 1);
}

TEST_F(Flags, OutputThatCannotBeWritten) {
  git_.write(git_.root(), "file", "x");
  expect_usage({"scan", repo_, "--output", git_.path("file/r.json")}, "r.json");
  expect_usage({"scan", repo_, "--output", git_.root()}, git_.root());
  EXPECT_EQ(read_bytes(git_.path("file")), "x");
}

TEST_F(Flags, OutputStaysAsItWasWhenTheScanFails) {
  git_.write(git_.root(), "r.json", "earlier");
  EXPECT_EQ(dragnet({"scan", repo_, "--range", "nowhere", "--output", git_.path("r.json")}).status,
            2);
  EXPECT_EQ(read_bytes(git_.path("r.json")), "earlier");
}

TEST_F(Flags, WrongUse) {
  expect_usage({"scan", repo_, "--format", "yaml"}, "yaml");
  expect_usage({"scan", repo_, "--colour"}, "--colour");
  expect_usage({"scan"}, "TARGET");
  expect_usage({}, "subcommand");
  expect_usage({"audit", repo_}, "audit");
  expect_usage({"scan", repo_, "--threads", "many"}, "--threads");
  expect_usage({"scan", repo_, "--threads", "-1"}, "--threads");
  expect_usage({"scan", repo_, "--memory", "lots"}, "--memory");
  expect_usage({"scan", repo_, "--only", "no-such-rule"}, "no-such-rule");
  expect_usage({"scan", repo_, "--reader", "psychic"}, "psychic");
  expect_usage({"scan", repo_, "--as-of", "soon"}, "soon");
  expect_usage({"scan", repo_, "--identity-key", git_.path("none")}, "identity key");
  expect_usage({"scan", repo_, "--rules", git_.path("none.toml")}, "none.toml");
}

TEST_F(Flags, HelpAndVersion) {
  const CommandResult help = dragnet({"scan", "--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_NE(help.out.find("--fail-on"), std::string::npos);
  const CommandResult version = dragnet({"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_EQ(version.out.rfind("dragnet ", 0), 0U);
}

TEST_F(Flags, OnlyAndExcept) {
  EXPECT_EQ(status_of({"--only", "github-pat-classic"}), 1);
  EXPECT_EQ(status_of({"--only", "slack-webhook-url"}), 0);
}

TEST_F(Flags, Environment) {
  EXPECT_EQ(status_of({}, with_env({"DRAGNET_FAIL_ON=never"})), 0);
  EXPECT_EQ(status_of({"--fail-on", "low"}, with_env({"DRAGNET_FAIL_ON=never"})), 1);
  EXPECT_EQ(status_of({}, with_env({"DRAGNET_FAIL_ON=sometimes"})), 2);
  const CommandResult json = dragnet({"scan", repo_}, with_env({"DRAGNET_FORMAT=json"}));
  EXPECT_TRUE(parse_json(json.out, "report").ok());
  const CommandResult shown = dragnet({"scan", repo_}, with_env({"DRAGNET_SHOW_SECRETS=1"}));
  EXPECT_NE(shown.out.find(secret_), std::string::npos);
}

TEST_F(Flags, ConfigurationFile) {
  const std::string file = git_.path("dragnet.toml");
  write_bytes(file, "fail-on = \"never\"\nformat = \"json\"\n");
  const CommandResult flat = dragnet({"scan", repo_, "--config", file});
  EXPECT_EQ(flat.status, 0) << flat.err;
  EXPECT_TRUE(parse_json(flat.out, "report").ok());
  write_bytes(file, "[scan]\nfail-on = \"never\"\n");
  EXPECT_EQ(dragnet({"scan", repo_, "--config", file}).status, 0);
  EXPECT_EQ(dragnet({"--config", file, "scan", repo_}).status, 0);
  EXPECT_EQ(status_of({}, with_env({"DRAGNET_CONFIG=" + file})), 0);
  EXPECT_EQ(status_of({"--config", file, "--fail-on", "low"}), 1);
  // What a flag says counts first, then the file, then the environment.
  EXPECT_EQ(status_of({"--config", file}, with_env({"DRAGNET_FAIL_ON=low"})), 0);
  EXPECT_EQ(status_of({}, with_env({"DRAGNET_CONFIG=" + git_.path("absent.toml")})), 2);
}

TEST_F(Flags, ConfigurationFileThatIsOff) {
  const std::string file = git_.path("dragnet.toml");
  write_bytes(file, "fail-onn = \"never\"\n");
  expect_usage({"scan", repo_, "--config", file}, "fail-onn");
  write_bytes(file, "[scan]\nshoutt = true\n");
  expect_usage({"scan", repo_, "--config", file}, "shoutt");
  write_bytes(file, "fail-on = \"sometimes\"\n");
  expect_usage({"scan", repo_, "--config", file}, "sometimes");
  expect_usage({"scan", repo_, "--config", git_.path("absent.toml")}, "absent.toml");
}

// Configuration that arrives with what is scanned is not read.
TEST_F(Flags, RepositoryCannotConfigureItsScan) {
  for (const char* name : {"dragnet.toml", ".dragnet.toml", "config.toml", "dragnet.conf"}) {
    git_.write(repo_, name, "fail-on = \"never\"\nshow-secrets = true\n");
  }
  EXPECT_EQ(status_of({}, in_folder(repo_)), 1);
}

TEST_F(Flags, StatsOnlyWhenAsked) {
  EXPECT_FALSE(scan({repo_}).summary().contains("seconds"));
  const CommandResult result = dragnet({"scan", repo_, "--stats", "--format", "json"});
  const auto report = parse_json(result.out, "report");
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report.value()["summary"].contains("seconds"));
  EXPECT_TRUE(report.value()["summary"]["bytes"].contains("scanned"));
}

TEST_F(Flags, ExplainNamesFactors) {
  const CommandResult result = dragnet({"scan", repo_, "--explain", "--format", "json"});
  const auto report = parse_json(result.out, "report");
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report.value()["findings"][0]["explain"].empty());
}

TEST_F(Flags, CoverageListsEveryObject) {
  const std::string file = git_.path("coverage.jsonl");
  EXPECT_EQ(status_of({"--coverage", file}), 1);
  std::vector<std::string> listed;
  const std::string text = read_bytes(file);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const auto line = parse_json(text.substr(at, end - at), "coverage");
    ASSERT_TRUE(line.ok());
    if (line->contains("object")) {
      listed.push_back(line.value()["object"]);
      EXPECT_EQ(line.value()["outcome"], "scanned");
    }
    at = end + 1;
  }
  EXPECT_EQ(listed,
            git_.lines(repo_, {"cat-file", "--batch-all-objects", "--batch-check=%(objectname)"}));
}

TEST_F(Flags, CoverageDoesNotLeak) {
  git_.write(git_.root(), "dir/" + token(503) + ".txt", "nothing\n");
  const std::string file = git_.path("coverage.jsonl");
  EXPECT_EQ(dragnet({"scan", git_.path("dir"), "--coverage", file}).status, 0);
  EXPECT_EQ(read_bytes(file).find(token(503)), std::string::npos);
  EXPECT_NE(read_bytes(file).find("ghp_****"), std::string::npos);
}

TEST_F(Flags, IdentityKeyChangesIdentitiesOnly) {
  git_.write(git_.root(), "key", std::string(32, 'k') + "\n");
  chmod(git_.path("key").c_str(), 0600);
  const Audit keyed = scan({repo_, "--identity-key", git_.path("key")});
  const Audit open = scan({repo_});
  EXPECT_NE(keyed.summary()["identity_key"], open.summary()["identity_key"]);
  EXPECT_NE(keyed.report["findings"][0]["id"], open.report["findings"][0]["id"]);
  EXPECT_EQ(keyed.report["findings"][0]["occurrences"], open.report["findings"][0]["occurrences"]);
}

TEST_F(Flags, QuietAndVerboseTalkOnStandardError) {
  EXPECT_EQ(dragnet({"scan", repo_, "--quiet"}).err, "");
  EXPECT_EQ(dragnet({"scan", repo_}).err, "");
  const CommandResult verbose = dragnet({"scan", repo_, "--verbose"});
  EXPECT_NE(verbose.err.find("rules"), std::string::npos);
  EXPECT_EQ(verbose.out, dragnet({"scan", repo_}).out);
  EXPECT_EQ(verbose.out.find('\x1b'), std::string::npos);  // no colour on a pipe
}

// Who closes the pipe early does not make an audit fail, or pass.
TEST_F(Flags, BrokenPipe) {
  std::string text;
  for (std::uint64_t i = 0; i < 300; ++i) text += "key " + token(10000 + i) + "\n";
  git_.commit_file(repo_, "many.txt", text);
  for (const char* format : {"text", "json", "jsonl", "sarif"}) {
    const RunOptions options =
        with_wrapper({"bash", "-c", "\"$0\" \"$@\" | head -c 1 >/dev/null; exit ${PIPESTATUS[0]}"});
    const CommandResult result = dragnet({"scan", repo_, "--format", format}, options);
    EXPECT_EQ(result.status, 1) << format;
    EXPECT_EQ(result.err, "") << format;
  }
}

TEST_F(Flags, FullDiskIsNoSuccess) {
  if (access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full";
  const RunOptions options = with_wrapper({"bash", "-c", "\"$0\" \"$@\" > /dev/full"});
  const CommandResult result = dragnet({"scan", repo_, "--format", "json"}, options);
  EXPECT_EQ(result.status, 3);
  EXPECT_TRUE(is_one_line(result.err)) << result.err;
}

// A program that reads a pipe which stays open, as when a person forgot what `-` means.
class Interrupted : public testing::TestWithParam<int> {};

TEST_P(Interrupted, EndsWithoutAReport) {
  dragnet({"scan", "-", "--quiet"}, with_input("warm\n"));
  int in[2];
  int out[2];
  ASSERT_EQ(pipe2(in, O_CLOEXEC), 0);
  ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
  const auto argv = dragnet_argv({"scan", "-", "--format", "json"});
  const auto env = dragnet_environment();
  const pid_t child = fork();
  if (child == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    std::vector<char*> arguments;
    for (const std::string& word : argv) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    std::vector<char*> variables;
    for (const std::string& word : env) variables.push_back(const_cast<char*>(word.c_str()));
    variables.push_back(nullptr);
    execve(arguments[0], arguments.data(), variables.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  // More than a pipe holds: once it is written, the program is reading.
  const std::string text = "key " + token(502) + "\n" + std::string(1 << 20, 'x') + "\n";
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = write(in[1], text.data() + written, text.size() - written);
    ASSERT_GT(n, 0);
    written += static_cast<std::size_t>(n);
  }
  ASSERT_EQ(kill(child, GetParam()), 0);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);  // without end of its input
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  char byte = 0;
  EXPECT_EQ(read(out[0], &byte, 1), 0);  // nothing
  close(in[1]);
  close(out[0]);
}

INSTANTIATE_TEST_SUITE_P(All, Interrupted, testing::Values(SIGINT, SIGTERM));

}  // namespace
}  // namespace dragnet::test_support
