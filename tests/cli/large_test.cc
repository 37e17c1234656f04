// Large things: a secret in them is found at its place, and memory stays within what was promised.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>

#include "cli/place.h"
#include "cli/program.h"

namespace dragnet::test_support {
namespace {

namespace fs = std::filesystem;

// Text that does not compress to nothing and holds no secret: words of letters.
std::string filler(std::size_t size, std::uint64_t seed, std::size_t line) {
  std::string out;
  out.reserve(size);
  while (out.size() < size) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    out += static_cast<char>('a' + (seed >> 33) % 26);
    if (out.size() % 7 == 0) out.back() = ' ';
    if (line != 0 && out.size() % line == 0) out.back() = '\n';
  }
  return out;
}

TEST(Large, SecretInA40MegabyteFile) {
  GitFixture git;
  const std::string repo = git.init("repo");
  const std::string middle = token(201);
  const std::string last = token(202);
  const std::string text =
      filler(17 << 20, 1, 80) + "\nkey " + middle + "\n" + filler(23 << 20, 2, 80) + "\n" + last;
  const std::string commit = git.commit_file(repo, "dump.sql", text);
  const Audit audit = scan({repo});
  EXPECT_EQ(audit.status, 1);
  EXPECT_TRUE(audit.incomplete().empty());
  expect_place(audit.only(middle), blob_place(&git, repo, commit, "dump.sql", middle));
  expect_place(audit.only(last), blob_place(&git, repo, commit, "dump.sql", last));
}

TEST(Large, SecretAtTheEndOfA5MegabyteLine) {
  GitFixture git;
  const std::string repo = git.init("repo");
  const std::string secret = token(203);
  const std::string text = "var a\n" + filler(5 << 20, 3, 0) + " \"" + secret + "\"\n";
  const std::string commit = git.commit_file(repo, "app.min.js", text);
  const Audit audit = scan({repo});
  expect_place(audit.only(secret), blob_place(&git, repo, commit, "app.min.js", secret));
  const CommandResult report = dragnet({"scan", repo});  // for people: the line is cut
  EXPECT_EQ(report.status, 1);
  EXPECT_LT(report.out.size(), 10000U);
}

TEST(Large, MemoryStaysUnderWhatWasPromised) {
  GitFixture git;
  const std::string repo = git.init("repo");
  std::vector<std::string> blobs;
  for (std::uint64_t i = 0; i < 6; ++i) {
    git.write(repo, "big" + std::to_string(i),
              filler(20 << 20, 10 + i, 120) + "\nkey " + token(210 + i));
  }
  git.commit(repo, "large");
  std::string version = filler(20 << 20, 99, 120);
  for (int i = 0; i < 4; ++i) {  // a chain of deltas of large blobs
    version.insert(version.size() / 2, "edit " + std::to_string(i) + "\n");
    git.commit_file(repo, "versions", version);
  }
  git.git(repo, {"repack", "-adfq", "--window-memory=200m"});
  std::vector<std::string> reports;
  for (const char* threads : {"1", "2", "4"}) {
    const Audit audit = scan({repo, "--memory", "128M", "--stats", "--threads", threads});
    EXPECT_LE(audit.summary()["peak_memory"], 128 << 20) << threads << " threads";
    EXPECT_GT(audit.summary()["peak_memory"], 1 << 20);
    const auto incomplete = audit.incomplete();
    for (std::uint64_t i = 0; i < 6; ++i) {
      const std::string blob = git.git(repo, {"rev-parse", "HEAD:big" + std::to_string(i)});
      const bool listed = std::any_of(incomplete.begin(), incomplete.end(),
                                      [&](const std::string& s) { return s.starts_with(blob); });
      EXPECT_NE(audit.has(token(210 + i)), listed) << "found, or listed as too large";
    }
    EXPECT_EQ(audit.status, incomplete.empty() ? 1 : audit.occurrences.empty() ? 3 : 4);
    reports.push_back(audit.report["findings"].dump() + Json(incomplete).dump());
    EXPECT_EQ(reports.back(), reports.front()) << threads << " threads";
  }
}

// Objects larger than all of the memory promised: loose, packed whole, and as deltas.
TEST(Large, ObjectsBeyondMemory) {
  GitFixture git;
  const std::string repo = git.init("repo");
  for (const char* setting : {"core.compression", "pack.compression"}) {
    git.git(repo, {"config", setting, "0"});
  }
  std::string text = filler(120 << 20, 7, 100);
  text += "\nkey " + token(231);
  git.commit_file(repo, "dump", text);
  text.replace(60 << 20, 60, "key " + token(232) + "\n");
  git.commit_file(repo, "dump", text);
  const auto expect_same = [&](const std::string& how) {
    const Audit wide = scan({repo, "--memory", "4G"});
    const Audit narrow = scan({repo, "--memory", "104M", "--stats", "--threads", "2"});
    EXPECT_LE(narrow.summary()["peak_memory"], 104 << 20) << how;
    EXPECT_TRUE(narrow.incomplete().empty()) << how;
    EXPECT_TRUE(narrow.has(token(231)) && narrow.has(token(232))) << how;
    EXPECT_EQ(narrow.report["findings"], wide.report["findings"]) << how;
  };
  fs::remove(repo + "/dump");
  git.git(repo, {"update-index", "--assume-unchanged", "dump"});
  expect_same("loose");
  git.git(repo, {"-c", "core.bigFileThreshold=1m", "repack", "-adfq"});
  expect_same("packed whole");
  git.git(repo, {"-c", "core.bigFileThreshold=1g", "repack", "-adfq"});
  expect_same("packed as deltas");
  const Audit ranged = scan({repo, "--range", "HEAD~1..HEAD", "--memory", "104M", "--stats"});
  EXPECT_LE(ranged.summary()["peak_memory"], 104 << 20);
  for (const std::string& item : ranged.incomplete()) ADD_FAILURE() << item;
  EXPECT_TRUE(ranged.has(token(232)));
}

TEST(Large, MemoryThatCannotDoIsAnError) {
  const CommandResult result = dragnet({"scan", "-", "--memory", "8M"});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_NE(result.err.find("--memory"), std::string::npos);
}

// Larger than memory, as a file that was named, in a folder, in a work tree, on standard input from
// a file and from a pipe: found where the same bytes in a blob have it.
TEST(Large, PlainFilesBeyondMemory) {
  GitFixture git;
  const std::string repo = git.init("repo");
  const std::vector<std::string> secrets = {token(220), token(221), token(222)};
  std::string text = secrets[0] + "\n" + filler(100 << 20, 5, 80) + "\nkey " + secrets[1];
  text.replace((50 << 20) - 20, secrets[2].size() + 2, "\n" + secrets[2] + "\n");  // over an edge
  git.commit_file(repo, "huge", text);
  const Audit reference = scan({repo, "--memory", "4G"});
  git.write(git.root(), "dir/huge", text);
  git.write(git.init("other"), "huge", text);  // not committed
  fs::create_symlink(git.path("dir/huge"), git.path("link"));
  const auto expect_same = [&](const Audit& audit, const std::string& how) {
    EXPECT_EQ(audit.status, 1) << how;
    EXPECT_TRUE(audit.incomplete().empty()) << how;
    EXPECT_LE(audit.summary()["peak_memory"], 96 << 20) << how;
    EXPECT_EQ(audit.occurrences.size(), secrets.size()) << how;
    for (const std::string& secret : secrets) {
      const Json wanted = reference.only(secret);
      const Json found = audit.only(secret);
      for (const char* key : {"line", "column", "end_line", "end_column", "start", "end"}) {
        EXPECT_EQ(found[key], wanted[key]) << how << " " << key;
      }
    }
  };
  const std::vector<std::string> options = {"--memory", "96M", "--stats", "--threads", "2"};
  for (const char* target : {"dir", "dir/huge", "link", "other"}) {
    std::vector<std::string> args = {git.path(target)};
    args.insert(args.end(), options.begin(), options.end());
    expect_same(scan(args), target);
  }
  std::vector<std::string> args = {"-"};
  args.insert(args.end(), options.begin(), options.end());
  expect_same(scan(args, with_input(text)), "pipe");
  const std::string from_file = "exec \"$@\" < '" + git.path("dir/huge") + "'";
  expect_same(scan(args, with_wrapper({"sh", "-c", from_file, "sh"})), "file on standard input");
}

TEST(Large, FileWithoutRoomIsListed) {
  GitFixture git;
  git.write(git.root(), "dir/huge.txt", filler(100 << 20, 5, 80) + "\nkey " + token(223));
  git.write(git.root(), "dir/small.txt", "key " + token(224) + "\n");
  // No file above 20 MB may be written.
  const Audit audit =
      scan({git.path("dir"), "--memory", "96M"}, with_wrapper({"prlimit", "--fsize=20000000"}));
  EXPECT_EQ(audit.status, 4);
  EXPECT_TRUE(audit.has(token(224)));
  ASSERT_EQ(audit.incomplete().size(), 1U);
  const std::string item = audit.incomplete()[0];
  EXPECT_NE(item.find("huge.txt"), std::string::npos) << item;
  EXPECT_NE(item.find("too large for --memory and for a temporary file"), std::string::npos)
      << item;
  EXPECT_EQ(item.find('\n'), std::string::npos) << item;
}

}  // namespace
}  // namespace dragnet::test_support
