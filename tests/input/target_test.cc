#include "input/target.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "support/git_fixture.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::GitFixture;
using test_support::write_bytes;

Target open_one(const std::string& name, bool files_only = false) {
  auto target = open_target(name, files_only);
  if (!target.ok()) {
    ADD_FAILURE() << name << ": " << target.error().text();
    return {};
  }
  EXPECT_EQ(target->name, name);
  EXPECT_EQ(target->repository != nullptr, target->kind == TargetKind::kRepository);
  return std::move(target).value();
}

std::string error_of(const std::string& name, bool files_only = false) {
  const auto target = open_target(name, files_only);
  if (target.ok()) return "none";
  EXPECT_EQ(target.error().kind, ErrorKind::kUsage);
  EXPECT_FALSE(target.error().hint.empty());
  return target.error().message;
}

// The git directory that a name leads to; empty where it is no repository.
std::string git_dir_of(const std::string& name) {
  const Target target = open_one(name);
  return target.repository ? target.repository->git_dir() : "";
}

TEST(OpenTarget, ADashIsStandardInput) {
  for (const bool files_only : {false, true}) {
    const Target target = open_one("-", files_only);
    EXPECT_EQ(target.kind, TargetKind::kStdin);
    EXPECT_EQ(target.path, "");
  }
}

TEST(OpenTarget, WhatIsNotThereIsNamed) {
  const GitFixture git;
  for (const bool files_only : {false, true}) {
    EXPECT_EQ(error_of(git.path("none"), files_only), "'" + git.path("none") + "' does not exist");
    EXPECT_EQ(error_of("", files_only), "'' does not exist");
  }
  fs::create_symlink("none", git.path("dangling"));
  EXPECT_EQ(error_of(git.path("dangling")), "'" + git.path("dangling") + "' does not exist");
  fs::create_symlink("loop", git.path("loop"));
  EXPECT_NE(error_of(git.path("loop")).find(git.path("loop")), std::string::npos);
}

TEST(OpenTarget, AFileIsAFileWhereverItLies) {
  GitFixture git;
  const std::string repo = git.init("repo");
  git.commit_file(repo, "file", "x");
  for (const bool files_only : {false, true}) {
    const Target target = open_one(repo + "/file", files_only);
    EXPECT_EQ(target.kind, TargetKind::kFile);
    EXPECT_EQ(target.path, repo + "/file");
  }
  fs::create_symlink("file", repo + "/link");
  EXPECT_EQ(open_one(repo + "/link").kind, TargetKind::kFile);
  ASSERT_EQ(::mkfifo(git.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(open_one(git.path("pipe")).kind, TargetKind::kFile);
}

TEST(OpenTarget, AFolderOutsideOfAnyRepositoryIsAFolder) {
  const GitFixture git;
  fs::create_directories(git.path("a/b"));
  for (const char* name : {"a", "a/", "a/b", "a/b/.."}) {
    const Target target = open_one(git.path(name));
    EXPECT_EQ(target.kind, TargetKind::kDirectory) << name;
    EXPECT_EQ(target.path, git.path(name));
  }
  // What only looks like one is none: git goes on upwards too.
  fs::create_directories(git.path("empty/.git/objects"));
  EXPECT_EQ(open_one(git.path("empty")).kind, TargetKind::kDirectory);
  fs::create_directories(git.path("half/refs"));
  fs::create_directories(git.path("half/objects"));
  EXPECT_EQ(open_one(git.path("half")).kind, TargetKind::kDirectory);
}

TEST(OpenTarget, AFolderInsideARepositoryIsThatRepository) {
  GitFixture git;
  const std::string repo = git.init("repo");
  git.commit_file(repo, "a/b/file", "x");
  const std::string wanted = repo + "/.git";
  for (const char* name : {"", "/", "/a", "/a/b", "/a/b/", "/a/../a", "/.git", "/.git/",
                           "/.git/refs", "/.git/objects/info"}) {
    EXPECT_EQ(git_dir_of(repo + name), wanted) << name;
  }
  fs::create_symlink(repo + "/a", git.path("link"));
  EXPECT_EQ(git_dir_of(git.path("link")), wanted);
  fs::create_symlink(repo, git.path("to-repo"));
  EXPECT_EQ(git_dir_of(git.path("to-repo")), wanted);
}

TEST(OpenTarget, FilesOnlyNeverOpensARepository) {
  GitFixture git;
  const std::string repo = git.init("repo");
  git.commit_file(repo, "a/file", "x");
  write_bytes(repo + "/.git/config", "[broken");
  for (const char* name : {"", "/a", "/.git"}) {
    const Target target = open_one(repo + name, /*files_only=*/true);
    EXPECT_EQ(target.kind, TargetKind::kDirectory) << name;
    EXPECT_EQ(target.path, repo + name);
  }
}

TEST(OpenTarget, BareRepositories) {
  GitFixture git;
  const std::string bare = git.init("bare.git", {"--bare"});
  for (const char* name : {"", "/", "/refs/heads", "/objects"}) {
    const Target target = open_one(bare + name);
    ASSERT_EQ(target.kind, TargetKind::kRepository) << name;
    EXPECT_EQ(target.repository->git_dir(), bare);
    EXPECT_TRUE(target.repository->bare());
  }
}

TEST(OpenTarget, Worktrees) {
  GitFixture git;
  const std::string repo = git.init("repo");
  git.commit_file(repo, "a/file", "x");
  git.git(repo, {"worktree", "add", "--quiet", git.path("linked"), "-b", "other"});
  for (const char* name : {"/linked", "/linked/a"}) {
    const Target target = open_one(git.root() + name);
    ASSERT_EQ(target.kind, TargetKind::kRepository) << name;
    EXPECT_EQ(target.repository->git_dir(), repo + "/.git/worktrees/linked");
    EXPECT_EQ(target.repository->common_dir(), repo + "/.git");
    EXPECT_EQ(target.repository->work_tree(), git.path("linked/"));
  }
}

TEST(OpenTarget, ANestedRepositoryIsItsOwn) {
  GitFixture git;
  const std::string outer = git.init("outer");
  const std::string inner = git.init("outer/a/inner");
  fs::create_directories(inner + "/b");
  EXPECT_EQ(git_dir_of(inner + "/b"), inner + "/.git");
  EXPECT_EQ(git_dir_of(outer + "/a"), outer + "/.git");
}

TEST(OpenTarget, ADamagedRepositoryIsAnErrorAndNotAFolder) {
  GitFixture git;
  const std::string repo = git.init("repo");
  fs::create_directories(repo + "/a");
  write_bytes(repo + "/.git/config", "[broken");
  EXPECT_NE(error_of(repo + "/a").find(repo), std::string::npos);
  fs::create_directories(git.path("lost"));
  write_bytes(git.path("lost/.git"), "gitdir: nowhere\n");
  EXPECT_NE(error_of(git.path("lost")), "none");
}

TEST(SameTarget, IsTheSameThingByAnyName) {
  GitFixture git;
  const std::string repo = git.init("repo");
  git.commit_file(repo, "a/file", "x");
  const std::string other = git.init("other");
  fs::create_directories(git.path("plain/sub"));
  fs::create_symlink("plain", git.path("link"));
  const auto same = [&](const std::string& a, const std::string& b, bool files_only = false) {
    const Target left = open_one(a, files_only);
    const Target right = open_one(b, files_only);
    EXPECT_EQ(same_target(left, right), same_target(right, left));
    return same_target(left, right);
  };
  EXPECT_TRUE(same("-", "-"));
  EXPECT_TRUE(same(repo, repo + "/a"));
  EXPECT_TRUE(same(repo, repo + "/.git"));
  EXPECT_FALSE(same(repo, other));
  EXPECT_FALSE(same(repo, repo + "/a/file"));
  EXPECT_FALSE(same(repo, repo + "/a", /*files_only=*/true));
  EXPECT_TRUE(same(repo + "/a/file", repo + "/a/../a/file"));
  EXPECT_TRUE(same(git.path("plain"), git.path("link")));
  EXPECT_TRUE(same(git.path("plain"), git.path("plain/sub/..")));
  EXPECT_FALSE(same(git.path("plain"), git.path("plain/sub")));
  EXPECT_FALSE(same("-", repo));
}

}  // namespace
}  // namespace dragnet
