// Repositories with SHA-256 ids, which libgit2 1.5 cannot read: everything against the git program.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/git_hash.h"
#include "git/repository.h"
#include "git/selection.h"
#include "support/git_fixture.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::GitFixture;
using test_support::read_bytes;
using test_support::write_bytes;
using Lines = std::vector<std::string>;

class Sha256Test : public ::testing::Test {
 protected:
  Sha256Test() { repo_ = git_.init("work", {"--object-format=sha256"}); }

  std::unique_ptr<Repository> open() { return open(repo_); }
  static std::unique_ptr<Repository> open(const std::string& path) {
    auto repository = Repository::open(path, false);
    EXPECT_TRUE(repository.ok()) << (repository.ok() ? "" : repository.error().text());
    return repository.ok() ? std::move(repository.value()) : nullptr;
  }
  void make_history(int commits) {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "line " + std::to_string(i * i) + "\n";
    for (int i = 0; i < commits; ++i) {
      text.replace(static_cast<std::size_t>(i) * 17, 6, "edited");
      git_.commit_file(repo_, "d/f" + std::to_string(i % 2), text);
    }
  }
  static Lines sorted(Lines lines) {
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  // Every object: listed as git lists it, and with the bytes that its id stands for.
  void expect_same_objects() {
    const auto repository = open();
    EXPECT_EQ(repository->id_size(), 32u);
    const auto listing = repository->list_objects();
    ASSERT_TRUE(listing.ok());
    EXPECT_TRUE(listing.value().unreadable.empty());
    Lines rows;
    auto session = repository->open_session();
    GitHasher hasher(kSha256Size);
    for (const ObjectHeader& object : listing.value().objects) {
      rows.push_back(object.id.hex() + " " + std::string(to_string(object.type)) + " " +
                     std::to_string(object.size));
      const auto view = session.value()->read(object.id);
      ASSERT_TRUE(view.ok());
      EXPECT_EQ(hasher.object(view.value().type, view.value().bytes), object.id);
    }
    EXPECT_EQ(sorted(rows),
              sorted(git_.lines(repo_, {"cat-file", "--batch-all-objects", "--batch-check"})));
  }
  Lines changed() {
    Lines skipped;
    const auto files = open()->changed_files(&skipped);
    EXPECT_TRUE(files.ok()) << (files.ok() ? "" : files.error().text());
    return files.ok() ? files.value() : Lines{};
  }
  // What git takes for changed or untracked and is there.
  Lines changed_by_git() {
    std::set<std::string> paths;
    for (const Lines& command : {Lines{"diff-files", "--name-only"},
                                 Lines{"ls-files", "--others", "--exclude-standard"}}) {
      for (const std::string& path : git_.lines(repo_, command)) {
        if (fs::exists(fs::symlink_status(repo_ + "/" + path))) paths.insert(path);
      }
    }
    return {paths.begin(), paths.end()};
  }

  GitFixture git_;
  std::string repo_;
};

TEST_F(Sha256Test, ObjectsLooseAndPacked) {
  make_history(12);
  git_.git(repo_, {"tag", "-m", "a tag", "v1"});
  expect_same_objects();
  git_.git(repo_, {"repack", "-q", "-d"});
  make_history(3);
  git_.git(repo_, {"repack", "-q"});
  git_.git(repo_, {"multi-pack-index", "write"});
  expect_same_objects();
  git_.git(repo_, {"-c", "repack.useDeltaBaseOffset=false", "-c", "pack.indexVersion=1", "repack",
                   "-q", "-a", "-d", "-f"});
  expect_same_objects();
  const auto empty = git_.git(repo_, {"hash-object", "-t", "tree", "/dev/null"});
  EXPECT_TRUE(open()->open_session().value()->read(*ObjectId::from_hex(empty)).ok());
}

TEST_F(Sha256Test, RefsReflogsAndConfiguration) {
  make_history(4);
  git_.git(repo_, {"tag", "-m", "a tag", "v1"});
  git_.git(repo_, {"branch", "side", "HEAD~2"});
  git_.git(repo_, {"pack-refs", "--all"});
  git_.git(repo_, {"update-ref", "refs/hidden/x", "HEAD~1"});
  git_.git(repo_, {"worktree", "add", "-q", git_.path("linked"), "side"});
  git_.git(repo_, {"remote", "add", "origin", "https://user:word@example.org/r.git"});
  const auto repository = open();
  std::vector<Unreadable> unreadable;
  const auto refs = repository->refs(&unreadable);
  ASSERT_TRUE(refs.ok());
  EXPECT_TRUE(unreadable.empty());
  Lines rows;
  for (const Ref& ref : refs.value().refs) {
    EXPECT_EQ(ref.commit.hex(), git_.git(repo_, {"rev-parse", ref.target.hex() + "^{commit}"}));
    if (ref.name.starts_with("refs/")) rows.push_back(ref.target.hex() + " " + ref.name);
  }
  EXPECT_EQ(sorted(rows),
            sorted(git_.lines(repo_, {"for-each-ref", "--format=%(objectname) %(refname)"})));
  EXPECT_EQ(refs.value().default_branch, "refs/heads/main");
  EXPECT_EQ(repository->remote_url(), "https://example.org/r.git");
  EXPECT_TRUE(repository->has_remotes());
  EXPECT_GE(repository->reflogs(&unreadable).value().size(), 2u);
  const auto linked = open(git_.path("linked"));
  EXPECT_EQ(linked->common_dir(), repository->common_dir());
  EXPECT_TRUE(linked->staged_entries().value().empty());
}

TEST_F(Sha256Test, IndexOfEveryVersion) {
  for (int i = 0; i < 30; ++i) {
    git_.write(repo_, "dir/" + std::string(static_cast<std::size_t>(i), 'x') + "/file", "f\n");
  }
  git_.commit(repo_, "files");
  git_.write(repo_, "dir/new", "new\n");
  git_.write(repo_, "dir/x/file", "changed\n");
  git_.git(repo_, {"add", "-A"});
  git_.git(repo_, {"rm", "-q", "--cached", "dir/xxx/file"});
  for (const char* version : {"2", "3", "4"}) {
    git_.git(repo_, {"update-index", "--index-version", version});
    Lines entries;
    const auto index = open()->index_entries();
    ASSERT_TRUE(index.ok());
    for (const IndexEntry& entry : index.value()) {
      entries.push_back(entry.blob.hex() + " " + entry.path);
    }
    EXPECT_EQ(entries, git_.lines(repo_, {"ls-files", "--format=%(objectname) %(path)"}));
    Lines staged;
    const auto differing = open()->staged_entries();
    ASSERT_TRUE(differing.ok());
    for (const IndexEntry& entry : differing.value()) staged.push_back(entry.path);
    EXPECT_EQ(staged, (Lines{"dir/new", "dir/x/file"}));
    git_.git(repo_, {"update-index", "--skip-worktree", "dir/new"});  // needs version 3 at least
  }
}

TEST_F(Sha256Test, ChangedFilesHonourIgnoreRules) {
  for (const char* name : {"same", "edited", "deleted", "touched", "sub/deep", "link"}) {
    git_.write(repo_, name, std::string(name) + "\n");
  }
  git_.write(repo_, ".gitignore", "*.log\nbuild/\n");
  git_.commit(repo_, "files");
  EXPECT_EQ(changed(), changed_by_git());
  git_.write(repo_, "edited", "Edited\n");  // as long as before, within the same second
  git_.write(repo_, "touched", "touched\n");
  git_.write(repo_, "sub/untracked", "u\n");
  git_.write(repo_, "sub/ignored.log", "i\n");
  git_.write(repo_, "build/out", "i\n");
  git_.write(repo_, ".git/info/exclude", "private\n");
  git_.write(repo_, "private", "i\n");
  fs::remove(repo_ + "/deleted");
  fs::remove(repo_ + "/link");
  fs::create_symlink("same", repo_ + "/link");
  EXPECT_EQ(changed(), (Lines{"edited", "link", "sub/untracked"}));
  git_.try_git(repo_, {"update-index", "--refresh"});
  EXPECT_EQ(changed(), changed_by_git());
  git_.git(repo_, {"update-index", "--assume-unchanged", "same"});
  EXPECT_EQ(changed(), (Lines{"edited", "link", "same", "sub/untracked"}));
}

// What a hostile work tree may bring is not run: filters, monitors, hooks.
TEST_F(Sha256Test, NothingIsRun) {
  const std::string mark = git_.path("ran");
  git_.write(repo_, ".gitattributes", "* filter=evil diff=evil\n");
  git_.commit_file(repo_, "f", "text\n");
  for (const char* key : {"filter.evil.clean", "filter.evil.process", "core.fsmonitor",
                          "diff.evil.textconv", "core.sshCommand"}) {
    git_.git(repo_, {"config", key, "touch " + mark});
  }
  write_bytes(repo_ + "/f", "other\n");
  EXPECT_EQ(changed(), Lines{"f"});
  EXPECT_FALSE(fs::exists(mark));
}

TEST_F(Sha256Test, Ranges) {
  make_history(6);
  git_.git(repo_, {"tag", "-m", "a tag", "v1", "HEAD~3"});
  git_.git(repo_, {"checkout", "-q", "-b", "side", "HEAD~2"});
  git_.commit_file(repo_, "side", "s\n");
  git_.git(repo_, {"merge", "-q", "--no-ff", "-m", "merge", "main"});
  const std::string id = git_.git(repo_, {"rev-parse", "main~1"});
  for (const std::string& range :
       {std::string("v1..main"), std::string("main^^..HEAD"), std::string("HEAD^2~1..HEAD^1"),
        std::string("refs/heads/main..side"), id + "..main", id.substr(0, 12) + "..main",
        std::string("tags/v1^{commit}..")}) {
    const auto selection = select_range(*open(), range);
    ASSERT_TRUE(selection.ok()) << range << ": " << selection.error().text();
    Lines commits;
    for (const ObjectId& commit : selection.value().commits) commits.push_back(commit.hex());
    EXPECT_EQ(sorted(commits), sorted(git_.lines(repo_, {"rev-list", range}))) << range;
  }
  for (const char* range : {"nothing..main", "main^7..main", "main~99..main", "main:f..main",
                            "ffff..main", "main^x..main", "main~99999999999..main"}) {
    const auto selection = select_range(*open(), range);
    ASSERT_FALSE(selection.ok()) << range;
    EXPECT_EQ(selection.error().kind, ErrorKind::kUsage);
  }
}

TEST_F(Sha256Test, DamagedIndex) {
  git_.commit_file(repo_, "f", "text\n");
  const std::string path = repo_ + "/.git/index";
  const std::string whole = read_bytes(path);
  for (std::size_t at = 0; at < whole.size(); at += 3) {
    std::string bytes = whole;
    bytes[at] ^= 0x10;
    write_bytes(path, bytes);
    EXPECT_FALSE(open()->index_entries().ok()) << at;
    write_bytes(path, whole.substr(0, at));
    EXPECT_FALSE(open()->index_entries().ok()) << at;
  }
  fs::remove(path);
  EXPECT_TRUE(open()->index_entries().value().empty());
}

TEST_F(Sha256Test, AlternatesAndShallowClones) {
  make_history(5);
  git_.git(repo_, {"repack", "-q", "-a", "-d"});
  const std::string source = repo_;
  repo_ = git_.path("borrower");
  git_.git(git_.root(), {"clone", "-q", "--shared", source, repo_});
  expect_same_objects();
  repo_ = git_.path("shallow");
  git_.git(git_.root(), {"clone", "-q", "--depth=2", "file://" + source, repo_});
  expect_same_objects();
  EXPECT_EQ(open()->shallow().size(), 1u);
}

}  // namespace
}  // namespace dragnet
