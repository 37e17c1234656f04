#include "io/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>

#include "io/file_system.h"
#include "support/temporary_folder.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::TemporaryFolder;

std::optional<std::string> content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

std::size_t entries(const std::string& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder)) ++count;
  return count;
}

TEST(AtomicFile, IsWholeOrAbsent) {
  const TemporaryFolder folder;
  const std::string path = folder.path("report.json");
  {
    auto file = AtomicFile::create(path, 0644);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->write("one").ok());
    EXPECT_FALSE(fs::exists(path));
    ASSERT_TRUE(file->write(" two").ok());
    ASSERT_TRUE(file->commit().ok());
    EXPECT_EQ(content(path), "one two");
  }
  EXPECT_EQ(content(path), "one two");
  EXPECT_EQ(entries(folder.root()), 1U);
}

TEST(AtomicFile, LeavesNothingBehindWhereNotCommitted) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a");
  {
    auto file = AtomicFile::create(path, 0600);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->write(std::string(1 << 20, 'x')).ok());
    EXPECT_EQ(entries(folder.root()), 1U);
  }
  EXPECT_EQ(entries(folder.root()), 0U);
}

TEST(AtomicFile, KeepsTheOldBytesUntilCommitted) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a");
  ASSERT_TRUE(real_file_system().write_atomic(path, "old", 0600).ok());
  {
    auto file = AtomicFile::create(path, 0600);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->write("half of the n").ok());
    EXPECT_EQ(content(path), "old");
  }
  EXPECT_EQ(content(path), "old");
  ASSERT_TRUE(real_file_system().write_atomic(path, "", 0600).ok());
  EXPECT_EQ(content(path), "");
}

TEST(AtomicFile, HasTheModeWhateverTheUmask) {
  const TemporaryFolder folder;
  for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}}) {
    const mode_t before = ::umask(mask);
    for (const std::uint32_t mode : {0600U, 0640U, 0644U, 0666U}) {
      const std::string path = folder.path(std::to_string(mask) + "-" + std::to_string(mode));
      EXPECT_TRUE(real_file_system().write_atomic(path, "x", mode).ok());
      EXPECT_EQ(mode_of(path), mode);
    }
    ::umask(before);
  }
}

TEST(AtomicFile, MakesMissingFolders) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a/b//c/d");
  ASSERT_TRUE(real_file_system().write_atomic(path, "x", 0600).ok());
  EXPECT_EQ(content(path), "x");
  for (const char* made : {"a", "a/b", "a/b/c"}) EXPECT_EQ(mode_of(folder.path(made)), 0700U);
  fs::permissions(folder.path("a"), fs::perms(0750));
  ASSERT_TRUE(real_file_system().write_atomic(path, "y", 0600).ok());
  EXPECT_EQ(mode_of(folder.path("a")), 0750U);  // what is there is left alone
}

TEST(AtomicFile, AMovedOneCommitsOnce) {
  const TemporaryFolder folder;
  {
    auto made = AtomicFile::create(folder.path("a"), 0600);
    ASSERT_TRUE(made.ok());
    AtomicFile first = std::move(made).value();
    AtomicFile second = std::move(first);
    ASSERT_TRUE(second.write("x").ok());
    ASSERT_TRUE(second.commit().ok());
  }
  EXPECT_EQ(content(folder.path("a")), "x");
  EXPECT_EQ(entries(folder.root()), 1U);
}

TEST(AtomicFile, SaysWhatCannotBeWritten) {
  const TemporaryFolder folder;
  ASSERT_TRUE(real_file_system().write_atomic(folder.path("file"), "x", 0600).ok());
  fs::create_directory(folder.path("folder"));
  for (const std::string& path :
       {folder.path("file/below"), folder.path("file/far/below"), folder.path("folder"),
        folder.path("folder/"), folder.path(std::string(300, 'n')), std::string("/proc/none/x")}) {
    const Status status = real_file_system().write_atomic(path, "x", 0600);
    ASSERT_FALSE(status.ok()) << path;
    EXPECT_EQ(status.error().kind, ErrorKind::kUnreadable);
    EXPECT_EQ(status.error().message.find("cannot write '"), 0U) << status.error().message;
  }
  EXPECT_EQ(entries(folder.root()), 2U);
  EXPECT_EQ(entries(folder.path("folder")), 0U);
}

TEST(AtomicFile, ReplacesASymlinkAndNotWhatItPointsAt) {
  const TemporaryFolder folder;
  ASSERT_TRUE(real_file_system().write_atomic(folder.path("other"), "mine", 0600).ok());
  fs::create_symlink("other", folder.path("link"));
  ASSERT_TRUE(real_file_system().write_atomic(folder.path("link"), "x", 0600).ok());
  EXPECT_EQ(content(folder.path("other")), "mine");
  EXPECT_FALSE(fs::is_symlink(folder.path("link")));
}

// Renaming over /dev/null would leave a plain file there, for everybody.
TEST(AtomicFile, WritesThroughWhatIsNoFile) {
  const TemporaryFolder folder;
  const std::string path = folder.path("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::optional<std::string> got;
  std::thread reader([&] { got = content(path); });
  {
    auto file = AtomicFile::create_named(path, 0600);
    ASSERT_TRUE(file.ok());
    EXPECT_TRUE(file->write("one").ok());
    EXPECT_TRUE(file->commit().ok());
  }
  reader.join();
  EXPECT_EQ(got, "one");
  EXPECT_TRUE(fs::is_fifo(path));
  EXPECT_EQ(entries(folder.root()), 1U);
}

TEST(AtomicFile, FollowsLinksThatAPersonNamed) {
  const TemporaryFolder folder;
  const std::string path = folder.path("link");
  fs::create_directory(folder.path("elsewhere"));
  std::ofstream(folder.path("elsewhere/report")) << "old";
  fs::create_symlink("elsewhere/report", path);
  {
    auto file = AtomicFile::create_named(path, 0600);
    ASSERT_TRUE(file.ok());
    EXPECT_TRUE(file->write("new").ok());
    EXPECT_EQ(content(path), "old");
    EXPECT_TRUE(file->commit().ok());
  }
  EXPECT_TRUE(fs::is_symlink(path));
  EXPECT_EQ(content(folder.path("elsewhere/report")), "new");
  EXPECT_EQ(entries(folder.path("elsewhere")), 1U);
}

TEST(AtomicFile, ANamedFileThatIsNotThereIsMade) {
  const TemporaryFolder folder;
  const std::string path = folder.path("new/report");
  {
    auto file = AtomicFile::create_named(path, 0600);
    ASSERT_TRUE(file.ok());
    EXPECT_TRUE(file->write("one").ok());
    EXPECT_TRUE(file->commit().ok());
  }
  EXPECT_EQ(content(path), "one");
}

}  // namespace
}  // namespace dragnet
