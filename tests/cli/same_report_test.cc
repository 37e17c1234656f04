// The same bytes for any number of threads and on every run. ThreadSanitizer runs these too.
#include <gtest/gtest.h>

#include <random>

#include "cli/program.h"

namespace dragnet::test_support {
namespace {

// A history with everything in it that workers could do in another order: many files, secrets in
// several places, merges, messages, tags, notes, names, files of the working tree.
std::string build(GitFixture* git) {
  const std::string repo = git->init("repo");
  std::mt19937 random(7);
  const auto secret = [&] { return token(800 + random() % 40); };
  for (int i = 0; i < 40; ++i) {
    if (i % 10 == 3) git->git(repo, {"checkout", "-q", "-B", "side" + std::to_string(i % 20)});
    if (i % 10 == 8) git->git(repo, {"checkout", "-q", "main"});
    for (int file = 0; file < 6; ++file) {
      const std::string path =
          "d" + std::to_string(random() % 4) + "/f" + std::to_string(random() % 12);
      std::string text;
      for (unsigned line = 0; line < random() % 400; ++line) text += "some line of text\n";
      if (random() % 3 == 0) text += "key " + secret() + "\n";
      git->write(repo, path, text);
    }
    git->commit(repo, i % 7 == 0 ? "about " + secret() : "change");
    if (i % 10 == 9) git->try_git(repo, {"merge", "-q", "-s", "ours", "side3"});
    if (i % 9 == 0) git->git(repo, {"tag", "-a", "-m", "tag " + secret(), "t" + std::to_string(i)});
    if (i % 11 == 0) git->git(repo, {"notes", "add", "-f", "-m", "note " + secret()});
  }
  git->write(repo, "named-" + secret() + ".txt", "nothing\n");
  git->commit(repo, "name");
  git->git(repo, {"checkout", "-q", "main"});
  for (int i = 0; i < 20; ++i) {
    git->write(repo, "untracked/u" + std::to_string(i), "key " + secret() + "\n");
  }
  git->object(repo, "blob", "key " + secret() + "\n");
  git->write(git->root(), "plain.txt", "key " + secret() + "\n");
  return repo;
}

class SameReport : public testing::TestWithParam<const char*> {};

TEST_P(SameReport, ForAnyNumberOfThreadsAndAnyRun) {
  GitFixture git;
  const std::string repo = build(&git);
  for (const bool packed : {false, true}) {
    SCOPED_TRACE(packed ? "packed" : "loose");
    if (packed) git.git(repo, {"repack", "-adq"});
    const auto run = [&](const char* threads) {
      return dragnet({"scan", repo, git.path("plain.txt"), "--format", GetParam(), "--threads",
                      threads, "--explain"});
    };
    const CommandResult one = run("1");
    EXPECT_EQ(one.status, 1) << one.err;
    EXPECT_GT(one.out.size(), 1000U);
    for (const char* threads : {"1", "2", "4", "4"}) {
      const CommandResult other = run(threads);
      EXPECT_EQ(other.status, one.status);
      EXPECT_EQ(other.err, one.err);
      EXPECT_TRUE(other.out == one.out) << threads << " threads";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, SameReport, testing::Values("json", "jsonl", "sarif", "text"),
                         [](const auto& format) { return std::string(format.param); });

TEST(SameReports, WithLittleMemory) {
  GitFixture git;
  const std::string repo = build(&git);
  const CommandResult all = dragnet({"scan", repo, "--format", "json", "--threads", "1"});
  for (const char* threads : {"1", "4"}) {
    const CommandResult little =
        dragnet({"scan", repo, "--format", "json", "--threads", threads, "--memory", "128M"});
    EXPECT_EQ(little.status, 1);
    EXPECT_TRUE(little.out == all.out) << threads << " threads";
  }
}

// Incomplete runs too: what is missing is listed in the same order.
TEST(SameReports, OfADamagedRepository) {
  GitFixture git;
  const std::string repo = build(&git);
  const auto blobs = git.lines(repo, {"cat-file", "--batch-all-objects", "--batch-check"});
  for (std::size_t i = 0; i < blobs.size(); i += 7) {
    const std::string id = blobs[i].substr(0, 40);
    write_bytes(repo + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2), "damaged");
  }
  const CommandResult one = dragnet({"scan", repo, "--format", "json", "--threads", "1"});
  EXPECT_EQ(one.status, 4) << one.err;
  for (const char* threads : {"1", "2", "4"}) {
    const CommandResult other = dragnet({"scan", repo, "--format", "json", "--threads", threads});
    EXPECT_EQ(other.status, 4);
    EXPECT_TRUE(other.out == one.out) << threads << " threads";
  }
}

}  // namespace
}  // namespace dragnet::test_support
