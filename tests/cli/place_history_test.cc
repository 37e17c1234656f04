// Secrets in files, however history brought them there: each is found, with the commit, the path
// and the position that git itself tells.
#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/place.h"
#include "cli/program.h"

namespace dragnet::test_support {
namespace {

std::string with_line(const std::string& secret) { return "first\n  key = " + secret + "\nlast\n"; }

class PlaceHistory : public testing::Test {
 protected:
  // Scans, expects nothing but findings, and nothing incomplete.
  Audit scan_repo() {
    Audit audit = scan({repo_});
    EXPECT_EQ(audit.status, 1);
    EXPECT_TRUE(audit.incomplete().empty());
    return audit;
  }

  GitFixture git_;
  std::string repo_ = git_.init("repo");
};

TEST_F(PlaceHistory, AddedInACommitAndStillThere) {
  const std::string secret = token(1);
  git_.commit_file(repo_, "dir/a.txt", "nothing\n");
  const std::string commit = git_.commit_file(repo_, "dir/a.txt", with_line(secret));
  git_.commit_file(repo_, "dir/a.txt", "pushes down\n" + with_line(secret));  // a version later
  const Audit audit = scan_repo();
  const Json occurrence = audit.only(secret);
  expect_place(occurrence, blob_place(&git_, repo_, commit, "dir/a.txt", secret));
  EXPECT_EQ(occurrence["at_tip"], true);
}

TEST_F(PlaceHistory, AddedInAMergeResolution) {
  const std::string secret = token(2);
  git_.commit_file(repo_, "a.txt", "base\n");
  git_.git(repo_, {"checkout", "-q", "-b", "side"});
  git_.commit_file(repo_, "a.txt", "theirs\n");
  git_.git(repo_, {"checkout", "-q", "main"});
  git_.commit_file(repo_, "a.txt", "ours\n");
  EXPECT_NE(git_.try_git(repo_, {"merge", "-q", "side"}).status, 0);
  const std::string merge = git_.commit_file(repo_, "a.txt", with_line(secret), "resolved");
  ASSERT_EQ(git_.lines(repo_, {"rev-list", "--parents", "-1", "HEAD"})[0].size(), 3 * 40 + 2U);
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), blob_place(&git_, repo_, merge, "a.txt", secret));
}

TEST_F(PlaceHistory, AddedInARenamedFile) {
  const std::string secret = token(3);
  std::string body;
  for (int i = 0; i < 100; ++i) body += "line " + std::to_string(i) + "\n";
  git_.commit_file(repo_, "old.txt", body);
  git_.git(repo_, {"mv", "old.txt", "new.txt"});
  const std::string commit = git_.commit_file(repo_, "new.txt", body + with_line(secret));
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), blob_place(&git_, repo_, commit, "new.txt", secret));
}

TEST_F(PlaceHistory, MovedByARename) {
  const std::string secret = token(4);
  const std::string first = git_.commit_file(repo_, "old.txt", with_line(secret));
  git_.git(repo_, {"mv", "old.txt", "new.txt"});
  const std::string second = git_.commit(repo_, "rename");
  const Audit audit = scan_repo();
  ASSERT_EQ(audit.all(secret).size(), 2U);
  Place before = blob_place(&git_, repo_, first, "old.txt", secret);
  before.removed_in = second;
  EXPECT_FALSE(before.at_tip);
  expect_place(audit.at(secret, "blob", "old.txt"), before);
  expect_place(audit.at(secret, "blob", "new.txt"),
               blob_place(&git_, repo_, second, "new.txt", secret));
}

TEST_F(PlaceHistory, DeletedLongAgo) {
  const std::string secret = token(5);
  const std::string added = git_.commit_file(repo_, "gone/key.txt", with_line(secret));
  git_.git(repo_, {"rm", "-q", "gone/key.txt"});
  const std::string removed = git_.commit(repo_, "remove");
  for (int i = 0; i < 200; ++i) git_.commit_file(repo_, "other", std::to_string(i));
  git_.git(repo_, {"repack", "-adfq"});
  const Audit audit = scan_repo();
  Place place = blob_place(&git_, repo_, added, "gone/key.txt", secret);
  place.removed_in = removed;
  expect_place(audit.only(secret), place);
  EXPECT_EQ(audit.only(secret)["at_tip"], false);
}

TEST_F(PlaceHistory, RemovedAndBroughtBack) {
  const std::string secret = token(6);
  const std::string first = git_.commit_file(repo_, "a.txt", with_line(secret));
  git_.commit_file(repo_, "a.txt", "clean\n");
  const std::string again = git_.commit_file(repo_, "a.txt", with_line(secret));
  const Audit audit = scan_repo();
  ASSERT_EQ(audit.all(secret).size(), 2U);  // two stays; it is at the tip, so never removed
  expect_place(audit.all(secret)[0], blob_place(&git_, repo_, first, "a.txt", secret));
  expect_place(audit.all(secret)[1], blob_place(&git_, repo_, again, "a.txt", secret));
}

TEST_F(PlaceHistory, InADanglingCommit) {
  const std::string secret = token(7);
  git_.commit_file(repo_, "a.txt", "base\n");
  git_.git(repo_, {"checkout", "-q", "-b", "lost"});
  const std::string commit = git_.commit_file(repo_, "b.txt", with_line(secret));
  git_.git(repo_, {"checkout", "-q", "main"});
  git_.git(repo_, {"branch", "-D", "lost"});
  git_.git(repo_, {"reflog", "expire", "--expire=now", "--all"});
  const Audit audit = scan_repo();
  const Place place = blob_place(&git_, repo_, commit, "b.txt", secret);
  EXPECT_TRUE(place.refs.empty());
  EXPECT_FALSE(place.at_tip);
  expect_place(audit.only(secret), place);
}

TEST_F(PlaceHistory, InAStash) {
  const std::string secret = token(8);
  git_.commit_file(repo_, "a.txt", "base\n");
  git_.write(repo_, "a.txt", with_line(secret));
  git_.git(repo_, {"stash", "--quiet"});
  const std::string stash = git_.git(repo_, {"rev-parse", "refs/stash"});
  const Audit audit = scan_repo();
  const Place place = blob_place(&git_, repo_, stash, "a.txt", secret);
  EXPECT_EQ(place.refs, std::vector<std::string>{"refs/stash"});
  expect_place(audit.only(secret), place);
}

TEST_F(PlaceHistory, InAnUntrackedFileOfAStash) {
  const std::string secret = token(9);
  git_.commit_file(repo_, "a.txt", "base\n");
  git_.write(repo_, "new.txt", with_line(secret));
  git_.git(repo_, {"stash", "--quiet", "--include-untracked"});
  const std::string untracked = git_.git(repo_, {"rev-parse", "refs/stash^3"});
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), blob_place(&git_, repo_, untracked, "new.txt", secret));
}

TEST_F(PlaceHistory, SymlinkReplacedByAFile) {
  const std::string secret = token(10);
  git_.write(repo_, "real.txt", "nothing\n");
  git_.git(repo_, {"init", "-q"});
  EXPECT_EQ(symlink("real.txt", (repo_ + "/conf").c_str()), 0);
  git_.commit(repo_, "link");
  const std::string commit = git_.commit_file(repo_, "conf", with_line(secret));
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), blob_place(&git_, repo_, commit, "conf", secret));
}

TEST_F(PlaceHistory, TextOfASymlink) {
  const std::string secret = token(11);
  EXPECT_EQ(symlink(("/run/" + secret).c_str(), (repo_ + "/link").c_str()), 0);
  const std::string commit = git_.commit(repo_, "link");
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), blob_place(&git_, repo_, commit, "link", secret));
}

TEST_F(PlaceHistory, PathThatIsNoUtf8) {
  const std::string secret = token(12);
  const std::string path = "caf\xe9/\xff\xfe.txt";
  const std::string commit = git_.commit_file(repo_, path, with_line(secret));
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), blob_place(&git_, repo_, commit, path, secret));
  EXPECT_EQ(audit.only(secret)["path_encoding"], "latin1");
}

TEST_F(PlaceHistory, SameSecretInTwoBranches) {
  const std::string secret = token(13);
  git_.commit_file(repo_, "a.txt", "base\n");
  git_.git(repo_, {"checkout", "-q", "-b", "side"});
  const std::string on_side = git_.commit_file(repo_, "b.txt", with_line(secret));
  git_.git(repo_, {"checkout", "-q", "main"});
  const std::string on_main = git_.commit_file(repo_, "b.txt", "x\n" + with_line(secret));
  const Audit audit = scan_repo();
  ASSERT_EQ(audit.all(secret).size(), 2U);
  EXPECT_EQ(audit.report["findings"].size(), 1U);  // one secret, one finding
  expect_place(audit.all(secret)[0], blob_place(&git_, repo_, on_side, "b.txt", secret));
  expect_place(audit.all(secret)[1], blob_place(&git_, repo_, on_main, "b.txt", secret));
}

// Every two-byte text: byte order, mark, an odd offset, carriage returns.
class PlaceUtf16 : public PlaceHistory, public testing::WithParamInterface<int> {};

std::string utf16(const std::string& text, bool big_endian) {
  std::string out;
  for (const char c : text) {
    if (big_endian) out += '\0';
    out += c;
    if (!big_endian) out += '\0';
  }
  return out;
}

TEST_P(PlaceUtf16, IsFoundAtItsBytes) {
  const bool big_endian = (GetParam() & 1) != 0;
  const bool mark = (GetParam() & 2) != 0;
  const bool crlf = (GetParam() & 4) != 0;
  const std::string secret = token(20 + static_cast<std::uint64_t>(GetParam()));
  const std::string text = std::string(crlf ? "$a = 1\r\n" : "$a = 1\n") + "$b = '" + secret + "'" +
                           (crlf ? "\r\n" : "\n");
  std::string bytes = mark ? (big_endian ? "\xfe\xff" : "\xff\xfe") : "";
  bytes += utf16(text, big_endian);
  const std::string commit = git_.commit_file(repo_, "script.ps1", bytes);
  const Audit audit = scan_repo();
  expect_place(audit.only(secret),
               blob_place(&git_, repo_, commit, "script.ps1", utf16(secret, big_endian)));
  EXPECT_EQ(audit.report["findings"][0]["decoded_through"],
            Json::array({big_endian ? "utf-16be" : "utf-16le"}));
}

INSTANTIATE_TEST_SUITE_P(All, PlaceUtf16, testing::Range(0, 8));

}  // namespace
}  // namespace dragnet::test_support
