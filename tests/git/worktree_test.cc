#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "git/repository.h"
#include "support/git_fixture.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::GitFixture;
using test_support::write_bytes;

using Paths = std::vector<std::string>;

class WorktreeTest : public ::testing::Test {
 protected:
  WorktreeTest() { repo_ = git_.init("work"); }

  std::unique_ptr<Repository> open() {
    auto repository = Repository::open(repo_, false);
    EXPECT_TRUE(repository.ok());
    return std::move(repository.value());
  }
  Paths changed() {
    skipped_.clear();
    const auto files = open()->changed_files(&skipped_);
    EXPECT_TRUE(files.ok()) << (files.ok() ? "" : files.error().text());
    return files.ok() ? files.value() : Paths{};
  }
  // "path id" of staged entries, sorted.
  Paths staged() {
    const auto entries = open()->staged_entries();
    EXPECT_TRUE(entries.ok()) << (entries.ok() ? "" : entries.error().text());
    Paths result;
    for (const IndexEntry& entry : entries.value()) {
      result.push_back(entry.path + " " + entry.blob.hex());
    }
    std::sort(result.begin(), result.end());
    return result;
  }
  // The same from git, without deletions.
  Paths staged_by_git() {
    Paths result;
    for (const std::string& line :
         git_.lines(repo_, {"diff-index", "--cached", "--no-renames", "HEAD"})) {
      const std::size_t tab = line.find('\t');
      const std::string id = line.substr(56, 40);
      if (id != std::string(40, '0')) result.push_back(line.substr(tab + 1) + " " + id);
    }
    std::sort(result.begin(), result.end());
    return result;
  }

  GitFixture git_;
  std::string repo_;
  Paths skipped_;
};

TEST_F(WorktreeTest, CleanTreeHasNoChanges) {
  git_.commit_file(repo_, "a", "one\n");
  EXPECT_EQ(changed(), Paths{});
  EXPECT_EQ(staged(), Paths{});
}

TEST_F(WorktreeTest, ChangedUntrackedIgnoredDeleted) {
  git_.write(repo_, ".gitignore", "*.log\nbuild/\n");
  git_.write(repo_, "a", "one\n");
  git_.write(repo_, "gone", "x\n");
  git_.commit_file(repo_, "dir/b", "two\n");
  git_.write(repo_, "a", "changed\n");
  git_.write(repo_, "new/deep/file", "n\n");
  git_.write(repo_, "dir/c", "n\n");
  git_.write(repo_, "x.log", "ignored\n");
  git_.write(repo_, "build/out", "ignored\n");
  git_.write(repo_, "bytes\xff", "name is no UTF-8\n");
  fs::remove(repo_ + "/gone");
  fs::create_symlink("/etc/hostname", repo_ + "/link");
  EXPECT_EQ(changed(), (Paths{"a", "bytes\xff", "dir/c", "link", "new/deep/file"}));
}

TEST_F(WorktreeTest, NestedRepositoriesAndSubmodules) {
  git_.commit_file(repo_, "a", "one\n");
  const std::string nested = git_.init("work/vendor/nested");
  git_.commit_file(nested, "inside/file", "n\n");
  git_.write(nested, "untracked", "n\n");
  const std::string inner = git_.init("work/vendor/nested/inner");
  git_.write(inner, "deepest", "n\n");
  const std::string other = git_.init("other");
  git_.commit_file(other, "s", "s\n");
  git_.git(repo_, {"submodule", "--quiet", "add", other, "module"});
  git_.git(repo_, {"commit", "--quiet", "-m", "module"});
  git_.write(repo_, "module/dirty", "x\n");
  EXPECT_EQ(changed(), (Paths{"vendor/nested/inner/deepest", "vendor/nested/inside/file",
                              "vendor/nested/untracked"}));
  EXPECT_EQ(skipped_, Paths{"module"});
}

TEST_F(WorktreeTest, ConflictsAndHiddenChangesCount) {
  git_.write(repo_, "hidden", "x\n");
  git_.write(repo_, "sparse", "x\n");
  git_.commit_file(repo_, "a", "base\n");
  git_.git(repo_, {"checkout", "--quiet", "-b", "side"});
  git_.commit_file(repo_, "a", "side\n");
  git_.git(repo_, {"checkout", "--quiet", "main"});
  git_.commit_file(repo_, "a", "main\n");
  EXPECT_NE(git_.try_git(repo_, {"merge", "side"}).status, 0);
  git_.git(repo_, {"update-index", "--assume-unchanged", "hidden"});
  git_.git(repo_, {"update-index", "--skip-worktree", "sparse"});
  git_.write(repo_, "hidden", "nobody sees this\n");
  git_.write(repo_, "sparse", "nor this\n");
  EXPECT_EQ(changed(), (Paths{"a", "hidden", "sparse"}));
  // Base and the other side are not what HEAD has.
  EXPECT_EQ(staged().size(), 2u);
}

TEST_F(WorktreeTest, StagedEqualsGit) {
  git_.write(repo_, "same", "s\n");
  git_.write(repo_, "d/e/f", "one\n");
  git_.write(repo_, "d-", "sorts between\n");
  git_.commit_file(repo_, "d/x", "two\n");
  git_.write(repo_, "d/e/f", "changed\n");
  git_.write(repo_, "d.txt", "new\n");
  git_.write(repo_, "d/e/g/h", "new\n");
  fs::remove(repo_ + "/d/x");
  git_.git(repo_, {"add", "--all"});
  git_.write(repo_, "same", "not staged\n");
  EXPECT_EQ(staged(), staged_by_git());
  EXPECT_EQ(staged().size(), 3u);
  EXPECT_EQ(open()->index_entries().value().size(), 5u);
}

TEST_F(WorktreeTest, UnbornHeadStagesEverything) {
  git_.write(repo_, "a", "one\n");
  git_.git(repo_, {"add", "a"});
  EXPECT_EQ(staged().size(), 1u);
}

TEST_F(WorktreeTest, LinkedWorktreeHasItsOwnIndex) {
  git_.commit_file(repo_, "a", "one\n");
  git_.git(repo_, {"worktree", "add", "--quiet", "-b", "side", git_.path("linked")});
  git_.write(git_.path("linked"), "b", "two\n");
  git_.git(git_.path("linked"), {"add", "b"});
  EXPECT_EQ(staged(), Paths{});
  repo_ = git_.path("linked");
  EXPECT_EQ(staged().size(), 1u);
}

TEST_F(WorktreeTest, DamagedIndexIsAnError) {
  git_.commit_file(repo_, "a", "one\n");
  write_bytes(repo_ + "/.git/index", "DIRC this is no index");
  EXPECT_FALSE(open()->index_entries().ok());
  EXPECT_FALSE(open()->staged_entries().ok());
  EXPECT_FALSE(open()->changed_files(&skipped_).ok());
}

TEST_F(WorktreeTest, ConfiguredFiltersAreNotRun) {
  const std::string proof = git_.path("ran");
  git_.write(repo_, ".gitattributes", "* filter=evil diff=evil\n");
  git_.commit_file(repo_, "a", "one\n");
  git_.git(repo_, {"config", "filter.evil.clean", "touch " + proof});
  git_.git(repo_, {"config", "filter.evil.smudge", "touch " + proof});
  git_.git(repo_, {"config", "filter.evil.required", "true"});
  git_.git(repo_, {"config", "core.fsmonitor", "touch " + proof});
  git_.write(repo_, "a", "two\n");
  EXPECT_EQ(changed(), Paths{"a"});
  EXPECT_FALSE(fs::exists(proof));
}

}  // namespace
}  // namespace dragnet
