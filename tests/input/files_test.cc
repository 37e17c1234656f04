#include "input/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "io/descriptor.h"
#include "io/file_system.h"
#include "support/temporary_folder.h"

namespace dragnet {
namespace {

namespace fs = std::filesystem;
using test_support::TemporaryFolder;
using Names = std::vector<std::string>;

void put(const std::string& path, ByteView bytes = "x") {
  ASSERT_TRUE(real_file_system().write_atomic(path, bytes, 0644).ok()) << path;
}

Names list(const std::string& folder) {
  std::vector<Unreadable> unreadable;
  Names names = list_files(folder, &unreadable);
  for (const Unreadable& one : unreadable) ADD_FAILURE() << one.what << ": " << one.reason;
  return names;
}

ByteString entry(const std::string& path) {
  auto source = open_entry(path);
  if (!source) return source.error().text();
  return ByteString(source->read(1 << 20)->bytes());
}

// Nobody's rights while it lives: root may read everything.
class WithoutRights {
 public:
  WithoutRights() {
    if (::geteuid() == 0 && ::seteuid(65534) == 0) root_ = true;
  }
  ~WithoutRights() {
    if (root_ && ::seteuid(0) != 0) std::abort();
  }
  WithoutRights(const WithoutRights&) = delete;
  WithoutRights& operator=(const WithoutRights&) = delete;

 private:
  bool root_ = false;
};

TEST(ListFiles, FindsEveryFileOfARandomTree) {
  const TemporaryFolder folder;
  std::mt19937 random(17);
  std::set<std::string> wanted;
  const Names parts = {"a", "b c", ".hidden", "\xff\xfe", "new\nline", "git", ".gitignore", "-x"};
  for (int i = 0; i < 300; ++i) {
    std::string path;
    for (std::size_t depth = random() % 5; depth > 0; --depth) {
      path += parts[random() % parts.size()] + ".d/";
    }
    path += parts[random() % parts.size()] + std::to_string(random() % 20);
    put(folder.path(path));
    wanted.insert(path);
  }
  fs::create_directories(folder.path("empty/folders/only"));
  const Names expected(wanted.begin(), wanted.end());
  EXPECT_EQ(list(folder.root()), expected);
  EXPECT_EQ(list(folder.root() + "/"), expected);
}

TEST(ListFiles, DoesNotFollowSymlinks) {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  put(elsewhere.path("secret"));
  put(folder.path("a/file"));
  fs::create_symlink(elsewhere.root(), folder.path("out"));
  fs::create_symlink("..", folder.path("a/up"));
  fs::create_symlink("self", folder.path("self"));
  fs::create_symlink("a", folder.path("to-a"));
  fs::create_symlink("a/file", folder.path("to-file"));
  fs::create_symlink("none", folder.path("to-none"));
  EXPECT_EQ(list(folder.root()),
            (Names{"a/file", "a/up", "out", "self", "to-a", "to-file", "to-none"}));
  EXPECT_EQ(entry(folder.path("out")), elsewhere.root());
  EXPECT_EQ(entry(folder.path("self")), "self");
  EXPECT_EQ(entry(folder.path("to-none")), "none");
  EXPECT_EQ(entry(folder.path("to-file")), "a/file");
  EXPECT_EQ(entry(folder.path("a/file")), "x");
  // What a person names may be a symlink itself.
  EXPECT_EQ(list(folder.path("out")), Names{"secret"});
}

TEST(ListFiles, LeavesOutGitAndWhatHoldsNothing) {
  const TemporaryFolder folder;
  put(folder.path(".git/config"));
  put(folder.path("sub/.git"), "gitdir: ../.git/modules/sub\n");
  put(folder.path("sub/file"));
  put(folder.path("x.git/file"));
  put(folder.path(".GIT-not/file"));
  ASSERT_EQ(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(list(folder.root()), (Names{".GIT-not/file", "sub/file", "x.git/file"}));
}

TEST(ListFiles, ReportsWhatCannotBeRead) {
  const TemporaryFolder folder;
  fs::permissions(folder.root(), fs::perms(0755));
  put(folder.path("closed/file"));
  put(folder.path("names-only/file"));
  put(folder.path("open"));
  fs::permissions(folder.path("closed"), fs::perms::none);
  fs::permissions(folder.path("names-only"), fs::perms(0444));
  Names names;
  std::vector<Unreadable> unreadable;
  {
    const WithoutRights nobody;
    names = list_files(folder.root(), &unreadable);
  }
  fs::permissions(folder.path("closed"), fs::perms(0755));
  fs::permissions(folder.path("names-only"), fs::perms(0755));
  EXPECT_EQ(names, Names{"open"});
  std::set<std::string> what;
  for (const Unreadable& one : unreadable) {
    what.insert(one.what);
    EXPECT_NE(one.reason.find("Permission denied"), std::string::npos) << one.reason;
  }
  EXPECT_EQ(what, (std::set<std::string>{folder.path("closed"), folder.path("names-only/file")}));
}

TEST(ListFiles, AFolderThatIsNotThereIsReported) {
  const TemporaryFolder folder;
  std::vector<Unreadable> unreadable;
  EXPECT_TRUE(list_files(folder.path("none"), &unreadable).empty());
  ASSERT_EQ(unreadable.size(), 1U);
}

// Makes `depth` folders called `name`, one in the other, with a file "f" in each.
void make_deep(const std::string& root, const std::string& name, int depth) {
  int at = ::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (int i = 0; i < depth; ++i) {
    ASSERT_EQ(::mkdirat(at, name.c_str(), 0700), 0);
    const int next = ::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ASSERT_GE(next, 0);
    ::close(at);
    at = next;
    const Descriptor file(::openat(at, "f", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_TRUE(file.valid());
  }
  ::close(at);
}

TEST(ListFiles, GoesAsDeepAsPathsGo) {
  const TemporaryFolder folder;
  make_deep(folder.root(), "d", 2000);
  EXPECT_EQ(list(folder.root()).size(), 2000U);
}

TEST(ListFiles, ReportsWhatLiesDeeperThanPathsGo) {
  const TemporaryFolder folder;
  const std::string name(200, 'd');
  make_deep(folder.root(), name, 60);  // 12,000 bytes of path; the system takes 4,095
  std::vector<Unreadable> unreadable;
  const Names names = list_files(folder.root(), &unreadable);
  ASSERT_FALSE(names.empty());
  ASSERT_EQ(unreadable.size(), 1U);
  EXPECT_NE(unreadable[0].reason.find("too long"), std::string::npos) << unreadable[0].reason;
  // Everything above it was listed.
  const auto levels = static_cast<std::size_t>(
      std::count(unreadable[0].what.begin(), unreadable[0].what.end(), '/') -
      std::count(folder.root().begin(), folder.root().end(), '/'));
  EXPECT_GE(names.size() + 1, levels);
}

TEST(OpenFile, FollowsWhatAPersonNamed) {
  const TemporaryFolder folder;
  put(folder.path("a"), "bytes");
  fs::create_symlink("a", folder.path("link"));
  EXPECT_EQ(open_file(folder.path("link"))->read(100)->bytes(), "bytes");
  EXPECT_EQ(open_entry(folder.path("link"))->read(100)->bytes(), "a");
  for (const char* name : {"none", "."}) {
    auto source = open_entry(folder.path(name));
    EXPECT_FALSE(source.ok() && source->read(1000).ok()) << name;
  }
}

// Standard input is the process's: another file is put in its place and taken away again.
TEST(OpenStdin, ReadsAllOfItAndLeavesItOpen) {
  const TemporaryFolder folder;
  put(folder.path("a"), "from standard input");
  const int saved = ::dup(kStandardInput);
  for (const std::uint64_t in_memory : {100U, 5U}) {
    const Descriptor file(::open(folder.path("a").c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(::dup2(file.get(), kStandardInput), kStandardInput);
    const auto whole = open_stdin()->read(in_memory);
    EXPECT_EQ(whole->bytes(), "from standard input");
    EXPECT_GE(::fcntl(kStandardInput, F_GETFD), 0);
  }
  if (saved >= 0) {
    ::dup2(saved, kStandardInput);
    ::close(saved);
  }
}

}  // namespace
}  // namespace dragnet
