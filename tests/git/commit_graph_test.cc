// Commit-graphs that a real git wrote, whole and damaged, against what git says of the commits.
#include "git/commit_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <sstream>

#include "base/git_hash.h"
#include "base/hash.h"
#include "git/selection.h"
#include "support/git_fixture.h"

namespace dragnet {
namespace {

using test_support::GitFixture;
using test_support::read_bytes;
using test_support::write_bytes;

class CommitGraphTest : public ::testing::Test {
 protected:
  // A history with merges of up to six parents; all commits hang below "main".
  void make_history(int count, const std::vector<std::string>& flags = {}) {
    repo_ = git_.init("work" + std::to_string(++repositories_), flags);
    commits_.clear();
    const std::string blob = git_.object(repo_, "blob", "hello\n");
    for (int i = 0; i < count; ++i) {
      const std::string tree = git_.git(
          repo_, {"mktree"}, "100644 blob " + blob + "\tfile" + std::to_string(i % 7) + "\n");
      std::vector<std::string> command = {"commit-tree", "-m", std::to_string(i), tree};
      std::set<std::string> parents;
      if (i > 0) parents.insert(commits_.back());
      if (i > 6) {
        const std::size_t more = random_() % 4 == 0 ? random_() % 6 : 0;
        for (std::size_t k = 0; k < more; ++k)
          parents.insert(commits_[random_() % commits_.size()]);
      }
      for (const std::string& parent : parents) command.insert(command.end(), {"-p", parent});
      git_.clock = 1700000000 + static_cast<std::int64_t>(random_() % 5000);
      commits_.push_back(git_.git(repo_, command));
    }
    git_.git(repo_, {"update-ref", "refs/heads/main", commits_.back()});
  }

  std::string objects() const { return repo_ + "/.git/objects"; }
  std::string graph_file() const { return objects() + "/info/commit-graph"; }
  CommitGraphFile open() const {
    const std::string folders[] = {objects()};
    return CommitGraphFile::open(folders, commits_[0].size() / 2);
  }
  // A file of the graph for each of these commits, with what they reach.
  void write_chain(const std::vector<std::size_t>& tips) {
    for (const std::size_t tip : tips) {
      git_.git(repo_, {"commit-graph", "write", "--split=no-merge", "--stdin-commits"},
               commits_[tip] + "\n");
    }
  }

  void expect_as_git_says(const CommitGraphFile& graph, const std::string& tip) {
    const auto lines = git_.lines(repo_, {"log", "--format=%H %T %ct %P", tip});
    ASSERT_EQ(graph.size(), lines.size());
    for (const std::string& line : lines) {
      std::istringstream words(line);
      std::string id;
      std::string tree;
      std::string date;
      words >> id >> tree >> date;
      const std::uint32_t commit = graph.find(*ObjectId::from_hex(id));
      ASSERT_LT(commit, graph.size());
      EXPECT_EQ(graph.id(commit).hex(), id);
      EXPECT_EQ(graph.tree(commit).hex(), tree);
      EXPECT_EQ(std::to_string(graph.date(commit)), date);
      std::vector<std::uint32_t> parents;
      graph.add_parents(commit, &parents);
      std::string parent;
      std::size_t i = 0;
      for (; words >> parent; ++i) {
        ASSERT_LT(i, parents.size());
        EXPECT_EQ(graph.id(parents[i]).hex(), parent);
      }
      EXPECT_EQ(i, parents.size());
    }
    EXPECT_EQ(graph.find(*ObjectId::from_hex(std::string(commits_[0].size(), 'a'))),
              CommitGraphFile::kNone);
  }

  std::set<std::string> selected(const std::string& range) {
    const auto repository = Repository::open(repo_, false);
    EXPECT_TRUE(repository.ok());
    const auto selection = select_range(**repository, range);
    EXPECT_TRUE(selection.ok());
    std::set<std::string> ids;
    for (const ObjectId& id : selection->commits) ids.insert(id.hex());
    for (const ObjectHeader& object : selection->objects) ids.insert("new " + object.id.hex());
    for (const ObjectHeader& object : selection->context) ids.insert("near " + object.id.hex());
    EXPECT_TRUE(selection->unreadable.empty());
    return ids;
  }

  void expect_the_same_selections() {
    for (int round = 0; round < 12; ++round) {
      const std::string from = commits_[random_() % commits_.size()];
      const std::string to = commits_[random_() % commits_.size()];
      const auto with = selected(from + ".." + to);
      git_.git(repo_, {"config", "core.commitGraph", "false"});
      EXPECT_EQ(with, selected(from + ".." + to));
      git_.git(repo_, {"config", "--unset", "core.commitGraph"});
      // `git rev-list A..B` trusts dates, and these are wrong.
      std::set<std::string> expected;
      for (const std::string& id : git_.lines(repo_, {"rev-list", to})) expected.insert(id);
      for (const std::string& id : git_.lines(repo_, {"rev-list", from})) expected.erase(id);
      std::set<std::string> commits;
      for (const std::string& id : with) {
        if (id.find(' ') == id.npos) commits.insert(id);
      }
      EXPECT_EQ(commits, expected);
    }
  }

  // Makes the bytes' hash right again.
  static std::string sealed(std::string bytes) {
    if (bytes.size() < 20) return bytes;
    bytes.resize(bytes.size() - 20);
    const auto hash = GitHasher(kSha1Size).hash(bytes);
    bytes.append(reinterpret_cast<const char*>(hash->bytes.data()), hash->size);
    return bytes;
  }

  static void read_all(const CommitGraphFile& graph) {
    std::vector<std::uint32_t> parents;
    for (std::uint32_t commit = 0; commit < graph.size(); ++commit) {
      EXPECT_EQ(graph.find(graph.id(commit)), commit);
      EXPECT_FALSE(graph.tree(commit).empty());
      EXPECT_GE(graph.date(commit), 0);
      graph.add_parents(commit, &parents);
    }
    for (const std::uint32_t parent : parents) EXPECT_LT(parent, graph.size());
    EXPECT_LE(parents.size(), 8 * std::size_t{graph.size()} + 1000);
  }

  GitFixture git_;
  std::mt19937 random_{3};
  int repositories_ = 0;
  std::string repo_;
  std::vector<std::string> commits_;
};

TEST_F(CommitGraphTest, OneFileIsAsGitSays) {
  make_history(60);
  EXPECT_EQ(open().size(), 0U);
  git_.git(repo_, {"commit-graph", "write", "--reachable"});
  expect_as_git_says(open(), "main");
  expect_the_same_selections();
}

TEST_F(CommitGraphTest, ChainsAreAsGitSays) {
  make_history(60);
  write_chain({20, 40, 59});
  EXPECT_FALSE(std::filesystem::exists(graph_file()));
  expect_as_git_says(open(), "main");
  expect_the_same_selections();
}

TEST_F(CommitGraphTest, CommitsPastTheGraphAreRead) {
  make_history(60);
  write_chain({15, 30});
  expect_as_git_says(open(), commits_[30]);
  expect_the_same_selections();
}

TEST_F(CommitGraphTest, BorrowedGraphsAreFound) {
  make_history(40);
  git_.git(repo_, {"commit-graph", "write", "--reachable"});
  const std::string owner = repo_;
  repo_ = git_.path("borrower");
  git_.git(git_.root(), {"clone", "--quiet", "--shared", owner, repo_});
  expect_the_same_selections();
  const std::string folders[] = {objects(), owner + "/.git/objects"};
  EXPECT_EQ(CommitGraphFile::open(folders, 20).size(), 40U);
}

TEST_F(CommitGraphTest, LongIdsAreRead) {
  make_history(30, {"--object-format=sha256"});
  git_.git(repo_, {"commit-graph", "write", "--reachable"});
  expect_as_git_says(open(), "main");
  const std::string folders[] = {objects()};
  EXPECT_EQ(CommitGraphFile::open(folders, 20).size(), 0U);
}

// A graph that says wrongly that a commit has no parents shows whether it is used.
TEST_F(CommitGraphTest, IsNotUsedWhereParentsMayBeOthers) {
  make_history(20);
  git_.git(repo_, {"commit-graph", "write", "--reachable"});
  const std::string range = commits_[10] + "..main";
  const auto right = selected(range);
  const CommitGraphFile graph = open();
  const std::uint32_t commit = graph.find(*ObjectId::from_hex(commits_[10]));
  std::string bytes = read_bytes(graph_file());
  const std::size_t data =
      bytes.find(std::string(reinterpret_cast<const char*>(graph.tree(0).bytes.data()), 20));
  ASSERT_NE(data, std::string::npos);
  bytes.replace(data + commit * 36 + 20, 8, std::string("\x70\0\0\0\x70\0\0\0", 8));
  write_bytes(graph_file(), bytes);
  EXPECT_EQ(selected(range), right);  // its hash is wrong
  write_bytes(graph_file(), sealed(bytes));
  const auto wrong = selected(range);
  EXPECT_GT(wrong.size(), right.size());

  git_.git(repo_, {"replace", commits_[3], commits_[2]});
  EXPECT_EQ(selected(range), right);
  git_.git(repo_, {"replace", "-d", commits_[3]});
  EXPECT_EQ(selected(range), wrong);
  write_bytes(repo_ + "/.git/info/grafts", commits_[3] + "\n");
  EXPECT_EQ(selected(range), right);
  std::filesystem::remove(repo_ + "/.git/info/grafts");
  EXPECT_EQ(selected(range), wrong);
  write_bytes(repo_ + "/.git/shallow", commits_[0] + "\n");
  EXPECT_EQ(selected(range), right);
}

TEST_F(CommitGraphTest, DamageIsLeftOut) {
  make_history(50);
  git_.git(repo_, {"commit-graph", "write", "--reachable"});
  const std::string good = read_bytes(graph_file());
  int used = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = good;
    for (auto changes = 1 + random_() % 3; changes > 0; --changes) {
      const std::size_t at =
          random_() %
          (random_() % 2 == 0 ? std::min<std::size_t>(bytes.size(), 100) : bytes.size());
      switch (random_() % 6) {
        case 0:
          bytes.resize(at + 1);
          break;
        case 1:
          bytes.insert(at, 1 + random_() % 40, static_cast<char>(random_() % 256));
          break;
        default:
          bytes[at] = static_cast<char>(random_() % 3 == 0 ? random_() % 256
                                                           : bytes[at] ^ 1 << random_() % 8);
      }
    }
    write_bytes(graph_file(), bytes);
    if (bytes != good) {
      EXPECT_EQ(open().size(), 0U);
    }
    write_bytes(graph_file(), sealed(bytes));
    const CommitGraphFile graph = open();
    read_all(graph);
    used += graph.size() > 0 ? 1 : 0;
  }
  EXPECT_GT(used, 100);
  EXPECT_LT(used, 2900);
}

TEST_F(CommitGraphTest, AChainIsUsedUpToItsFirstDamagedFile) {
  make_history(50);
  write_chain({10, 20, 49});
  const std::string folder = objects() + "/info/commit-graphs/";
  std::istringstream names(read_bytes(folder + "commit-graph-chain"));
  std::vector<std::string> files(3);
  for (std::string& file : files) {
    names >> file;
    file = folder + "graph-" + file + ".graph";
  }
  const std::uint32_t all = open().size();
  EXPECT_EQ(all, 50U);
  std::string bytes = read_bytes(files[1]);
  const std::string good = bytes;
  bytes[bytes.size() / 2] ^= 1;
  write_bytes(files[1], bytes);
  EXPECT_EQ(open().size(), 11U);
  expect_the_same_selections();
  // One that is sound but not the one that is named.
  write_bytes(files[1], read_bytes(files[0]));
  EXPECT_EQ(open().size(), 11U);
  write_bytes(files[1], good);
  EXPECT_EQ(open().size(), all);
  for (const char* chain : {"", "\n", "nonsense\n", "\0\0"}) {
    write_bytes(folder + "commit-graph-chain", chain);
    EXPECT_EQ(open().size(), 0U);
  }
  expect_the_same_selections();
}

}  // namespace
}  // namespace dragnet
