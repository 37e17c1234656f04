// Every kind of repository that opens, and one clear line for each that does not.
#include "git/repository.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "support/git_fixture.h"

namespace dragnet {
namespace {

using test_support::GitFixture;
using test_support::write_bytes;

std::unique_ptr<Repository> opened(const std::string& path, bool discover = false) {
  auto repository = Repository::open(path, discover);
  EXPECT_TRUE(repository.ok()) << (repository.ok() ? "" : repository.error().text());
  return repository.ok() ? std::move(repository.value()) : nullptr;
}

std::string open_error(const std::string& path, bool discover = false) {
  const auto repository = Repository::open(path, discover);
  EXPECT_FALSE(repository.ok());
  if (repository.ok()) return "";
  EXPECT_EQ(repository.error().kind, ErrorKind::kUsage);
  EXPECT_FALSE(repository.error().hint.empty());
  EXPECT_EQ(repository.error().text().find('\n'), std::string::npos);
  return repository.error().message;
}

std::size_t count_objects(const Repository& repository) {
  const auto listing = repository.list_objects();
  EXPECT_TRUE(listing.ok());
  EXPECT_TRUE(listing.value().unreadable.empty());
  return listing.value().objects.size();
}

std::string default_branch(const Repository& repository) {
  std::vector<Unreadable> unreadable;
  return repository.refs(&unreadable).value().default_branch;
}

class RepositoryTest : public ::testing::Test {
 protected:
  RepositoryTest() {
    work_ = git_.init("work");
    git_.commit_file(work_, "a.txt", "one\n");
    git_.commit_file(work_, "dir/b.txt", "two\n");
  }
  GitFixture git_;
  std::string work_;
};

TEST_F(RepositoryTest, Working) {
  const auto repository = opened(work_);
  ASSERT_TRUE(repository);
  EXPECT_EQ(repository->git_dir(), work_ + "/.git");
  EXPECT_EQ(repository->common_dir(), work_ + "/.git");
  EXPECT_EQ(repository->work_tree(), work_ + "/");
  EXPECT_FALSE(repository->bare());
  EXPECT_FALSE(repository->partial());
  EXPECT_TRUE(repository->shallow().empty());
  EXPECT_EQ(default_branch(*repository), "refs/heads/main");
  EXPECT_FALSE(repository->has_remotes());
  EXPECT_EQ(repository->remote_url(), "");
  EXPECT_EQ(count_objects(*repository), 7u);
}

TEST_F(RepositoryTest, GitDirectoryAndDiscovery) {
  EXPECT_TRUE(opened(work_ + "/.git"));
  EXPECT_TRUE(opened(work_ + "/"));
  const auto repository = opened(work_ + "/dir", true);
  ASSERT_TRUE(repository);
  EXPECT_EQ(repository->work_tree(), work_ + "/");
  EXPECT_NE(open_error(work_ + "/dir").find("is not a git repository"), std::string::npos);
}

TEST_F(RepositoryTest, BareAndMirror) {
  git_.git(git_.root(), {"clone", "--quiet", "--bare", work_, git_.path("bare.git")});
  git_.git(git_.root(), {"clone", "--quiet", "--mirror", work_, git_.path("mirror.git")});
  for (const char* name : {"bare.git", "mirror.git"}) {
    const auto repository = opened(git_.path(name));
    ASSERT_TRUE(repository);
    EXPECT_TRUE(repository->bare());
    EXPECT_EQ(repository->work_tree(), "");
    EXPECT_EQ(default_branch(*repository), "refs/heads/main");
    EXPECT_EQ(count_objects(*repository), 7u);
    EXPECT_TRUE(repository->index_entries().value().empty());
  }
}

TEST_F(RepositoryTest, WithoutConfiguration) {
  git_.git(git_.root(), {"clone", "--quiet", "--bare", work_, git_.path("bare.git")});
  std::filesystem::remove(git_.path("bare.git/config"));
  const auto repository = opened(git_.path("bare.git"));
  ASSERT_TRUE(repository);
  EXPECT_EQ(count_objects(*repository), 7u);
}

TEST_F(RepositoryTest, Empty) {
  const auto repository = opened(git_.init("empty"));
  ASSERT_TRUE(repository);
  EXPECT_EQ(count_objects(*repository), 0u);
  EXPECT_EQ(default_branch(*repository), "");
  std::vector<Unreadable> unreadable;
  EXPECT_TRUE(repository->refs(&unreadable).value().refs.empty());
  EXPECT_TRUE(unreadable.empty());
}

TEST_F(RepositoryTest, LinkedWorktree) {
  git_.git(work_, {"worktree", "add", "--quiet", "-b", "side", git_.path("linked")});
  const auto repository = opened(git_.path("linked"));
  ASSERT_TRUE(repository);
  EXPECT_EQ(repository->git_dir(), work_ + "/.git/worktrees/linked");
  EXPECT_EQ(repository->common_dir(), work_ + "/.git");
  EXPECT_EQ(repository->work_tree(), git_.path("linked") + "/");
  EXPECT_EQ(count_objects(*repository), 7u);
  EXPECT_EQ(repository->index_entries().value().size(), 2u);
}

TEST_F(RepositoryTest, AlternatesOfAlternates) {
  git_.git(git_.root(), {"clone", "--quiet", "--shared", work_, git_.path("one")});
  git_.commit_file(git_.path("one"), "c.txt", "three\n");
  git_.git(git_.root(), {"clone", "--quiet", "--shared", git_.path("one"), git_.path("two")});
  git_.commit_file(git_.path("two"), "d.txt", "four\n");
  EXPECT_EQ(count_objects(*opened(git_.path("two"))), 13u);
  // Relative, quoted, commented, and one that names itself.
  write_bytes(git_.path("two/.git/objects/info/alternates"),
              "# borrowed\n\"../../../one/.git/objects\"\n.\n");
  EXPECT_EQ(count_objects(*opened(git_.path("two"))), 13u);
}

TEST_F(RepositoryTest, MissingAlternateIsNamed) {
  write_bytes(work_ + "/.git/objects/info/alternates", "/nowhere/at/all\n");
  const auto listing = opened(work_)->list_objects();
  EXPECT_EQ(listing.value().objects.size(), 7u);
  ASSERT_EQ(listing.value().unreadable.size(), 1u);
  EXPECT_EQ(listing.value().unreadable[0].what, "/nowhere/at/all");
}

TEST_F(RepositoryTest, Shallow) {
  git_.git(git_.root(),
           {"clone", "--quiet", "--depth", "1", "file://" + work_, git_.path("shallow")});
  const auto repository = opened(git_.path("shallow"));
  ASSERT_TRUE(repository);
  ASSERT_EQ(repository->shallow().size(), 1u);
  EXPECT_EQ(repository->shallow()[0].hex(), git_.git(work_, {"rev-parse", "HEAD"}));
  EXPECT_EQ(repository->remote_url(), "file://" + work_);
  EXPECT_TRUE(repository->has_remotes());
}

TEST_F(RepositoryTest, PartialClone) {
  git_.git(git_.root(), {"clone", "--quiet", "--filter=blob:none", "--no-checkout",
                         "file://" + work_, git_.path("partial")});
  const auto repository = opened(git_.path("partial"));
  ASSERT_TRUE(repository);
  EXPECT_TRUE(repository->partial());
  EXPECT_EQ(count_objects(*repository), 5u);
  // Extensions need version 1 of the format, which git sets with them.
  git_.git(git_.path("partial"), {"config", "core.repositoryFormatVersion", "1"});
  git_.git(git_.path("partial"), {"config", "extensions.partialClone", "origin"});
  EXPECT_TRUE(opened(git_.path("partial"))->partial());
}

TEST_F(RepositoryTest, HarmlessExtensions) {
  // Straight into the file: this git may not know them all, and then does nothing more here.
  const std::string config = work_ + "/.git/config";
  write_bytes(config, test_support::read_bytes(config) +
                          "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n"
                          "\tworktreeConfig = true\n\tpreciousObjects = true\n\tnoop = true\n"
                          "\trelativeWorktrees = true\n\tobjectFormat = sha1\n"
                          "\trefStorage = files\n");
  write_bytes(work_ + "/.git/config.worktree", "[core]\n\tsparseCheckout = false\n");
  const auto repository = opened(work_);
  ASSERT_TRUE(repository);
  EXPECT_FALSE(repository->bare());
  EXPECT_EQ(count_objects(*repository), 7u);
}

TEST_F(RepositoryTest, WorktreeConfigurationSaysBare) {
  git_.git(work_, {"config", "core.repositoryFormatVersion", "1"});
  git_.git(work_, {"config", "extensions.worktreeConfig", "true"});
  git_.git(work_, {"config", "--worktree", "core.bare", "true"});
  EXPECT_TRUE(opened(work_ + "/.git")->bare());
}

TEST_F(RepositoryTest, ForeignOwner) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(work_)) {
    ASSERT_EQ(lchown(entry.path().c_str(), 12345, 12345), 0);
  }
  ASSERT_EQ(chown(work_.c_str(), 12345, 12345), 0);
  const auto repository = opened(work_);
  ASSERT_TRUE(repository);
  EXPECT_EQ(count_objects(*repository), 7u);
}

TEST_F(RepositoryTest, EnvironmentDoesNotRedirect) {
  const std::string other = git_.init("other");
  setenv("GIT_DIR", (other + "/.git").c_str(), 1);
  setenv("GIT_OBJECT_DIRECTORY", (other + "/.git/objects").c_str(), 1);
  setenv("GIT_WORK_TREE", other.c_str(), 1);
  const auto repository = opened(work_);
  unsetenv("GIT_DIR");
  unsetenv("GIT_OBJECT_DIRECTORY");
  unsetenv("GIT_WORK_TREE");
  ASSERT_TRUE(repository);
  EXPECT_EQ(repository->work_tree(), work_ + "/");
  EXPECT_EQ(count_objects(*repository), 7u);
}

TEST_F(RepositoryTest, BrokenUserConfigurationDoesNotMatter) {
  const char* home = std::getenv("HOME");
  const std::string before = home != nullptr ? home : "";
  git_.write(git_.root(), "home/.gitconfig", "[[[ this is no configuration\n");
  setenv("HOME", git_.path("home").c_str(), 1);
  const auto repository = opened(work_);
  setenv("HOME", before.c_str(), 1);
  ASSERT_TRUE(repository);
}

TEST_F(RepositoryTest, RefusesUnknownObjectFormats) {
  git_.git(work_, {"config", "core.repositoryFormatVersion", "1"});
  git_.git(work_, {"config", "extensions.objectFormat", "sha512"});
  EXPECT_NE(open_error(work_).find("sha512"), std::string::npos);
}

TEST_F(RepositoryTest, RefusesReftable) {
  git_.git(work_, {"config", "core.repositoryFormatVersion", "1"});
  git_.git(work_, {"config", "extensions.refStorage", "reftable"});
  EXPECT_NE(open_error(work_).find("reftable"), std::string::npos);
}

TEST_F(RepositoryTest, RefusesUnknownExtensionsAndVersions) {
  git_.git(work_, {"config", "core.repositoryFormatVersion", "1"});
  git_.git(work_, {"config", "extensions.objectsOnTheMoon", "true"});
  EXPECT_NE(open_error(work_).find("objectsonthemoon"), std::string::npos);
}

TEST_F(RepositoryTest, BrokenConfiguration) {
  write_bytes(work_ + "/.git/config", "[core\nrepositoryformatversion");
  EXPECT_NE(open_error(work_).find(work_), std::string::npos);
}

TEST_F(RepositoryTest, ThreeErrorsForPaths) {
  EXPECT_NE(open_error(git_.path("nothing")).find("does not exist"), std::string::npos);
  git_.write(git_.root(), "plain/file", "x");
  EXPECT_NE(open_error(git_.path("plain")).find("is not a git repository"), std::string::npos);
  EXPECT_NE(open_error(git_.path("plain/file")).find("is no folder"), std::string::npos);
}

TEST_F(RepositoryTest, UnreadableFolder) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  ASSERT_EQ(chmod(work_.c_str(), 0), 0);
  const std::string error = open_error(work_);
  ASSERT_EQ(chmod(work_.c_str(), 0700), 0);
  EXPECT_NE(error.find("cannot be"), std::string::npos);
}

TEST_F(RepositoryTest, PipesInPlaceOfFilesAreNotOpened) {
  std::filesystem::remove(work_ + "/.git/config");
  ASSERT_EQ(mkfifo((work_ + "/.git/config").c_str(), 0600), 0);
  EXPECT_NE(open_error(work_).find("is no regular file"), std::string::npos);
}

TEST_F(RepositoryTest, RemoteUrlWithoutCredentials) {
  // Assembled, so that no URL with a password stands here.
  const std::string word =
      "user:se"
      "cret";
  const std::pair<std::string, std::string> cases[] = {
      {"https://" + word + "@host.example/a.git", "https://host.example/a.git"},
      {"https://" + word + "/x@host.example:8443/a", "https://host.example:8443/a"},
      {"https://host.example:8443/@scope/a", "https://host.example:8443/@scope/a"},
      {"https://host.example/a?token=x#y", "https://host.example/a"},
      {"ssh://git@host.example/a", "ssh://host.example/a"},
      {"git@host.example:a/b.git", "host.example:a/b.git"},
      {"/srv/git/a@b.git", "/srv/git/a@b.git"},
  };
  git_.git(work_, {"remote", "add", "other", "https://other.example/"});
  EXPECT_EQ(opened(work_)->remote_url(), "https://other.example/");
  git_.git(work_, {"remote", "add", "origin", "placeholder"});
  for (const auto& [url, shown] : cases) {
    git_.git(work_, {"config", "remote.origin.url", url});
    EXPECT_EQ(opened(work_)->remote_url(), shown);
  }
}

}  // namespace
}  // namespace dragnet
