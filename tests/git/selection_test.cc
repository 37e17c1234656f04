// Selections against git: the commits of `git rev-list`, and objects found by comparing whole trees
// as `git ls-tree` prints them.
#include "git/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include "support/git_fixture.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::GitFixture;

using Ids = std::set<std::string>;

class SelectionTest : public ::testing::Test {
 protected:
  SelectionTest() { repo_ = git_.init("work"); }

  std::unique_ptr<Repository> open(const std::string& path) {
    auto repository = Repository::open(path, false);
    EXPECT_TRUE(repository.ok());
    return std::move(repository.value());
  }
  Selection range(const std::string& text) {
    auto selection = select_range(*open(repo_), text);
    EXPECT_TRUE(selection.ok()) << (selection.ok() ? "" : selection.error().text());
    return selection.ok() ? std::move(selection.value()) : Selection{};
  }

  // Path to id, trees and blobs, "" for the root.
  const std::map<std::string, std::string>& tree(const std::string& commit) {
    auto& entries = trees_[commit];
    if (!entries.empty()) return entries;
    entries[""] = git_.git(repo_, {"rev-parse", commit + "^{tree}"});
    const std::string list = git_.git(repo_, {"ls-tree", "-r", "-t", "-z", commit});
    for (std::size_t at = 0; at < list.size();) {
      const std::size_t end = list.find('\0', at);
      const std::string line = list.substr(at, end - at);
      at = end + 1;
      const std::size_t tab = line.find('\t');
      const std::string kind = line.substr(7, 6);
      if (kind != "commit") entries[line.substr(tab + 1)] = line.substr(tab - 40, 40);
    }
    return entries;
  }

  // What the header promises, by brute force.
  Ids expected_objects(const std::vector<std::string>& commits) {
    Ids objects(commits.begin(), commits.end());
    for (const std::string& commit : commits) {
      const std::string parents = git_.git(repo_, {"show", "-s", "--format=%P", commit});
      for (const auto& [path, id] : tree(commit)) {
        bool fresh = true;
        for (std::size_t at = 0; at + 40 <= parents.size(); at += 41) {
          const auto& before = tree(parents.substr(at, 40));
          const auto same = before.find(path);
          fresh = fresh && (same == before.end() || same->second != id);
        }
        if (fresh) objects.insert(id);
      }
    }
    return objects;
  }

  void check(const Selection& selection, std::vector<std::string> commits) {
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < selection.commits.size(); ++i) {
      places[selection.commits[i].hex()] = i;
    }
    EXPECT_EQ(places.size(), selection.commits.size());
    Ids ids;
    for (const auto& [id, place] : places) {
      ids.insert(id);
      const std::string parents = git_.git(repo_, {"show", "-s", "--format=%P", id});
      for (std::size_t at = 0; at + 40 <= parents.size(); at += 41) {
        const auto parent = places.find(parents.substr(at, 40));
        if (parent != places.end()) {
          EXPECT_GT(parent->second, place);
        }
      }
    }
    EXPECT_EQ(ids, Ids(commits.begin(), commits.end()));
    Ids objects;
    for (const ObjectHeader& object : selection.objects) {
      if (object.type != ObjectType::kTag) {
        EXPECT_TRUE(objects.insert(object.id.hex()).second);
      }
      EXPECT_EQ(git_.git(repo_, {"cat-file", "-s", object.id.hex()}), std::to_string(object.size));
      EXPECT_EQ(git_.git(repo_, {"cat-file", "-t", object.id.hex()}), to_string(object.type));
    }
    EXPECT_EQ(objects, expected_objects(commits));
    for (const ObjectHeader& object : selection.context) {
      EXPECT_FALSE(objects.contains(object.id.hex()));
    }
    EXPECT_TRUE(selection.unreadable.empty());
  }

  // A random history with merges (octopus too), renames, and directories that become files.
  std::vector<std::string> make_history(unsigned seed, int count) {
    std::mt19937 random(seed);
    std::vector<std::string> commits;
    const char* paths[] = {"a", "b", "d/a", "d/b", "d/e/a", "d/e/f/a", "x", "x/y", "z-", "z/q"};
    for (int i = 0; i < count; ++i) {
      if (!commits.empty()) {
        git_.git(
            repo_,
            {"checkout", "--quiet", "--force", "--detach",
             commits[commits.size() - 1 - random() % std::min<std::size_t>(commits.size(), 4)]});
      }
      for (int edits = 0; edits < 3; ++edits) {
        const std::string path = paths[random() % std::size(paths)];
        for (fs::path at = fs::path(path).parent_path(); !at.empty(); at = at.parent_path()) {
          if (fs::is_regular_file(repo_ / at)) fs::remove(repo_ / at);
        }
        fs::remove_all(repo_ + "/" + path);
        if (random() % 5 != 0) git_.write(repo_, path, std::to_string(random() % 6) + "\n");
      }
      git_.git(repo_, {"add", "--all"});
      std::vector<std::string> command = {"commit-tree", "-m", std::to_string(i),
                                          git_.git(repo_, {"write-tree"})};
      Ids parents;
      if (!commits.empty()) parents.insert(git_.git(repo_, {"rev-parse", "HEAD"}));
      for (std::size_t more = random() % 3; more > 0 && commits.size() > 3; --more) {
        parents.insert(commits[random() % commits.size()]);
      }
      for (const std::string& parent : parents) command.insert(command.end(), {"-p", parent});
      // Clocks that are wrong, as they are in the world.
      git_.clock = 1700000000 + static_cast<std::int64_t>(random() % 5000);
      commits.push_back(git_.git(repo_, command));
      git_.git(repo_, {"checkout", "--quiet", "--force", "--detach", commits.back()});
    }
    return commits;
  }

  GitFixture git_;
  std::string repo_;
  std::map<std::string, std::map<std::string, std::string>> trees_;
};

TEST_F(SelectionTest, RandomHistoriesEqualBruteForce) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    repo_ = git_.init("work" + std::to_string(seed));
    trees_.clear();
    const std::vector<std::string> commits = make_history(seed, 22);
    std::mt19937 random(seed);
    for (int round = 0; round < 6; ++round) {
      const std::string& a = commits[random() % commits.size()];
      const std::string& b = commits[random() % commits.size()];
      check(range(a + ".." + b), git_.lines(repo_, {"rev-list", a + ".." + b}));
    }
    // No other commit was left behind by making them, so all of the store is `commits`.
    const std::int64_t since = 1700002500;
    std::vector<std::string> young;
    for (const std::string& commit : commits) {
      if (std::stoll(git_.git(repo_, {"show", "-s", "--format=%ct", commit})) >= since) {
        young.push_back(commit);
      }
    }
    const auto selection = select_since(*open(repo_), since);
    ASSERT_TRUE(selection.ok());
    check(selection.value(), young);
  }
}

TEST_F(SelectionTest, WordsThatNameCommits) {
  git_.commit_file(repo_, "a", "1");
  const std::string second = git_.commit_file(repo_, "a", "2");
  git_.git(repo_, {"tag", "-m", "m", "v2"});
  git_.git(repo_, {"tag", "-m", "m", "on-blob", "HEAD:a"});
  const std::string third = git_.commit_file(repo_, "a", "3");
  for (const std::string& text :
       {std::string("HEAD~1..HEAD"), std::string("v2..main"), std::string("v2"), second + "..",
        second.substr(0, 9) + ".." + third, std::string("main^..@")}) {
    const Selection selection = range(text);
    ASSERT_EQ(selection.commits.size(), 1u) << text;
    EXPECT_EQ(selection.commits[0].hex(), third);
    EXPECT_EQ(selection.objects.size(), 3u);
    EXPECT_EQ(selection.context.size(), 2u);
  }
  for (const char* text : {"", "nonsense..HEAD", "HEAD..nonsense", "a...b", "on-blob..HEAD",
                           "HEAD..HEAD~99", "..nonsense"}) {
    const auto selection = select_range(*open(repo_), text);
    ASSERT_FALSE(selection.ok()) << text;
    EXPECT_EQ(selection.error().kind, ErrorKind::kUsage);
  }
  EXPECT_NE(select_range(*open(repo_), "HEAD..nonsense").error().message.find("'nonsense'"),
            std::string::npos);
}

TEST_F(SelectionTest, TagsOfSelectedObjectsComeAlong) {
  git_.commit_file(repo_, "a", "1");
  git_.git(repo_, {"tag", "-m", "m", "old"});
  git_.commit_file(repo_, "a", "2");
  git_.git(repo_, {"tag", "-m", "m", "new"});
  git_.git(repo_, {"tag", "-m", "m", "newer", "new"});
  git_.git(repo_, {"tag", "-m", "m", "blob", "HEAD:a"});
  Ids tags;
  for (const ObjectHeader& object : range("HEAD~1..HEAD").objects) {
    if (object.type == ObjectType::kTag) tags.insert(object.id.hex());
  }
  const auto lines = git_.lines(repo_, {"rev-parse", "new", "newer", "blob"});
  EXPECT_EQ(tags, Ids(lines.begin(), lines.end()));
}

TEST_F(SelectionTest, ShallowBoundaryHasNoParents) {
  for (const char* text : {"1", "2", "3", "4"}) git_.commit_file(repo_, "a", text);
  git_.git(git_.root(),
           {"clone", "--quiet", "--depth", "2", "file://" + repo_, git_.path("shallow")});
  repo_ = git_.path("shallow");
  const Selection since = select_since(*open(repo_), 0).value();
  EXPECT_EQ(since.commits.size(), 2u);
  EXPECT_TRUE(since.unreadable.empty());
  EXPECT_EQ(since.objects.size(), 6u);
  const Selection selection = range("HEAD~1..HEAD");
  EXPECT_EQ(selection.commits.size(), 1u);
  EXPECT_TRUE(selection.unreadable.empty());
}

TEST_F(SelectionTest, MissingObjectsAreReported) {
  const std::string first = git_.commit_file(repo_, "d/a", "1");
  git_.commit_file(repo_, "d/a", "2");
  const std::string blob = git_.git(repo_, {"rev-parse", "HEAD:d/a"});
  const std::string old_tree = git_.git(repo_, {"rev-parse", "HEAD~1:d"});
  const std::string head = git_.git(repo_, {"rev-parse", "HEAD"});
  git_.commit_file(repo_, "d/a", "3");
  for (const std::string& id : {blob, old_tree}) {
    fs::remove(repo_ + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2));
  }
  const Selection selection = range("HEAD~2..HEAD");
  EXPECT_EQ(selection.commits.size(), 2u);
  Ids reported;
  for (const Unreadable& entry : selection.unreadable) reported.insert(entry.what);
  EXPECT_EQ(reported, (Ids{blob, old_tree}));
  fs::remove(repo_ + "/.git/objects/" + head.substr(0, 2) + "/" + head.substr(2));
  const Selection rest = range(first + "..HEAD");
  EXPECT_EQ(rest.commits.size(), 1u);
  EXPECT_EQ(std::count_if(rest.unreadable.begin(), rest.unreadable.end(),
                          [&](const Unreadable& entry) { return entry.what == head; }),
            1);
}

// A tree whose paths could never be listed: 40 levels of ten entries that are all the same.
TEST_F(SelectionTest, TreesThatUnfoldForEver) {
  std::string id = git_.object(repo_, "blob", "leaf\n");
  std::string mode = "100644 blob ";
  for (int level = 0; level < 40; ++level) {
    std::string entries;
    for (char name = 'a'; name < 'k'; ++name) entries += mode + id + "\t" + name + "\n";
    id = git_.git(repo_, {"mktree"}, entries);
    mode = "040000 tree ";
  }
  const std::string first =
      git_.git(repo_, {"commit-tree", "-m", "empty", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"});
  const std::string bomb = git_.git(repo_, {"commit-tree", "-m", "bomb", "-p", first, id});
  const Selection selection = range(first + ".." + bomb);
  EXPECT_EQ(selection.objects.size(), 42u);
  EXPECT_TRUE(selection.unreadable.empty());
  git_.git(repo_, {"update-ref", "refs/heads/main", bomb});
  git_.write(repo_, "b/b/b", "staged\n");
  git_.git(repo_, {"add", "b"});
  EXPECT_EQ(open(repo_)->staged_entries().value().size(), 1u);
}

}  // namespace
}  // namespace dragnet
