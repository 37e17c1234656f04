// The cache of compiled rules: a second start does not compile, and no state of the cache on disk
// makes a run fail or matches differently.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "cli/program.h"

namespace dragnet::test_support {
namespace {

namespace fs = std::filesystem;

class Cache : public testing::Test {
 protected:
  Cache() {
    write_bytes(git_.path("rules.toml"),
                "[[rules]]\nid = \"acme\"\nregex = '\\bghp_[0-9A-Za-z]{36}\\b'\n");
    options_.home = git_.path("home");
    options_.input = "key " + token(701) + "\n";
  }

  // Runs, expects the finding as ever, and says whether the rules came from the cache.
  bool from_cache() {
    const CommandResult result =
        dragnet({"scan", "-", "--rules", git_.path("rules.toml"), "--verbose", "--format", "json"},
                options_);
    EXPECT_EQ(result.status, 1) << result.err;
    if (report_.empty()) report_ = result.out;
    EXPECT_EQ(result.out, report_);
    const bool cached = result.err.find("from the cache") != std::string::npos;
    EXPECT_NE(cached, result.err.find("compiled") != std::string::npos) << result.err;
    return cached;
  }

  std::string folder() const { return git_.path("home/cache/dragnet"); }
  // The one file of the cache.
  std::string pack() const {
    std::string found;
    for (const auto& entry : fs::directory_iterator(folder())) {
      EXPECT_EQ(found, "");
      found = entry.path().string();
    }
    return found;
  }
  // Replaces the cache's bytes, keeping its mode.
  void put(const std::string& bytes) {
    const std::string file = pack();
    write_bytes(file, bytes);
    chmod(file.c_str(), 0600);
  }

  GitFixture git_;
  RunOptions options_;
  std::string report_;
};

TEST_F(Cache, SecondStartDoesNotCompile) {
  EXPECT_FALSE(from_cache());
  EXPECT_TRUE(from_cache());
  EXPECT_TRUE(from_cache());
  struct stat info {};
  ASSERT_EQ(stat(pack().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(Cache, ChangedRulesAreCompiledAgain) {
  from_cache();
  write_bytes(git_.path("rules.toml"),
              "[[rules]]\nid = \"acme\"\nregex = '\\bghp_[0-9A-Za-z]{36}\\b'\nentropy = 1\n");
  report_.clear();
  EXPECT_FALSE(from_cache());
  EXPECT_TRUE(from_cache());
}

TEST_F(Cache, ChangedFileThatRulesExtendIsCompiledAgain) {
  write_bytes(git_.path("base.toml"),
              "[[rules]]\nid = \"acme\"\nregex = '\\bghp_[0-9A-Za-z]{36}\\b'\n");
  write_bytes(git_.path("rules.toml"), "[extend]\npath = \"" + git_.path("base.toml") + "\"\n");
  EXPECT_FALSE(from_cache());
  EXPECT_TRUE(from_cache());
  write_bytes(git_.path("base.toml"),
              "[[rules]]\nid = \"acme\"\nregex = '\\bghp_[0-9A-Za-z]{36}\\b'\nentropy = 1\n");
  report_.clear();
  EXPECT_FALSE(from_cache());
  EXPECT_TRUE(from_cache());
}

TEST_F(Cache, DamagedIsRebuilt) {
  from_cache();
  const std::string bytes = read_bytes(pack());
  ASSERT_GT(bytes.size(), 200U);
  std::vector<std::size_t> places = {0, 1, 2, 8, 16, bytes.size() - 1};
  for (std::size_t i = 1; i < 12; ++i) places.push_back(i * bytes.size() / 12);
  for (const std::size_t at : places) {
    SCOPED_TRACE(at);
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
    put(flipped);
    EXPECT_FALSE(from_cache());
    EXPECT_TRUE(from_cache());
    EXPECT_EQ(read_bytes(pack()).size(), bytes.size());
  }
}

TEST_F(Cache, TruncatedOrEmptyIsRebuilt) {
  from_cache();
  const std::string bytes = read_bytes(pack());
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{7}, bytes.size() / 2, bytes.size() - 1}) {
    SCOPED_TRACE(size);
    put(bytes.substr(0, size));
    EXPECT_FALSE(from_cache());
    EXPECT_TRUE(from_cache());
  }
  put(bytes + "x");
  EXPECT_FALSE(from_cache());
}

TEST_F(Cache, FolderInItsPlace) {
  from_cache();
  const std::string file = pack();
  fs::remove(file);
  fs::create_directory(file);
  EXPECT_FALSE(from_cache());
  EXPECT_FALSE(from_cache());
}

TEST_F(Cache, WritableByOthersIsNotUsed) {
  from_cache();
  for (const mode_t mode : {0602U, 0620U, 0666U}) {
    chmod(pack().c_str(), mode);
    EXPECT_FALSE(from_cache()) << mode;
    EXPECT_TRUE(from_cache()) << mode;
  }
}

TEST_F(Cache, OwnedBySomebodyElseIsNotUsed) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  from_cache();
  ASSERT_EQ(chown(pack().c_str(), 65534, 65534), 0);
  EXPECT_FALSE(from_cache());
  EXPECT_TRUE(from_cache());
}

TEST_F(Cache, SymlinkIsNotFollowed) {
  from_cache();
  const std::string file = pack();
  fs::rename(file, git_.path("moved"));
  fs::create_symlink(git_.path("moved"), file);
  EXPECT_FALSE(from_cache());
}

TEST_F(Cache, HomeThatCannotBeWrittenIsNoError) {
  write_bytes(git_.path("file"), "");
  options_.home = git_.path("file");  // no folder can be made below a file, not even by root
  EXPECT_FALSE(from_cache());
  EXPECT_FALSE(from_cache());
}

TEST_F(Cache, ReadOnlyHomeIsNoError) {
  fs::create_directory(git_.path("home"));
  chmod(git_.path("home").c_str(), 0555);
  from_cache();
  from_cache();
}

TEST_F(Cache, NoHomeAtAll) {
  options_.env = {"HOME=", "XDG_CACHE_HOME="};
  EXPECT_FALSE(from_cache());
}

}  // namespace
}  // namespace dragnet::test_support
