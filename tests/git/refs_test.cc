#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "git/repository.h"
#include "support/git_fixture.h"

namespace dragnet {
namespace {

using test_support::GitFixture;
using test_support::read_bytes;
using test_support::write_bytes;

class RefsTest : public ::testing::Test {
 protected:
  RefsTest() {
    repo_ = git_.init("work");
    first_ = git_.commit_file(repo_, "a.txt", "one\n");
    second_ = git_.commit_file(repo_, "a.txt", "two\n");
  }

  // Name to "target commit" (one of several with a name is the last).
  std::map<std::string, std::string> refs(const std::string& path) {
    unreadable_.clear();
    const auto repository = Repository::open(path, false);
    EXPECT_TRUE(repository.ok());
    const auto refs = repository.value()->refs(&unreadable_);
    EXPECT_TRUE(refs.ok());
    EXPECT_TRUE(std::is_sorted(refs.value().refs.begin(), refs.value().refs.end(),
                               [](const Ref& a, const Ref& b) { return a.name < b.name; }));
    std::map<std::string, std::string> result;
    for (const Ref& ref : refs.value().refs) {
      result[ref.name] = ref.target.hex() + " " + ref.commit.hex();
    }
    return result;
  }

  // The same from `git for-each-ref`.
  std::map<std::string, std::string> expected(const std::string& path) {
    std::map<std::string, std::string> result;
    for (const std::string& line :
         git_.lines(path, {"for-each-ref", "--format=%(refname) %(objectname)"})) {
      const std::string name = line.substr(0, line.find(' '));
      const std::string id = line.substr(line.find(' ') + 1);
      const auto peeled = git_.try_git(path, {"rev-parse", "--verify", "-q", id + "^{commit}"});
      result[name] = id + " " + (peeled.status == 0 ? peeled.out.substr(0, 40) : "");
    }
    return result;
  }

  GitFixture git_;
  std::string repo_;
  std::string first_;
  std::string second_;
  std::vector<Unreadable> unreadable_;
};

TEST_F(RefsTest, EveryRefEqualsForEachRef) {
  git_.git(repo_, {"tag", "light", first_});
  git_.git(repo_, {"tag", "-m", "m", "annotated", first_});
  git_.git(repo_, {"tag", "-m", "m", "nested", "annotated"});
  git_.git(repo_, {"tag", "-m", "m", "of-blob", "HEAD:a.txt"});
  git_.git(repo_, {"update-ref", "refs/hidden/deep/x", first_});
  git_.git(repo_, {"update-ref", "refs/notes/commits", second_});
  git_.git(repo_, {"symbolic-ref", "refs/heads/alias", "refs/heads/main"});
  for (const bool packed : {false, true}) {
    if (packed) git_.git(repo_, {"pack-refs", "--all"});
    auto actual = refs(repo_);
    EXPECT_EQ(actual["HEAD"], second_ + " " + second_);
    actual.erase("HEAD");
    EXPECT_EQ(actual, expected(repo_)) << packed;
    EXPECT_TRUE(unreadable_.empty());
  }
  git_.git(repo_, {"update-ref", "refs/heads/main", first_});  // loose over packed
  auto actual = refs(repo_);
  actual.erase("HEAD");
  actual.erase("ORIG_HEAD");
  EXPECT_EQ(actual, expected(repo_));
}

TEST_F(RefsTest, PseudoRefsOfEveryWorktree) {
  git_.git(repo_, {"worktree", "add", "--quiet", "--detach", git_.path("linked"), first_});
  write_bytes(repo_ + "/.git/FETCH_HEAD",
              first_ + "\tnot-for-merge\tbranch 'a' of x\n" + second_ + "\t\tbranch 'b' of x\n");
  write_bytes(repo_ + "/.git/ORIG_HEAD", first_ + "\n");
  write_bytes(repo_ + "/.git/COMMIT_EDITMSG", first_ + "\n");
  write_bytes(repo_ + "/.git/worktrees/linked/CHERRY_PICK_HEAD", second_ + "\n");
  const auto actual = refs(git_.path("linked"));
  EXPECT_EQ(actual.at("ORIG_HEAD"), first_ + " " + first_);
  EXPECT_EQ(actual.at("worktrees/linked/HEAD"), first_ + " " + first_);
  EXPECT_EQ(actual.at("worktrees/linked/CHERRY_PICK_HEAD"), second_ + " " + second_);
  EXPECT_EQ(actual.at("HEAD"), second_ + " " + second_);
  EXPECT_FALSE(actual.contains("COMMIT_EDITMSG"));
  EXPECT_EQ(actual, refs(repo_));  // the same from wherever it is opened

  std::vector<Unreadable> unreadable;
  const auto all = Repository::open(repo_, false).value()->refs(&unreadable);
  EXPECT_EQ(std::count_if(all.value().refs.begin(), all.value().refs.end(),
                          [](const Ref& ref) { return ref.name == "FETCH_HEAD"; }),
            2);
}

TEST_F(RefsTest, BrokenRefsAreNamedAndTheRestIsThere) {
  write_bytes(repo_ + "/.git/refs/heads/empty", "");
  write_bytes(repo_ + "/.git/refs/heads/garbage", "hello\n");
  write_bytes(repo_ + "/.git/refs/heads/loop", "ref: refs/heads/loop\n");
  write_bytes(repo_ + "/.git/refs/heads/dangling", "ref: refs/heads/gone\n");
  write_bytes(repo_ + "/.git/refs/heads/x.lock", "anything");
  write_bytes(repo_ + "/.git/packed-refs", "# pack-refs with: peeled\n" + first_ +
                                               " refs/tags/good\nnonsense\n^" + first_ + "\n" +
                                               first_ + "\n");
  const auto actual = refs(repo_);
  EXPECT_TRUE(actual.contains("refs/heads/main"));
  EXPECT_TRUE(actual.contains("refs/tags/good"));
  std::vector<std::string> names;
  for (const Unreadable& entry : unreadable_) names.push_back(entry.what);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"packed-refs", "packed-refs", "refs/heads/dangling",
                                             "refs/heads/empty", "refs/heads/garbage",
                                             "refs/heads/loop"}));
}

TEST_F(RefsTest, RefToAMissingObjectHasNoCommit) {
  write_bytes(repo_ + "/.git/refs/heads/lost", std::string(40, '1') + "\n");
  EXPECT_EQ(refs(repo_).at("refs/heads/lost"), std::string(40, '1') + " ");
}

// Packs of version 3, which git reads and libgit2 1.5 does not: the tag in one still leads on.
TEST_F(RefsTest, TagInAPackOfVersion3) {
  git_.git(repo_, {"tag", "-m", "a tag", "v1"});
  git_.git(repo_, {"repack", "-adq"});
  const auto before = refs(repo_);
  for (const auto& file : std::filesystem::directory_iterator(repo_ + "/.git/objects/pack")) {
    if (file.path().extension() != ".pack") continue;
    std::string bytes = read_bytes(file.path().string());
    bytes[7] = 3;
    write_bytes(file.path().string(), bytes);
  }
  EXPECT_EQ(refs(repo_), before);
  EXPECT_TRUE(before.at("refs/tags/v1").ends_with(second_));
  EXPECT_TRUE(unreadable_.empty());
}

// A tag that is there and cannot be read is listed.
TEST_F(RefsTest, DamagedTag) {
  git_.git(repo_, {"tag", "-m", "a tag", "v1"});
  const std::string id = git_.git(repo_, {"rev-parse", "v1"});
  const std::string path = repo_ + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  std::string bytes = read_bytes(path);
  bytes.back() ^= 1;
  write_bytes(path, bytes);
  EXPECT_EQ(refs(repo_).at("refs/tags/v1"), id + " ");
  ASSERT_EQ(unreadable_.size(), 1U);
  EXPECT_EQ(unreadable_[0].what, id);
}

TEST_F(RefsTest, PipesAreNotOpened) {
  ASSERT_EQ(mkfifo((repo_ + "/.git/MERGE_HEAD").c_str(), 0600), 0);
  ASSERT_EQ(mkfifo((repo_ + "/.git/refs/heads/pipe").c_str(), 0600), 0);
  EXPECT_TRUE(refs(repo_).contains("refs/heads/main"));
  ASSERT_EQ(unreadable_.size(), 1u);
  EXPECT_EQ(unreadable_[0].what, "MERGE_HEAD");
}

TEST_F(RefsTest, DefaultBranch) {
  const auto default_branch = [&](const std::string& path) {
    std::vector<Unreadable> unreadable;
    return Repository::open(path, false).value()->refs(&unreadable).value().default_branch;
  };
  EXPECT_EQ(default_branch(repo_), "refs/heads/main");
  git_.git(git_.root(), {"clone", "--quiet", repo_, git_.path("clone")});
  git_.git(git_.path("clone"), {"checkout", "--quiet", "--detach"});
  EXPECT_EQ(default_branch(git_.path("clone")), "refs/remotes/origin/main");
  git_.git(repo_, {"checkout", "--quiet", "--detach"});
  EXPECT_EQ(default_branch(repo_), "");
}

TEST_F(RefsTest, ReflogsOfEveryWorktree) {
  git_.git(repo_, {"worktree", "add", "--quiet", "-b", "side", git_.path("linked")});
  git_.write(repo_, "a.txt", "three\n");
  git_.git(repo_, {"stash", "--quiet"});
  const auto repository = Repository::open(git_.path("linked"), false);
  std::vector<Unreadable> unreadable;
  const auto logs = repository.value()->reflogs(&unreadable);
  ASSERT_TRUE(logs.ok());
  EXPECT_TRUE(unreadable.empty());
  std::vector<std::string> paths;
  for (const ReflogText& log : logs.value()) {
    paths.push_back(log.path);
    EXPECT_EQ(log.bytes, read_bytes(repo_ + "/.git/" + log.path));
  }
  EXPECT_EQ(paths,
            (std::vector<std::string>{"logs/HEAD", "logs/refs/heads/main", "logs/refs/heads/side",
                                      "logs/refs/stash", "worktrees/linked/logs/HEAD"}));
}

}  // namespace
}  // namespace dragnet
