// Every kind of repository and target: what is in it is found, what is not there is said.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "cli/place.h"
#include "cli/program.h"

namespace dragnet::test_support {
namespace {

namespace fs = std::filesystem;

bool any_contains(const std::vector<std::string>& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

class RepositoryKinds : public testing::Test {
 protected:
  RepositoryKinds() {
    git_.commit_file(repo_, "a.txt", "base\n");
    first_ = git_.commit_file(repo_, "old.txt", "key " + secret_ + "\n");
    git_.git(repo_, {"rm", "-q", "old.txt"});
    removed_ = git_.commit(repo_, "remove");
    git_.commit_file(repo_, "sub/b.txt", "more\n");
  }

  // The secret of the fixture's history, as git tells it in `repo`.
  void expect_old_secret(const Audit& audit, const std::string& repo) {
    Place place = blob_place(&git_, repo, first_, "old.txt", secret_);
    place.removed_in = removed_;
    expect_place(audit.only(secret_), place);
  }

  GitFixture git_;
  std::string repo_ = git_.init("repo");
  std::string secret_ = token(301);
  std::string first_, removed_;
};

TEST_F(RepositoryKinds, Working) {
  const Audit audit = scan({repo_});
  EXPECT_EQ(audit.status, 1);
  expect_old_secret(audit, repo_);
  EXPECT_EQ(audit.summary()["objects"]["commits"], 4);
  const auto all = git_.lines(repo_, {"cat-file", "--batch-all-objects", "--batch-check"});
  const Json& objects = audit.summary()["objects"];
  EXPECT_EQ(objects["blobs"].get<std::size_t>() + objects["commits"].get<std::size_t>() +
                objects["trees"].get<std::size_t>() + objects["tags"].get<std::size_t>(),
            all.size());
}

TEST_F(RepositoryKinds, GitDirectory) {
  const Audit audit = scan({repo_ + "/.git"});
  EXPECT_EQ(audit.status, 1);
  expect_old_secret(audit, repo_);
}

TEST_F(RepositoryKinds, Bare) {
  git_.git(git_.root(), {"clone", "-q", "--bare", repo_, "bare.git"});
  const Audit audit = scan({git_.path("bare.git")});
  EXPECT_EQ(audit.status, 1);
  expect_old_secret(audit, git_.path("bare.git"));
  EXPECT_EQ(audit.report["findings"][0]["published"], true);
}

TEST_F(RepositoryKinds, MirrorWithHiddenRefs) {
  git_.git(repo_, {"checkout", "-q", "--detach"});
  const std::string hidden = token(302);
  const std::string commit = git_.commit_file(repo_, "pr.txt", "key " + hidden + "\n");
  git_.git(repo_, {"update-ref", "refs/pull/7/head", commit});
  git_.git(repo_, {"checkout", "-q", "main"});
  git_.git(git_.root(), {"clone", "-q", "--mirror", repo_, "mirror.git"});
  const Audit audit = scan({git_.path("mirror.git")});
  expect_old_secret(audit, git_.path("mirror.git"));
  const Place place = blob_place(&git_, git_.path("mirror.git"), commit, "pr.txt", hidden);
  EXPECT_EQ(place.refs, std::vector<std::string>{"refs/pull/7/head"});
  expect_place(audit.only(hidden), place);
}

// As some fetchers leave it: no file `config`, so no `core.bare`. Git takes it for bare.
TEST_F(RepositoryKinds, BareWithoutConfiguration) {
  git_.git(git_.root(), {"clone", "-q", "--bare", repo_, "folder/fetched.git"});
  fs::remove(git_.path("folder/fetched.git/config"));
  const std::string beside = token(303);
  git_.write(git_.path("folder"), "beside.txt", "not of this repository: " + beside + "\n");
  ASSERT_EQ(git_.git(git_.path("folder/fetched.git"), {"rev-parse", "--is-bare-repository"}),
            "true");
  const Audit audit = scan({git_.path("folder/fetched.git")});
  EXPECT_EQ(audit.status, 1);
  EXPECT_TRUE(audit.has(secret_));
  EXPECT_FALSE(audit.has(beside));
}

TEST_F(RepositoryKinds, LinkedWorktree) {
  git_.git(repo_, {"worktree", "add", "-q", "-b", "side", git_.path("linked")});
  const std::string modified = token(304);
  const std::string elsewhere = token(305);
  git_.write(git_.path("linked"), "a.txt", "key " + modified + "\n");
  git_.write(repo_, "untracked.txt", "key " + elsewhere + "\n");
  const Audit audit = scan({git_.path("linked")});
  EXPECT_EQ(audit.status, 1);
  EXPECT_TRUE(audit.has(secret_));
  EXPECT_EQ(audit.only(modified)["path"], "a.txt");
  EXPECT_EQ(audit.only(modified)["object_type"], "file");
  EXPECT_FALSE(audit.has(elsewhere));  // another worktree's files
}

TEST_F(RepositoryKinds, Alternates) {
  git_.git(git_.root(), {"clone", "-q", "--shared", repo_, "borrower"});
  ASSERT_TRUE(fs::exists(git_.path("borrower/.git/objects/info/alternates")));
  const Audit audit = scan({git_.path("borrower")});
  EXPECT_EQ(audit.status, 1);
  EXPECT_TRUE(audit.incomplete().empty());
  expect_old_secret(audit, git_.path("borrower"));
  EXPECT_EQ(audit.only(secret_)["repository"], repo_);  // the remote's URL
}

TEST_F(RepositoryKinds, AlternatesThatAreGone) {
  git_.git(git_.root(), {"clone", "-q", "--shared", repo_, "borrower"});
  fs::rename(repo_, git_.path("moved"));
  const CommandResult result = dragnet({"scan", git_.path("borrower")});
  EXPECT_TRUE(result.status == 2 || result.status == 3) << result.status;
  EXPECT_NE(result.out + result.err, "");
}

TEST_F(RepositoryKinds, ShallowIsIncomplete) {
  const std::string late = token(306);
  git_.commit_file(repo_, "late.txt", "key " + late + "\n");
  git_.git(git_.root(), {"clone", "-q", "--depth=2", "file://" + repo_, "shallow"});
  const Audit audit = scan({git_.path("shallow")});
  EXPECT_EQ(audit.status, 4);
  EXPECT_FALSE(audit.has(secret_));
  expect_place(audit.only(late),
               blob_place(&git_, git_.path("shallow"),
                          git_.git(git_.path("shallow"), {"rev-parse", "HEAD"}), "late.txt", late));
  ASSERT_EQ(audit.incomplete().size(), 1U);
  EXPECT_TRUE(any_contains(audit.incomplete(), "shallow"));
}

TEST_F(RepositoryKinds, ShallowWithoutFindingsIsThree) {
  git_.git(git_.root(), {"clone", "-q", "--depth=1", "file://" + repo_, "shallow"});
  const Audit audit = scan({git_.path("shallow")});
  EXPECT_EQ(audit.status, 3);
  EXPECT_TRUE(any_contains(audit.incomplete(), "shallow"));
}

TEST_F(RepositoryKinds, PartialListsWhatWasPromised) {
  git_.git(git_.root(),
           {"clone", "-q", "--filter=blob:none", "--no-checkout", "file://" + repo_, "partial"});
  const std::string missing = git_.git(repo_, {"rev-parse", first_ + ":old.txt"});
  const Audit audit = scan({git_.path("partial")});
  EXPECT_EQ(audit.status, 3);
  EXPECT_FALSE(audit.has(secret_));
  EXPECT_TRUE(any_contains(audit.incomplete(), missing));
  EXPECT_TRUE(any_contains(audit.incomplete(), "partial clone"));
  EXPECT_EQ(audit.incomplete().size(), 3U);  // three blobs, each once
}

TEST_F(RepositoryKinds, OwnedBySomebodyElse) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  git_.write(repo_, "a.txt", "modified " + token(307) + "\n");
  for (const auto& entry : fs::recursive_directory_iterator(repo_)) {
    ASSERT_EQ(lchown(entry.path().c_str(), 65534, 65534), 0);
  }
  ASSERT_EQ(lchown(repo_.c_str(), 65534, 65534), 0);
  const Audit audit = scan({repo_});
  EXPECT_EQ(audit.status, 1);
  expect_old_secret(audit, repo_);
  EXPECT_EQ(audit.only(token(307))["object_type"], "file");
}

TEST_F(RepositoryKinds, WorktreeConfigExtension) {
  git_.git(repo_, {"config", "core.repositoryformatversion", "1"});
  git_.git(repo_, {"config", "extensions.worktreeConfig", "true"});
  git_.git(repo_, {"config", "--worktree", "core.sparseCheckout", "false"});
  const Audit audit = scan({repo_});
  EXPECT_EQ(audit.status, 1);
  expect_old_secret(audit, repo_);
}

TEST_F(RepositoryKinds, SubdirectoryMeansItsRepository) {
  const Audit audit = scan({repo_ + "/sub"});
  EXPECT_EQ(audit.status, 1);
  expect_old_secret(audit, repo_);
  const Audit here = scan({"."}, in_folder(repo_ + "/sub"));
  EXPECT_EQ(here.status, 1);
  expect_old_secret(here, repo_);
}

TEST_F(RepositoryKinds, FilesOnlyTakesAFolderAsItLies) {
  const std::string ignored = token(308);
  git_.write(repo_, ".gitignore", "*.log\n");
  git_.write(repo_, "sub/build.log", "x\nkey " + ignored + "\n");
  const Audit audit = scan({repo_ + "/sub", "--files-only"});
  EXPECT_EQ(audit.status, 1);
  EXPECT_FALSE(audit.has(secret_));
  const Json occurrence = audit.only(ignored);
  EXPECT_EQ(occurrence["object_type"], "file");
  EXPECT_EQ(occurrence["path"], "build.log");
  EXPECT_EQ(occurrence["line"], 2);
  EXPECT_EQ(occurrence["column"], 5);
  EXPECT_TRUE(occurrence["object"].is_null());
  EXPECT_EQ(audit.summary()["objects"]["files"], 2);
  EXPECT_EQ(audit.summary()["objects"]["blobs"], 0);
}

TEST_F(RepositoryKinds, FolderOutsideOfAnyRepository) {
  git_.write(git_.path("plain"), "deep/er/a.txt", "key " + token(309) + "\n");
  EXPECT_EQ(symlink("/etc/passwd", git_.path("plain/link").c_str()), 0);
  const Audit audit = scan({git_.path("plain")});
  EXPECT_EQ(audit.status, 1);
  EXPECT_EQ(audit.only(token(309))["path"], "deep/er/a.txt");
  EXPECT_TRUE(audit.incomplete().empty());
}

TEST_F(RepositoryKinds, OneFile) {
  git_.write(git_.root(), "one.txt", "\n\nkey " + token(310) + "\n");
  const Audit audit = scan({git_.path("one.txt")});
  EXPECT_EQ(audit.status, 1);
  EXPECT_EQ(audit.only(token(310))["object_type"], "file");
  EXPECT_EQ(audit.only(token(310))["line"], 3);
  EXPECT_EQ(audit.only(token(310))["path"], git_.path("one.txt"));
}

TEST_F(RepositoryKinds, StandardInput) {
  const std::string text = "a\nkey " + token(311) + "\n";
  const Audit audit = scan({"-"}, with_input(text));
  EXPECT_EQ(audit.status, 1);
  const Json occurrence = audit.only(token(311));
  EXPECT_EQ(occurrence["object_type"], "stdin");
  EXPECT_TRUE(occurrence["path"].is_null());
  EXPECT_TRUE(occurrence["object"].is_null());
  EXPECT_EQ(occurrence["start"], 6);
}

TEST_F(RepositoryKinds, SeveralTargets) {
  git_.write(git_.root(), "one.txt", "key " + token(312) + "\nkey " + secret_ + "\n");
  const std::string other = git_.init("other");
  git_.commit_file(other, "o.txt", "key " + token(313) + "\n");
  const Audit audit =
      scan({repo_, git_.path("one.txt"), other, "-"}, with_input("key " + token(314)));
  EXPECT_EQ(audit.status, 1);
  EXPECT_EQ(audit.only(token(312))["object_type"], "file");
  EXPECT_EQ(audit.only(token(313))["repository"], other);
  EXPECT_EQ(audit.only(token(314))["object_type"], "stdin");
  EXPECT_EQ(audit.all(secret_).size(), 2U);  // in the repository and in the file: one finding
  EXPECT_EQ(audit.report["findings"].size(), 4U);
  EXPECT_EQ(audit.summary()["targets"].size(), 4U);
}

TEST_F(RepositoryKinds, SameTargetTwiceIsScannedOnce) {
  const Audit once = scan({repo_});
  const Audit twice = scan({repo_, repo_ + "/sub", repo_ + "/.git/../"});
  EXPECT_EQ(twice.report["findings"], once.report["findings"]);
  EXPECT_EQ(twice.summary()["objects"], once.summary()["objects"]);
  git_.write(git_.root(), "one.txt", "key " + token(315) + "\n");
  const Audit file = scan({git_.path("one.txt"), git_.root() + "/./one.txt"});
  EXPECT_EQ(file.all(token(315)).size(), 1U);
}

// The same history in both object formats: the same secrets at the same places.
TEST_F(RepositoryKinds, Sha256LikeSha1) {
  const auto build = [&](const std::string& name, const std::vector<std::string>& flags) {
    const std::string repo = git_.init(name, flags);
    git_.commit_file(repo, "dir/a.txt", "key " + token(321) + "\n");
    git_.commit_file(repo, "dir/a.txt", "no key\n");
    git_.git(repo, {"tag", "-m", "with " + token(322), "v1"});
    git_.git(repo, {"repack", "-q", "-a", "-d"});
    git_.commit_file(repo, "b.txt", "key " + token(323) + "\n");
    git_.object(repo, "blob", "dangling " + token(324) + "\n");
    git_.write(repo, "staged.txt", "key " + token(325) + "\n");
    git_.git(repo, {"add", "staged.txt"});
    git_.write(repo, "new.txt", "key " + token(326) + "\n");
    return repo;
  };
  const std::string sha1 = build("sha1", {});
  const std::string sha256 = build("sha256", {"--object-format=sha256"});
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{}, std::vector<std::string>{"--range", "HEAD~2..HEAD"}}) {
    const auto places = [&](const std::string& repo) {
      std::vector<std::string> words = {repo};
      words.insert(words.end(), flags.begin(), flags.end());
      const Audit audit = scan(words);
      EXPECT_TRUE(audit.incomplete().empty()) << repo;
      std::vector<std::string> rows;
      for (const auto& finding : audit.report["findings"]) {
        for (const auto& occurrence : finding["occurrences"]) {
          rows.push_back(finding["id"].dump() + " " + occurrence["path"].dump() +
                         occurrence["object_type"].dump() + occurrence["column"].dump());
        }
      }
      std::sort(rows.begin(), rows.end());
      return rows;
    };
    const auto expected = places(sha1);
    EXPECT_GE(expected.size(), flags.empty() ? 6U : 1U);
    EXPECT_EQ(places(sha256), expected);
  }
}

TEST_F(RepositoryKinds, EmptyRepository) {
  const Audit audit = scan({git_.init("empty")});
  EXPECT_EQ(audit.status, 0);
  EXPECT_TRUE(audit.incomplete().empty());
}

TEST_F(RepositoryKinds, CredentialsOfARemoteAreNotPrinted) {
  const std::string password = token(316);
  git_.git(repo_, {"remote", "add", "origin", "https://user:" + password + "@example.org/r.git"});
  const Audit audit = scan({repo_});
  EXPECT_EQ(audit.only(secret_)["repository"], "https://example.org/r.git");
}

TEST_F(RepositoryKinds, SubmoduleIsNotedAndNestedRepositoryScanned) {
  const std::string inner = git_.init("inner");
  git_.commit_file(inner, "i.txt", "inside\n");
  git_.git(repo_, {"submodule", "--quiet", "add", inner, "module"});
  git_.commit(repo_, "submodule");
  const Audit audit = scan({repo_});
  EXPECT_EQ(audit.status, 1);
  EXPECT_TRUE(audit.incomplete().empty());
  const CommandResult text = dragnet({"scan", repo_});
  EXPECT_NE(text.out.find("module"), std::string::npos);
}

}  // namespace
}  // namespace dragnet::test_support
