// Secrets outside of files that a commit has: messages, names, refs, reflogs, notes, the index and
// the working tree.
#include <gtest/gtest.h>

#include "base/date.h"
#include "cli/place.h"
#include "cli/program.h"

namespace dragnet::test_support {
namespace {

class PlaceElsewhere : public testing::Test {
 protected:
  Audit scan_repo() {
    Audit audit = scan({repo_});
    EXPECT_EQ(audit.status, 1);
    EXPECT_TRUE(audit.incomplete().empty());
    return audit;
  }

  GitFixture git_;
  std::string repo_ = git_.init("repo");
};

TEST_F(PlaceElsewhere, CommitMessage) {
  const std::string secret = token(101);
  git_.commit_file(repo_, "a.txt", "a\n");
  const std::string commit = git_.commit(repo_, "subject\n\nthe body has " + secret + " in it\n");
  git_.commit_file(repo_, "a.txt", "b\n");
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), commit_place(&git_, repo_, commit, secret));
}

TEST_F(PlaceElsewhere, SubjectOfACommitStandsInReflogsToo) {
  const std::string secret = token(102);
  const std::string commit = git_.commit(repo_, "use " + secret);
  const Audit audit = scan_repo();
  ASSERT_EQ(audit.all(secret).size(), 3U);
  expect_place(audit.at(secret, "commit", ""), commit_place(&git_, repo_, commit, secret));
  for (const std::string path : {"logs/HEAD", "logs/refs/heads/main"}) {
    Place place;
    place.type = "reflog";
    place.path = path;
    place.bytes = read_bytes(repo_ + "/.git/" + path);
    place.needle = secret;
    expect_place(audit.at(secret, "reflog", path), place);
  }
}

TEST_F(PlaceElsewhere, AuthorNameAndCommitterEmail) {
  const std::string in_name = token(103);
  const std::string in_email = token(104);
  const std::string tree = git_.git(repo_, {"mktree"});
  const std::string commit =
      git_.object(repo_, "commit",
                  "tree " + tree + "\nauthor " + in_name +
                      " <ann@example.org> 1700000000 +0100\ncommitter C <" + in_email +
                      "@example.org> 1700000001 -0200\n\nmessage\n");
  git_.git(repo_, {"update-ref", "refs/heads/main", commit});
  const Audit audit = scan_repo();
  expect_place(audit.at(in_name, "commit", ""), commit_place(&git_, repo_, commit, in_name));
  expect_place(audit.at(in_email, "commit", ""), commit_place(&git_, repo_, commit, in_email));
}

TEST_F(PlaceElsewhere, TagMessage) {
  const std::string secret = token(105);
  git_.commit_file(repo_, "a.txt", "a\n");
  git_.clock += 1000;
  git_.git(repo_, {"tag", "-a", "v1", "-m", "release\n\nsigned with " + secret});
  Place place;
  place.type = "tag";
  place.object = git_.git(repo_, {"rev-parse", "v1"});
  place.bytes = object_bytes(&git_, repo_, "tag", place.object);
  place.needle = secret;
  place.author_name = "Cem Committer";  // the tagger
  place.author_email = "cem@example.org";
  place.date = format_date(git_.clock);
  place.refs = {"refs/tags/v1"};
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), place);
}

TEST_F(PlaceElsewhere, GitNote) {
  const std::string secret = token(106);
  const std::string noted = git_.commit_file(repo_, "a.txt", "a\n");
  git_.git(repo_, {"notes", "add", "-m", "token " + secret});
  const std::string commit = git_.git(repo_, {"rev-parse", "refs/notes/commits"});
  const Audit audit = scan_repo();
  const Place place = blob_place(&git_, repo_, commit, noted, secret);
  EXPECT_EQ(place.refs, std::vector<std::string>{"refs/notes/commits"});
  expect_place(audit.only(secret), place);
}

TEST_F(PlaceElsewhere, FileName) {
  const std::string secret = token(107);
  git_.commit_file(repo_, "sub/a.txt", "a\n");
  const std::string name = "key-" + secret + ".txt";
  const std::string commit = git_.commit_file(repo_, "sub/" + name, "nothing\n");
  git_.git(repo_, {"rm", "-q", "sub/" + name});
  const std::string removed = git_.commit(repo_, "remove");
  Place place = blob_place(&git_, repo_, commit, "sub/a.txt", "a");  // for who, when and refs
  place.type = "tree";
  place.path = "sub/" + name;
  place.object = git_.git(repo_, {"rev-parse", commit + ":sub"});
  place.bytes = object_bytes(&git_, repo_, "tree", place.object);
  place.needle = secret;
  place.removed_in = removed;
  place.at_tip = false;
  const Audit audit = scan_repo();
  const Json occurrence = audit.only(secret);
  EXPECT_EQ(occurrence["object_type"], "tree");
  EXPECT_EQ(occurrence["object"], place.object);
  EXPECT_EQ(occurrence["start"], place.bytes.find(secret));
  EXPECT_EQ(occurrence["end"], place.bytes.find(secret) + secret.size());
  EXPECT_EQ(occurrence["path"], place.path);
  EXPECT_EQ(occurrence["commit"], commit);
  EXPECT_EQ(occurrence["removed_in"], removed);
  EXPECT_EQ(occurrence["refs"], Json(place.refs));
  EXPECT_EQ(occurrence["at_tip"], false);
  EXPECT_EQ(occurrence["author_email"], "ann@example.org");
}

TEST_F(PlaceElsewhere, NameOfAFolder) {
  const std::string secret = token(108);
  const std::string commit = git_.commit_file(repo_, "a-" + secret + "/b/c.txt", "nothing\n");
  const Audit audit = scan_repo();
  const Json occurrence = audit.at(secret, "tree", "a-" + secret);
  EXPECT_EQ(occurrence["commit"], commit);
  EXPECT_EQ(occurrence["at_tip"], true);
}

TEST_F(PlaceElsewhere, RefName) {
  const std::string secret = token(109);
  const std::string commit = git_.commit_file(repo_, "a.txt", "a\n");
  const std::string ref = "refs/heads/fix/" + secret;
  git_.git(repo_, {"update-ref", ref, commit});
  Place place;
  place.type = "ref";
  place.object = commit;
  place.bytes = ref;
  place.needle = secret;
  place.refs = {ref};
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), place);
}

TEST_F(PlaceElsewhere, ReflogMessage) {
  const std::string secret = token(110);
  git_.commit_file(repo_, "a.txt", "a\n");
  const std::string commit = git_.commit_file(repo_, "a.txt", "b\n");
  git_.git(repo_, {"branch", "other", "HEAD^"});
  git_.git(repo_, {"update-ref", "-m", "moved for " + secret, "refs/heads/other", commit});
  Place place;
  place.type = "reflog";
  place.path = "logs/refs/heads/other";
  place.bytes = read_bytes(repo_ + "/.git/" + place.path);
  place.needle = secret;
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), place);
}

Place loose_blob(GitFixture* git, const std::string& repo, const std::string& id,
                 const std::string& needle) {
  Place place;
  place.object = id;
  place.bytes = object_bytes(git, repo, "blob", id);
  place.needle = needle;
  return place;
}

TEST_F(PlaceElsewhere, BlobThatOnlyATagPointsAt) {
  const std::string secret = token(111);
  git_.commit_file(repo_, "a.txt", "a\n");
  const std::string blob = git_.object(repo_, "blob", "pgp\nkey " + secret + "\n");
  git_.git(repo_, {"tag", "light", blob});
  Place place = loose_blob(&git_, repo_, blob, secret);
  place.refs = {"refs/tags/light"};
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), place);
}

TEST_F(PlaceElsewhere, BlobThatOnlyAnAnnotatedTagPointsAt) {
  const std::string secret = token(112);
  git_.commit_file(repo_, "a.txt", "a\n");
  const std::string blob = git_.object(repo_, "blob", "pgp\nkey " + secret + "\n");
  git_.git(repo_, {"tag", "-a", "-m", "a key", "junio-gpg-pub", blob});
  Place place = loose_blob(&git_, repo_, blob, secret);
  place.refs = {"refs/tags/junio-gpg-pub"};
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), place);
}

TEST_F(PlaceElsewhere, DanglingBlob) {
  const std::string secret = token(113);
  git_.commit_file(repo_, "a.txt", "a\n");
  const std::string blob = git_.object(repo_, "blob", "key " + secret + "\n");
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), loose_blob(&git_, repo_, blob, secret));
}

TEST_F(PlaceElsewhere, IndexOnly) {
  const std::string secret = token(114);
  git_.commit_file(repo_, "a.txt", "a\n");
  git_.write(repo_, "dir/new.txt", "line\nkey " + secret + "\n");
  git_.git(repo_, {"add", "dir/new.txt"});
  git_.write(repo_, "dir/new.txt", "the file itself is clean again\n");
  Place place = loose_blob(&git_, repo_, git_.git(repo_, {"rev-parse", ":dir/new.txt"}), secret);
  place.path = "dir/new.txt";
  const Audit audit = scan_repo();
  expect_place(audit.only(secret), place);
}

Place file_place(const std::string& repo, const std::string& path, const std::string& needle) {
  Place place;
  place.type = "file";
  place.path = path;
  place.bytes = read_bytes(repo + "/" + path);
  place.needle = needle;
  return place;
}

TEST_F(PlaceElsewhere, UntrackedAndModifiedButNotIgnored) {
  const std::string untracked = token(115);
  const std::string modified = token(116);
  const std::string ignored = token(117);
  git_.write(repo_, ".gitignore", "*.log\n");
  git_.commit_file(repo_, "a.txt", "a\n");
  git_.write(repo_, "dir/new.txt", "\n\nkey " + untracked + "\n");
  git_.write(repo_, "a.txt", "a\nkey " + modified);
  git_.write(repo_, "build.log", ignored);
  const Audit audit = scan_repo();
  expect_place(audit.only(untracked), file_place(repo_, "dir/new.txt", untracked));
  expect_place(audit.only(modified), file_place(repo_, "a.txt", modified));
  EXPECT_FALSE(audit.has(ignored));
}

TEST_F(PlaceElsewhere, EverySecretOfOneFile) {
  std::string text;
  for (std::uint64_t i = 0; i < 50; ++i)
    text += "key" + std::to_string(i) + "=" + token(150 + i) + "\n";
  const std::string commit = git_.commit_file(repo_, "a.env", text);
  const Audit audit = scan_repo();
  for (std::uint64_t i = 0; i < 50; ++i) {
    expect_place(audit.only(token(150 + i)),
                 blob_place(&git_, repo_, commit, "a.env", token(150 + i)));
  }
}

}  // namespace
}  // namespace dragnet::test_support
