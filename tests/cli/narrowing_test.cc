// --range, --since and --staged: what is asked for, no more and no less.
#include <gtest/gtest.h>

#include "base/date.h"
#include "cli/place.h"
#include "cli/program.h"

namespace dragnet::test_support {
namespace {

class Narrowing : public testing::Test {
 protected:
  Narrowing() {
    git_.commit_file(repo_, "a.txt", "base\n");
    git_.commit_file(repo_, "old.txt", "key " + old_ + "\n");
    base_ = git_.git(repo_, {"rev-parse", "HEAD"});
    since_ = git_.clock;
    // Touched, not introduced.
    git_.commit_file(repo_, "old.txt", "edited\nkey " + old_ + "\n");
    introduced_ = git_.commit_file(repo_, "new.txt", "key " + new_ + "\n");
    git_.git(repo_, {"rm", "-q", "new.txt"});
    removed_ = git_.commit(repo_, "remove\n\nit was " + message_);
  }

  void expect_new_ones(const Audit& audit, const std::string& repo) {
    EXPECT_EQ(audit.status, 1);
    EXPECT_TRUE(audit.incomplete().empty()) << audit.report.dump(1);
    EXPECT_FALSE(audit.has(old_));
    Place place = blob_place(&git_, repo, introduced_, "new.txt", new_);
    place.removed_in = removed_;
    expect_place(audit.only(new_), place);
    expect_place(audit.only(message_), commit_place(&git_, repo, removed_, message_));
  }

  GitFixture git_;
  std::string repo_ = git_.init("repo");
  std::string old_ = token(401), new_ = token(402), message_ = token(403);
  std::string base_, introduced_, removed_;
  std::int64_t since_ = 0;
};

TEST_F(Narrowing, RangeReportsWhatItIntroduced) {
  expect_new_ones(scan({repo_, "--range", base_ + "..main"}), repo_);
  expect_new_ones(scan({repo_, "--range", base_}), repo_);  // up to HEAD
}

TEST_F(Narrowing, RangeTakesWhatGitTakes) {
  git_.git(repo_, {"tag", "-a", "-m", "m", "v1", base_});
  expect_new_ones(scan({repo_, "--range", "v1..HEAD"}), repo_);
  expect_new_ones(scan({repo_, "--range", "HEAD~3..HEAD"}), repo_);
  expect_new_ones(scan({repo_, "--range", base_.substr(0, 12) + "..refs/heads/main"}), repo_);
}

TEST_F(Narrowing, EmptyRangeIsClean) {
  const Audit audit = scan({repo_, "--range", "main..main"});
  EXPECT_EQ(audit.status, 0);
  EXPECT_EQ(audit.summary()["objects"]["commits"], 0);
}

TEST_F(Narrowing, RangeCountsItsOwnObjectsOnly) {
  const Audit audit = scan({repo_, "--range", "HEAD~1..HEAD"});
  EXPECT_EQ(audit.summary()["objects"]["commits"], 1);
  EXPECT_EQ(audit.summary()["objects"]["blobs"], 0);
  EXPECT_FALSE(audit.has(new_));
  EXPECT_TRUE(audit.has(message_));
}

TEST_F(Narrowing, RangeLooksAtNothingElse) {
  const std::string untracked = token(404);
  const std::string dangling = token(405);
  const std::string ref = token(406);
  git_.write(repo_, "untracked.txt", "key " + untracked + "\n");
  git_.object(repo_, "blob", "key " + dangling + "\n");
  git_.git(repo_, {"update-ref", "refs/heads/" + ref, "HEAD"});
  const Audit audit = scan({repo_, "--range", base_ + "..main"});
  EXPECT_EQ(audit.report["findings"].size(), 2U);
}

TEST_F(Narrowing, RangeSeesAMergeResolution) {
  const std::string secret = token(407);
  const std::string theirs = token(408);
  git_.git(repo_, {"checkout", "-q", "-b", "side", base_});
  git_.commit_file(repo_, "side.txt", "key " + theirs + "\n");
  git_.git(repo_, {"checkout", "-q", "main"});
  git_.git(repo_, {"merge", "-q", "--no-ff", "--no-commit", "side"});
  const std::string merge = git_.commit_file(repo_, "evil.txt", "key " + secret + "\n", "merge");
  // From main's side the merge brings what was on side too.
  const Audit audit = scan({repo_, "--range", removed_ + ".." + merge});
  EXPECT_EQ(audit.only(secret)["commit"], merge);
  EXPECT_NE(audit.only(theirs)["commit"], merge);
  // Seen from side, what side has is not new, though the merge differs from its first parent by it.
  const Audit from_side = scan({repo_, "--range", "side..main"});
  EXPECT_EQ(from_side.only(secret)["commit"], merge);
  EXPECT_FALSE(from_side.has(theirs));
  EXPECT_TRUE(from_side.has(new_));
}

TEST_F(Narrowing, RangeOfAShallowCloneThatIsAllThere) {
  git_.git(git_.root(), {"clone", "-q", "--depth=4", "file://" + repo_, "shallow"});
  expect_new_ones(scan({git_.path("shallow"), "--range", base_ + "..HEAD"}), git_.path("shallow"));
  const Audit clean = scan({git_.path("shallow"), "--range", "HEAD~3..HEAD~2"});
  EXPECT_EQ(clean.status, 0);
}

TEST_F(Narrowing, RangeThatReachesPastAShallowBoundaryIsIncomplete) {
  git_.git(git_.root(), {"clone", "-q", "--depth=2", "file://" + repo_, "shallow"});
  const CommandResult whole = dragnet({"scan", git_.path("shallow"), "--range", base_ + "..HEAD"});
  EXPECT_EQ(whole.status, 2);  // its left side is not there at all
  EXPECT_NE(whole.err.find(base_.substr(0, 7)), std::string::npos) << whole.err;
}

TEST_F(Narrowing, SinceTakesTheCommittersDate) {
  expect_new_ones(scan({repo_, "--since", format_date(since_)}), repo_);
  const Audit later = scan({repo_, "--since", format_date(since_ + 1)});
  EXPECT_TRUE(later.has(new_));
  const Audit never = scan({repo_, "--since", "2100-01-01"});
  EXPECT_EQ(never.status, 0);
}

TEST_F(Narrowing, SinceSeesDanglingCommits) {
  const std::string secret = token(409);
  git_.git(repo_, {"checkout", "-q", "-b", "lost"});
  const std::string commit = git_.commit_file(repo_, "l.txt", "key " + secret + "\n");
  git_.git(repo_, {"checkout", "-q", "main"});
  git_.git(repo_, {"branch", "-D", "lost"});
  git_.git(repo_, {"reflog", "expire", "--expire=now", "--all"});
  const Audit audit = scan({repo_, "--since", format_date(git_.clock - 60)});
  expect_place(audit.only(secret), blob_place(&git_, repo_, commit, "l.txt", secret));
}

TEST_F(Narrowing, StagedTakesTheIndexAgainstHead) {
  const std::string staged = token(410);
  const std::string unstaged = token(411);
  git_.write(repo_, "s.txt", "line\nkey " + staged + "\n");
  git_.git(repo_, {"add", "s.txt"});
  git_.write(repo_, "s.txt", "line\nkey " + unstaged + "\n");
  const Audit audit = scan({repo_, "--staged"});
  EXPECT_EQ(audit.status, 1);
  EXPECT_EQ(audit.report["findings"].size(), 1U);
  Place place;
  place.path = "s.txt";
  place.object = git_.git(repo_, {"rev-parse", ":s.txt"});
  place.bytes = object_bytes(&git_, repo_, "blob", place.object);
  place.needle = staged;
  expect_place(audit.only(staged), place);
}

TEST_F(Narrowing, NothingStagedIsClean) {
  const Audit audit = scan({repo_, "--staged"});
  EXPECT_EQ(audit.status, 0);
  EXPECT_EQ(audit.summary()["objects"]["blobs"], 0);
}

TEST_F(Narrowing, StagedBeforeTheFirstCommit) {
  const std::string repo = git_.init("fresh");
  git_.write(repo, "s.txt", "key " + token(412) + "\n");
  git_.git(repo, {"add", "s.txt"});
  const Audit audit = scan({repo, "--staged"});
  EXPECT_EQ(audit.status, 1);
  EXPECT_EQ(audit.only(token(412))["path"], "s.txt");
}

TEST_F(Narrowing, BadRangesNameTheSide) {
  for (const char* range : {"nowhere..main", "main..nowhere"}) {
    const CommandResult result = dragnet({"scan", repo_, "--range", range});
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err.find("nowhere"), std::string::npos) << result.err;
  }
  EXPECT_EQ(dragnet({"scan", repo_, "--since", "yesterday"}).status, 2);
  EXPECT_EQ(dragnet({"scan", repo_, "--since", "2020-01-01", "--staged"}).status, 2);
  EXPECT_EQ(dragnet({"scan", "-", "--staged"}).status, 2);
}

}  // namespace
}  // namespace dragnet::test_support
