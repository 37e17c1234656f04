// What a scanned repository says of its own secrets: inline markers and `.gitleaksignore`. A
// finding that they suppress is counted, raises no exit code, and is there with --all.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "cli/program.h"

namespace dragnet::test_support {
namespace {

class Suppress : public testing::Test {
 protected:
  // The report of everything.
  Audit all(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {repo_, "--all"});
    return scan(more);
  }

  // By whom the finding of `secret` is suppressed: "inline", "file", or "".
  static std::string by(const Audit& audit, const std::string& secret) {
    for (const Json& finding : audit.report["findings"]) {
      if (finding["secret"] != secret) continue;
      return finding["suppressed"].is_null() ? "" : finding["suppressed"]["by"].get<std::string>();
    }
    ADD_FAILURE() << "no such finding in " << audit.report.dump(1);
    return "absent";
  }

  // Expects `secret`, the repository's only one, to be suppressed or not.
  void expect_only(const std::string& secret, const std::string& wanted) {
    const Audit audit = all();
    EXPECT_EQ(by(audit, secret), wanted) << audit.report.dump(1) << audit.err;
    EXPECT_EQ(audit.status, wanted.empty() ? 1 : 0);
    EXPECT_EQ(audit.summary()["suppressed"], wanted.empty() ? 0 : 1);
  }

  void ignore(const std::string& text) { git_.write(repo_, ".gitleaksignore", text); }

  GitFixture git_;
  std::string repo_ = git_.init("repo");
  std::string secret_ = token(701);
};

TEST_F(Suppress, InlineMarker) {
  git_.commit_file(repo_, "a.py", "x\nkey = \"" + secret_ + "\"  # gitleaks:allow\n");
  const Audit hidden = scan({repo_});
  EXPECT_EQ(hidden.status, 0);
  EXPECT_TRUE(hidden.report["findings"].empty());
  EXPECT_EQ(hidden.summary()["suppressed"], 1);
  EXPECT_EQ(hidden.summary()["findings"]["critical"], 0);
  EXPECT_EQ(hidden.summary()["config_applied"][0], "inline markers suppress 1 finding");
  const Audit shown = all();
  EXPECT_EQ(shown.status, 0);
  ASSERT_EQ(shown.report["findings"].size(), 1U);
  const Json& suppressed = shown.report["findings"][0]["suppressed"];
  EXPECT_EQ(suppressed["by"], "inline");
  EXPECT_EQ(suppressed["reason"], "gitleaks:allow");
  EXPECT_TRUE(suppressed["expires_at"].is_null());
  const Audit regardless = scan({repo_, "--ignore-repo-config"});
  EXPECT_EQ(regardless.status, 1);
  EXPECT_EQ(by(regardless, secret_), "");
  EXPECT_TRUE(regardless.summary()["config_applied"].empty());
}

TEST_F(Suppress, TextReportCountsThem) {
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"  # trufflehog:ignore\n");
  git_.commit_file(repo_, "b.py", "key = \"" + token(702) + "\"\n");
  ignore("b.py:github-pat:1\n");
  const CommandResult hidden = dragnet({"scan", repo_});
  EXPECT_EQ(hidden.status, 0);
  EXPECT_NE(hidden.out.find("2: 1 by .gitleaksignore, 1 by inline markers; --all shows them"),
            std::string::npos)
      << hidden.out;
  EXPECT_NE(hidden.out.find("clean: no findings that are not suppressed"), std::string::npos);
  EXPECT_NE(hidden.out.find("suppresses 1 occurrence"), std::string::npos);
  const CommandResult shown = dragnet({"scan", repo_, "--all"});
  EXPECT_NE(shown.out.find("by an inline marker: trufflehog:ignore"), std::string::npos)
      << shown.out;
  EXPECT_NE(shown.out.find("by a file: .gitleaksignore:1"), std::string::npos);
}

TEST_F(Suppress, SarifHasSuppressions) {
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"  # dragnet:allow\n");
  git_.commit_file(repo_, "b.py", "key = \"" + token(702) + "\"\n");
  ignore("b.py:github-pat:1\n");
  const CommandResult run = dragnet({"scan", repo_, "--all", "--format", "sarif"});
  const auto report = parse_json(run.out, "sarif");
  ASSERT_TRUE(report.ok());
  std::vector<std::string> kinds;
  for (const Json& result : (*report)["runs"][0]["results"]) {
    kinds.push_back(result["suppressions"][0]["kind"]);
  }
  std::sort(kinds.begin(), kinds.end());
  EXPECT_EQ(kinds, (std::vector<std::string>{"external", "inSource"}));
}

// A secret may stand in one place with a marker and in another without.
TEST_F(Suppress, EveryPlaceNeedsItsMarker) {
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"  # gitleaks:allow\n");
  git_.commit_file(repo_, "b.py", "key = \"" + secret_ + "\"\n");
  expect_only(secret_, "");
}

TEST_F(Suppress, EveryPlaceOfAFileNeedsItsMarker) {
  git_.commit_file(repo_, "a.py",
                   "key = \"" + secret_ + "\"  # gitleaks:allow\n\nkey = \"" + secret_ + "\"\n");
  expect_only(secret_, "");
  const Audit audit = all();
  const std::vector<Json>& places = audit.all(secret_);
  ASSERT_EQ(places.size(), 2U);
  EXPECT_EQ(places[0]["line"], 1);
  EXPECT_EQ(places[1]["line"], 3);
}

TEST_F(Suppress, AMarkerThatComesLaterDoesNotReachBack) {
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"\n");
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"  # gitleaks:allow\n");
  expect_only(secret_, "");
}

TEST_F(Suppress, AMarkerThatIsTakenAwayCountsNoMore) {
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"  # gitleaks:allow\n");
  expect_only(secret_, "inline");
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"\n");
  expect_only(secret_, "");
}

TEST_F(Suppress, MarkersOfEveryVersion) {
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"  # gitleaks:allow\n");
  for (int i = 0; i < 5; ++i) {
    git_.commit_file(repo_, "a.py",
                     "# " + std::to_string(i) + "\nkey = \"" + secret_ + "\"  # gitleaks:allow\n");
  }
  git_.git(repo_, {"gc", "-q"});
  expect_only(secret_, "inline");
}

TEST_F(Suppress, FingerprintOfAPath) {
  git_.commit_file(repo_, "dir/a.py", "x\nkey = \"" + secret_ + "\"\n");
  ignore("# looked at\r\n\r\n  dir/a.py:github-pat:2  \r\n");
  const Audit hidden = scan({repo_});
  EXPECT_EQ(hidden.status, 0);
  EXPECT_EQ(hidden.summary()["suppressed"], 1);
  EXPECT_EQ(hidden.summary()["config_applied"][0],
            repo_ + ": the work tree's .gitleaksignore (1 fingerprint) suppresses 1 occurrence");
  const Audit shown = all();
  EXPECT_EQ(shown.report["findings"][0]["suppressed"]["by"], "file");
  EXPECT_EQ(shown.report["findings"][0]["suppressed"]["reason"], ".gitleaksignore:3");
  EXPECT_EQ(scan({repo_, "--ignore-repo-config"}).status, 1);
}

TEST_F(Suppress, FingerprintsThatMeanSomethingElse) {
  const std::string commit = git_.commit_file(repo_, "dir/a.py", "x\nkey = \"" + secret_ + "\"\n");
  const std::string other(40, 'a');
  for (const std::string& line :
       {std::string("dir/a.py:github-pat:1"), std::string("a.py:github-pat:2"),
        std::string("dir/a.py:aws-access-token:2"), other + ":dir/a.py:github-pat:2",
        std::string("dir/a.py:2"), std::string("dir/a.py:github-pat:"), commit}) {
    ignore(line + "\n");
    SCOPED_TRACE(line);
    expect_only(secret_, "");
  }
}

TEST_F(Suppress, FingerprintsThatMeanIt) {
  const std::string commit = git_.commit_file(repo_, "dir/a.py", "x\nkey = \"" + secret_ + "\"\n");
  for (const std::string& line :
       {std::string("dir/a.py:github-pat:2"), std::string("dir/a.py:github-pat-classic:2"),
        commit + ":dir/a.py:github-pat:2", std::string("dir\\a.py:github-pat:2"),
        std::string("./dir/a.py:github-pat:2")}) {
    ignore(line + "\n");
    SCOPED_TRACE(line);
    expect_only(secret_, "file");
  }
}

// The version that a commit brought, wherever the line has gone since.
TEST_F(Suppress, FingerprintsAreOfTheCommitThatBroughtIt) {
  const std::string commit = git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"\n");
  git_.commit_file(repo_, "a.py", "\n\n\n\nkey = \"" + secret_ + "\"\n");
  ignore(commit + ":a.py:github-pat:1\n");
  expect_only(secret_, "file");
}

TEST_F(Suppress, EveryOccurrenceNeedsItsFingerprint) {
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"\n");
  git_.commit_file(repo_, "b.py", "key = \"" + secret_ + "\"\n");
  ignore("a.py:github-pat:1\n");
  expect_only(secret_, "");
  ignore("a.py:github-pat:1\nb.py:github-pat:1\n");
  expect_only(secret_, "file");
}

TEST_F(Suppress, EveryLineNeedsItsFingerprint) {
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"\n\nkey = \"" + secret_ + "\"\n");
  ignore("a.py:github-pat:1\n");
  expect_only(secret_, "");
  ignore("a.py:github-pat:3\na.py:github-pat:1\n");
  expect_only(secret_, "file");
}

TEST_F(Suppress, MarkersAndFingerprintsTogether) {
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"  # gitleaks:allow\n");
  git_.commit_file(repo_, "b.py", "key = \"" + secret_ + "\"\n");
  ignore("b.py:github-pat:1\n");
  const Audit audit = all();
  EXPECT_EQ(by(audit, secret_), "file");
  EXPECT_EQ(audit.report["findings"][0]["suppressed"]["reason"],
            "gitleaks:allow, .gitleaksignore:1");
}

TEST_F(Suppress, FileOfABareRepositoryIsThatOfItsDefaultBranch) {
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"\n");
  git_.commit_file(repo_, ".gitleaksignore", "a.py:github-pat:1\n");
  git_.git(repo_, {"branch", "other"});
  repo_ += "/.git";
  git_.git(repo_, {"config", "core.bare", "true"});
  expect_only(secret_, "file");
  EXPECT_EQ(all().summary()["config_applied"][0],
            repo_ + ": refs/heads/main's .gitleaksignore (1 fingerprint) suppresses 1 occurrence");
  git_.git(repo_, {"symbolic-ref", "HEAD", "refs/heads/other"});
  git_.git(repo_, {"update-ref", "refs/heads/other", "main~1"});
  expect_only(secret_, "");
}

TEST_F(Suppress, FilesOfAFolder) {
  git_.write(git_.root(), "plain/dir/a.py", "x\nkey = \"" + secret_ + "\"\n");
  const std::string folder = git_.path("plain");
  write_bytes(folder + "/.gitleaksignore", "dir/a.py:github-pat:2\n");
  EXPECT_EQ(dragnet({"scan", folder, "--files-only"}).status, 0);
  write_bytes(folder + "/.gitleaksignore", folder + "/dir/a.py:github-pat:2\n");
  EXPECT_EQ(dragnet({"scan", folder, "--files-only"}).status, 0);
  write_bytes(folder + "/.gitleaksignore", "plain/dir/a.py:github-pat:2\n");
  EXPECT_EQ(dragnet({"scan", "plain", "--files-only"}, in_folder(git_.root())).status, 0);
  write_bytes(folder + "/.gitleaksignore", "dir/a.py:github-pat:1\n");
  EXPECT_EQ(dragnet({"scan", folder, "--files-only"}).status, 1);
}

TEST_F(Suppress, WorkTreeFiles) {
  git_.commit_file(repo_, "x", "nothing\n");
  git_.write(repo_, "a.py", "key = \"" + secret_ + "\"\n");
  ignore("a.py:github-pat:1\n");
  expect_only(secret_, "file");
  git_.git(repo_, {"add", "-A"});
  expect_only(secret_, "file");
  EXPECT_EQ(dragnet({"scan", repo_, "--staged"}).status, 0);
}

// No file is followed out of the repository, and what is no fingerprint is said.
TEST_F(Suppress, OddFiles) {
  git_.commit_file(repo_, "a.py", "key = \"" + secret_ + "\"\n");
  write_bytes(git_.path("outside"), "a.py:github-pat:1\n");
  namespace fs = std::filesystem;
  fs::create_symlink(git_.path("outside"), repo_ + "/.gitleaksignore");
  expect_only(secret_, "");
  fs::remove(repo_ + "/.gitleaksignore");
  fs::create_directory(repo_ + "/.gitleaksignore");
  expect_only(secret_, "");
  fs::remove(repo_ + "/.gitleaksignore");
  ignore("what is this\na.py:github-pat:1\n:::\n");
  const Audit audit = all();
  EXPECT_EQ(by(audit, secret_), "file");
  EXPECT_NE(audit.err.find("line 1 and 1 other are no fingerprint"), std::string::npos)
      << audit.err;
}

// Commit messages and file names have no fingerprint, but may have a marker.
TEST_F(Suppress, CommitMessage) {
  git_.write(repo_, "a.py", "x\n");
  git_.commit(repo_, "The key " + secret_ + " is public (gitleaks:allow)");
  expect_only(secret_, "inline");
}

}  // namespace
}  // namespace dragnet::test_support
