#include "io/file_system.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "support/temporary_folder.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::TemporaryFolder;

const FileSystem& disk() { return real_file_system(); }

void write_whole(const std::string& path, ByteView bytes) {
  ASSERT_TRUE(disk().write_atomic(path, bytes, 0644).ok());
}

TEST(FileSystem, ReadsUpToTheLimit) {
  const TemporaryFolder folder;
  for (const std::size_t size : {0U, 1U, 4096U, 70000U}) {
    const ByteString bytes(size, '\xfe');
    write_whole(folder.path("a"), bytes);
    const auto whole = disk().read(folder.path("a"), size);
    ASSERT_TRUE(whole.ok());
    EXPECT_EQ(whole.value(), bytes);
    EXPECT_TRUE(disk().read(folder.path("a"), ~std::uint64_t{0}).ok());
    if (size == 0) continue;
    const auto cut = disk().read(folder.path("a"), size - 1);
    ASSERT_FALSE(cut.ok());
    EXPECT_EQ(cut.error().kind, ErrorKind::kTooLarge);
    EXPECT_NE(cut.error().message.find(folder.path("a")), std::string::npos);
  }
}

TEST(FileSystem, ReadsFilesWhoseSizeTheSystemDoesNotSay) {
  const auto status = disk().read("/proc/self/status", 1 << 20);
  ASSERT_TRUE(status.ok());
  EXPECT_NE(status->find("Pid:"), std::string::npos);
  const auto cut = disk().read("/proc/self/status", 10);
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().kind, ErrorKind::kTooLarge);
}

TEST(FileSystem, DoesNotWaitForAWriterOfAPipe) {
  const TemporaryFolder folder;
  const std::string path = folder.path("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto nobody = disk().read(path, 100);
  ASSERT_TRUE(nobody.ok());
  EXPECT_EQ(nobody.value(), "");
  // A writer that is there is read to its end, however long it takes.
  const int writer = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(writer, 0);
  ASSERT_EQ(::write(writer, "abc", 3), 3);
  const auto endless = disk().read(path, 2);  // the limit ends what does not end
  ASSERT_FALSE(endless.ok());
  EXPECT_EQ(endless.error().kind, ErrorKind::kTooLarge);
  ASSERT_EQ(::write(writer, "def", 3), 3);
  std::thread closer([&] {
    std::this_thread::yield();
    ::close(writer);
  });
  const auto ended = disk().read(path, 100);
  closer.join();
  ASSERT_TRUE(ended.ok());
  EXPECT_TRUE(ended.value() == "def" || ended.value().empty()) << ended.value();
}

TEST(FileSystem, DoesNotReadFolders) {
  const TemporaryFolder folder;
  const auto got = disk().read(folder.root(), 100);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().kind, ErrorKind::kUnreadable);
  EXPECT_NE(got.error().message.find("is a folder"), std::string::npos);
}

TEST(FileSystem, SaysWhatIsMissing) {
  const TemporaryFolder folder;
  for (const std::string& path : {folder.path("none"), folder.path("none/below"), std::string()}) {
    const auto got = disk().read(path, 100);
    ASSERT_FALSE(got.ok());
    EXPECT_EQ(got.error().kind, ErrorKind::kUnreadable);
    EXPECT_NE(got.error().message.find("'" + path + "'"), std::string::npos);
    EXPECT_FALSE(disk().list(path).ok());
    EXPECT_FALSE(disk().read_link(path).ok());
    const auto info = disk().info(path);
    ASSERT_TRUE(info.ok());
    EXPECT_EQ(info->kind, FileKind::kNone);
    EXPECT_TRUE(disk().remove(folder.path("none")).ok());
  }
  write_whole(folder.path("file"), "x");
  ASSERT_TRUE(disk().info(folder.path("file/below")).ok());
  EXPECT_EQ(disk().info(folder.path("file/below"))->kind, FileKind::kNone);
  EXPECT_FALSE(disk().info(folder.path(std::string(5000, 'n'))).ok());
}

TEST(FileSystem, TellsKindsApart) {
  const TemporaryFolder folder;
  write_whole(folder.path("file"), "12345");
  fs::create_symlink("file", folder.path("to-file"));
  fs::create_symlink("folder", folder.path("to-folder"));
  fs::create_symlink("none", folder.path("to-none"));
  fs::create_symlink("loop", folder.path("loop"));
  fs::create_directory(folder.path("folder"));
  ASSERT_EQ(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
  const auto kind = [&](const char* name) { return disk().info(folder.path(name))->kind; };
  const auto target = [&](const char* name) { return disk().target_info(folder.path(name))->kind; };
  EXPECT_EQ(kind("file"), FileKind::kRegular);
  EXPECT_EQ(kind("folder"), FileKind::kDirectory);
  EXPECT_EQ(kind("pipe"), FileKind::kOther);
  for (const char* name : {"to-file", "to-folder", "to-none", "loop"}) {
    EXPECT_EQ(kind(name), FileKind::kSymlink) << name;
  }
  EXPECT_EQ(target("to-file"), FileKind::kRegular);
  EXPECT_EQ(target("to-folder"), FileKind::kDirectory);
  EXPECT_EQ(target("to-none"), FileKind::kNone);
  EXPECT_FALSE(disk().target_info(folder.path("loop")).ok());
  const FileInfo info = disk().info(folder.path("file")).value();
  EXPECT_EQ(info.size, 5U);
  EXPECT_EQ(info.mode, 0644U);
  EXPECT_EQ(info.owner, ::geteuid());
}

TEST(FileSystem, FollowsSymlinksWhenReadingAndNotWhenAsked) {
  const TemporaryFolder folder;
  write_whole(folder.path("file"), "content");
  const std::string far(4000, 'x');
  ASSERT_EQ(::symlink("file", folder.path("near").c_str()), 0);
  ASSERT_EQ(::symlink(far.c_str(), folder.path("far").c_str()), 0);
  EXPECT_EQ(disk().read(folder.path("near"), 100).value(), "content");
  EXPECT_EQ(disk().read_link(folder.path("near")).value(), "file");
  EXPECT_EQ(disk().read_link(folder.path("far")).value(), far);
  EXPECT_FALSE(disk().read(folder.path("far"), 100).ok());
  EXPECT_FALSE(disk().read_link(folder.path("file")).ok());
}

TEST(FileSystem, ListsEverythingSortedByBytes) {
  const TemporaryFolder folder;
  std::vector<std::string> names = {"b",    "a",   "B",  "a b", ".hidden", "\xc3\xa9", "\xff\xfe",
                                    "a\nb", "...", "10", "9",   "-",       "a.b",      "ab"};
  for (int i = 0; i < 300; ++i) names.push_back("many-" + std::to_string(i * 7919 % 1000));
  for (const std::string& name : names) write_whole(folder.path(name), "");
  fs::create_directory(folder.path("folder"));
  names.push_back("folder");
  std::sort(names.begin(), names.end());
  const auto listed = disk().list(folder.root());
  ASSERT_TRUE(listed.ok());
  EXPECT_EQ(listed.value(), names);
  EXPECT_TRUE(disk().list(folder.path("folder"))->empty());
  EXPECT_FALSE(disk().list(folder.path("a")).ok());
}

TEST(FileSystem, RemovesFilesOnly) {
  const TemporaryFolder folder;
  write_whole(folder.path("a"), "x");
  EXPECT_TRUE(disk().remove(folder.path("a")).ok());
  EXPECT_FALSE(fs::exists(folder.path("a")));
  EXPECT_TRUE(disk().remove(folder.path("a")).ok());
  EXPECT_FALSE(disk().remove(folder.root()).ok());
}

TEST(JoinPath, PutsOneSlashBetween) {
  EXPECT_EQ(join_path("a", "b"), "a/b");
  EXPECT_EQ(join_path("a/", "b"), "a/b");
  EXPECT_EQ(join_path("/", "b"), "/b");
  EXPECT_EQ(join_path("", "b"), "b");
}

}  // namespace
}  // namespace dragnet
