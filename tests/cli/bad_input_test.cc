// Targets and repositories that are not as they should be: one line and exit 2, or the scan goes on
// and lists what it could not read.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "cli/program.h"

namespace dragnet::test_support {
namespace {

namespace fs = std::filesystem;

void expect_refused(const std::vector<std::string>& args, const std::string& part,
                    const RunOptions& options = {}) {
  const CommandResult result = dragnet(args, options);
  EXPECT_EQ(result.status, 2) << result.out << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_NE(result.err.find(part), std::string::npos) << result.err;
}

class BadTargets : public testing::Test {
 protected:
  // What runs a program as somebody who is not root; empty where that is not needed.
  std::vector<std::string> as_nobody() {
    if (geteuid() != 0) return {};
    chmod(git_.root().c_str(), 0755);
    return {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  }
  bool can_drop() {
    const CommandResult result = run_command({"setpriv", "--reuid=65534", "--regid=65534",
                                              "--clear-groups", "test", "-x", dragnet_argv({})[0]},
                                             "/", "", dragnet_environment());
    return geteuid() != 0 || result.status == 0;
  }

  GitFixture git_;
};

TEST_F(BadTargets, PathThatDoesNotExist) {
  expect_refused({"scan", git_.path("absent")}, "absent");
  expect_refused({"scan", ""}, "");
  expect_refused({"scan", git_.path("line\nfeed")}, "");
}

TEST_F(BadTargets, OneBadTargetOfSeveralRefusesAll) {
  git_.write(git_.root(), "a.txt", "key " + token(601) + "\n");
  expect_refused({"scan", git_.path("a.txt"), git_.path("absent")}, "absent");
}

TEST_F(BadTargets, UnreadableFile) {
  if (!can_drop()) GTEST_SKIP() << "nobody cannot run the program here";
  git_.write(git_.root(), "a.txt", "key " + token(602) + "\n");
  chmod(git_.path("a.txt").c_str(), 0);
  RunOptions options;
  options.wrapper = as_nobody();
  options.home = git_.path("no-home");
  const CommandResult result =
      dragnet({"scan", git_.path("a.txt"), "--only", "github-pat-classic"}, options);
  EXPECT_TRUE(result.status == 2 || result.status == 3) << result.status;
  EXPECT_NE((result.out + result.err).find("a.txt"), std::string::npos);
}

TEST_F(BadTargets, UnreadableFolderAndFileInAFolder) {
  if (!can_drop()) GTEST_SKIP() << "nobody cannot run the program here";
  git_.write(git_.root(), "dir/a.txt", "key " + token(603) + "\n");
  git_.write(git_.root(), "dir/b.txt", "key " + token(604) + "\n");
  git_.write(git_.root(), "dir/sub/c.txt", "key " + token(605) + "\n");
  chmod(git_.path("dir/a.txt").c_str(), 0);
  chmod(git_.path("dir/sub").c_str(), 0);
  RunOptions options;
  options.wrapper = as_nobody();
  options.home = git_.path("no-home");
  const Audit audit = scan({git_.path("dir"), "--only", "github-pat-classic"}, options);
  EXPECT_EQ(audit.status, 4);
  EXPECT_TRUE(audit.has(token(604)));
  EXPECT_EQ(audit.incomplete().size(), 2U) << Json(audit.incomplete()).dump();
}

TEST_F(BadTargets, EmptyFolder) {
  fs::create_directory(git_.path("empty"));
  const Audit audit = scan({git_.path("empty")});
  EXPECT_EQ(audit.status, 0);
  EXPECT_EQ(audit.summary()["objects"]["files"], 0);
}

TEST_F(BadTargets, GitFileThatLeadsNowhere) {
  git_.write(git_.root(), "broken/.git", "gitdir: /nowhere/at/all\n");
  expect_refused({"scan", git_.path("broken")}, "broken");
}

TEST_F(BadTargets, UnknownRepositoryFormat) {
  const std::string repo = git_.init("future");
  git_.git(repo, {"config", "core.repositoryformatversion", "7"});
  expect_refused({"scan", repo}, "future");
}

class Damage : public testing::Test {
 protected:
  Damage() {
    git_.commit_file(repo_, "good.txt", "key " + good_ + "\n");
    git_.commit_file(repo_, "bad.txt", "some text " + bad_ + "\n" + std::string(3000, 'x') + "\n");
    blob_ = git_.git(repo_, {"rev-parse", "HEAD:bad.txt"});
    loose_ = repo_ + "/.git/objects/" + blob_.substr(0, 2) + "/" + blob_.substr(2);
  }

  // Expects that everything but `id` was scanned, and that it is listed, once.
  void expect_only_missing(const std::string& id) {
    const Audit audit = scan({repo_});
    EXPECT_EQ(audit.status, 4);
    EXPECT_TRUE(audit.has(good_));
    const auto incomplete = audit.incomplete();
    EXPECT_EQ(incomplete.size(), 1U) << Json(incomplete).dump(1);
    EXPECT_TRUE(std::any_of(incomplete.begin(), incomplete.end(), [&](const std::string& s) {
      return s.starts_with(id);
    })) << Json(incomplete).dump(1);
    // The text report says so too, and does not end as if all were well.
    const CommandResult text = dragnet({"scan", repo_});
    EXPECT_EQ(text.status, 4);
    EXPECT_NE(text.out.find(id), std::string::npos);
    EXPECT_NE(text.out.find("INCOMPLETE"), std::string::npos) << text.out;
  }

  GitFixture git_;
  std::string repo_ = git_.init("repo");
  std::string good_ = token(610), bad_ = token(611);
  std::string blob_, loose_;
};

TEST_F(Damage, LooseBlobMissing) {
  fs::remove(loose_);
  expect_only_missing(blob_);
}

TEST_F(Damage, LooseBlobEmpty) {
  write_bytes(loose_, "");
  expect_only_missing(blob_);
}

TEST_F(Damage, LooseBlobTruncated) {
  const std::string bytes = read_bytes(loose_);
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{10}, bytes.size() / 2, bytes.size() - 1}) {
    SCOPED_TRACE(size);
    write_bytes(loose_, bytes.substr(0, size));
    expect_only_missing(blob_);
  }
}

TEST_F(Damage, LooseBlobFlipped) {
  const std::string bytes = read_bytes(loose_);
  for (std::size_t at = 0; at < bytes.size(); at += 9) {
    SCOPED_TRACE(at);
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    write_bytes(loose_, flipped);
    const Audit audit = scan({repo_});
    EXPECT_TRUE(audit.has(good_));
    EXPECT_TRUE(audit.status == 4 || audit.has(bad_));
  }
}

TEST_F(Damage, LooseBlobWithAnothersBytes) {
  const std::string other = git_.object(repo_, "blob", "another\n");
  write_bytes(loose_,
              read_bytes(repo_ + "/.git/objects/" + other.substr(0, 2) + "/" + other.substr(2)));
  expect_only_missing(blob_);
}

TEST_F(Damage, TreeMissing) {
  const std::string tree = git_.git(repo_, {"rev-parse", "HEAD^{tree}"});
  fs::remove(repo_ + "/.git/objects/" + tree.substr(0, 2) + "/" + tree.substr(2));
  const Audit audit = scan({repo_});
  EXPECT_EQ(audit.status, 4);
  EXPECT_TRUE(audit.has(good_));
  EXPECT_TRUE(audit.has(bad_));  // every object is scanned, named by a tree or not
  EXPECT_EQ(Json(audit.incomplete()).dump().find(tree) != std::string::npos, true);
}

TEST_F(Damage, CommitMissing) {
  const std::string commit = git_.git(repo_, {"rev-parse", "HEAD^"});
  fs::remove(repo_ + "/.git/objects/" + commit.substr(0, 2) + "/" + commit.substr(2));
  expect_only_missing(commit);
}

TEST_F(Damage, RefToNothing) {
  const std::string nothing(40, '1');
  write_bytes(repo_ + "/.git/refs/heads/lost", nothing + "\n");
  const Audit audit = scan({repo_});
  EXPECT_EQ(audit.status, 4);
  EXPECT_TRUE(audit.has(good_));
  EXPECT_NE(Json(audit.incomplete()).dump().find("refs/heads/lost"), std::string::npos)
      << Json(audit.incomplete()).dump(1);
}

TEST_F(Damage, RefThatIsNoRef) {
  write_bytes(repo_ + "/.git/refs/heads/odd", "garbage\n");
  const Audit audit = scan({repo_});
  EXPECT_EQ(audit.status, 4);
  EXPECT_TRUE(audit.has(good_));
  EXPECT_NE(Json(audit.incomplete()).dump().find("refs/heads/odd"), std::string::npos);
}

TEST_F(Damage, IndexOfNoUse) {
  write_bytes(repo_ + "/.git/index", "garbage\n");
  const Audit audit = scan({repo_});
  EXPECT_EQ(audit.status, 4);
  EXPECT_TRUE(audit.has(good_));
  EXPECT_TRUE(audit.has(bad_));
  const auto incomplete = audit.incomplete();
  EXPECT_TRUE(std::any_of(incomplete.begin(), incomplete.end(), [](const std::string& s) {
    return s.find("index") != std::string::npos;
  })) << Json(incomplete).dump(1);
  EXPECT_EQ(dragnet({"scan", repo_, "--staged"}).status, 3);
}

class PackDamage : public Damage {
 protected:
  PackDamage() {
    git_.git(repo_, {"repack", "-adfq"});
    git_.git(repo_, {"prune-packed"});
    for (const auto& entry : fs::directory_iterator(repo_ + "/.git/objects/pack")) {
      if (entry.path().extension() == ".pack") pack_ = entry.path().string();
      if (entry.path().extension() == ".idx") index_ = entry.path().string();
    }
  }

  // Offset in the pack of an object.
  std::size_t offset_of(const std::string& id) {
    for (const std::string& line : git_.lines(repo_, {"verify-pack", "-v", index_})) {
      if (!line.starts_with(id)) continue;
      // id type size size-in-pack offset
      const std::size_t last = line.find_last_of(' ');
      return std::stoul(line.substr(last));
    }
    ADD_FAILURE() << id << " is not in the pack";
    return 0;
  }

  std::string pack_, index_;
};

TEST_F(PackDamage, ObjectFlipped) {
  std::string bytes = read_bytes(pack_);
  bytes[offset_of(blob_) + 12] ^= 0x20;
  write_bytes(pack_, bytes);
  expect_only_missing(blob_);
}

TEST_F(PackDamage, PackTruncated) {
  const std::string bytes = read_bytes(pack_);
  for (const std::size_t size :
       {bytes.size() - 30, bytes.size() / 2, std::size_t{20}, std::size_t{0}}) {
    SCOPED_TRACE(size);
    write_bytes(pack_, bytes.substr(0, size));
    const Audit audit = scan({repo_});
    EXPECT_TRUE(audit.status == 3 || audit.status == 4) << audit.status;
    EXPECT_FALSE(audit.incomplete().empty());
  }
}

TEST_F(PackDamage, PackMissingItsIndexThere) {
  fs::remove(pack_);
  const Audit audit = scan({repo_});
  EXPECT_EQ(audit.status, 3);
  EXPECT_FALSE(audit.incomplete().empty());
}

TEST_F(PackDamage, IndexFlippedAnywhere) {
  const std::string bytes = read_bytes(index_);
  for (std::size_t at = 0; at < bytes.size(); at += at < 1032 ? 257 : 41) {
    SCOPED_TRACE(at);
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x40);
    write_bytes(index_, flipped);
    const Audit audit = scan({repo_});
    // The fan-out table, ids and offsets are all checked by what they lead to: where the secrets
    // are not both found, that is said.
    EXPECT_TRUE(!audit.incomplete().empty() || (audit.has(good_) && audit.has(bad_)));
    EXPECT_EQ(audit.status >= 3, !audit.incomplete().empty());
  }
}

TEST_F(PackDamage, GoodCopyElsewhereIsTaken) {
  git_.git(repo_, {"unpack-objects", "-q"}, read_bytes(pack_));  // nothing new
  const std::string bytes = read_bytes(pack_);
  const std::string other = git_.init("other");
  git_.git(other, {"unpack-objects", "-q"}, bytes);
  fs::create_directories(fs::path(loose_).parent_path());
  fs::copy_file(other + "/.git/objects/" + blob_.substr(0, 2) + "/" + blob_.substr(2), loose_);
  std::string damaged = bytes;
  damaged[offset_of(blob_) + 12] ^= 0x20;
  write_bytes(pack_, damaged);
  const Audit audit = scan({repo_});
  EXPECT_EQ(audit.status, 1) << Json(audit.incomplete()).dump(1);
  EXPECT_TRUE(audit.has(bad_));
}

}  // namespace
}  // namespace dragnet::test_support
