#include "io/mapped_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "io/file_system.h"
#include "support/temporary_folder.h"

namespace dragnet {
namespace {

using test_support::TemporaryFolder;

TEST(MappedFile, HasTheBytesOfTheFile) {
  const TemporaryFolder folder;
  for (const std::size_t size : {0U, 1U, 4096U, 100001U}) {
    ByteString bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 13);
    ASSERT_TRUE(real_file_system().write_atomic(folder.path("a"), bytes, 0600).ok());
    const auto mapped = MappedFile::open(folder.path("a"));
    ASSERT_TRUE(mapped.ok());
    EXPECT_EQ(mapped->bytes(), bytes);
  }
}

TEST(MappedFile, OutlivesItsNameAndItsFirstOwner) {
  const TemporaryFolder folder;
  ASSERT_TRUE(real_file_system().write_atomic(folder.path("a"), "content", 0600).ok());
  MappedFile copy;
  EXPECT_TRUE(copy.bytes().empty());
  {
    const auto mapped = MappedFile::open(folder.path("a"));
    ASSERT_TRUE(mapped.ok());
    copy = mapped.value();
  }
  ASSERT_TRUE(real_file_system().write_atomic(folder.path("a"), "other", 0600).ok());
  ASSERT_TRUE(real_file_system().remove(folder.path("a")).ok());
  EXPECT_EQ(copy.bytes(), "content");
}

TEST(MappedFile, RefusesWhatIsNoRegularFile) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
  for (const std::string& path :
       {folder.root(), folder.path("pipe"), folder.path("none"), std::string("/dev/null")}) {
    const auto mapped = MappedFile::open(path);
    ASSERT_FALSE(mapped.ok()) << path;
    EXPECT_EQ(mapped.error().kind, ErrorKind::kUnreadable);
  }
}

}  // namespace
}  // namespace dragnet
