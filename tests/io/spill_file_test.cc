#include "io/spill_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <vector>

namespace dragnet {
namespace {

// A folder of the test's own, deleted after.
class Folder {
 public:
  Folder() {
    std::string name = ::testing::TempDir() + "/spill-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

TEST(SpillFile, GivesBackWhatWasAppendedWhereverItLies) {
  Folder folder;
  std::mt19937 random(5);
  SpillFile file(folder.path);
  ByteString all;
  std::vector<std::pair<std::uint64_t, std::size_t>> places;
  for (int i = 0; i < 200; ++i) {
    const ByteString bytes(random() % 5000, static_cast<char>(i));
    places.emplace_back(file.size(), bytes.size());
    ASSERT_TRUE(file.append(bytes).ok());
    all += bytes;
  }
  EXPECT_EQ(file.size(), all.size());
  // No name is left that somebody could open or that would stay after a crash.
  EXPECT_TRUE(std::filesystem::is_empty(folder.path));
  ByteString got;
  for (const auto& [offset, size] : places) {
    ASSERT_TRUE(file.read(offset, size, &got).ok());
    ASSERT_EQ(got, all.substr(offset, size));
  }
  ASSERT_TRUE(file.read(0, all.size(), &got).ok());
  EXPECT_EQ(got, all);
}

TEST(SpillFile, RefusesToReadPastTheEnd) {
  Folder folder;
  SpillFile file(folder.path);
  ByteString got;
  EXPECT_TRUE(file.read(0, 0, &got).ok());
  EXPECT_FALSE(file.read(0, 1, &got).ok());
  ASSERT_TRUE(file.append("abc").ok());
  EXPECT_FALSE(file.read(1, 3, &got).ok());
  EXPECT_FALSE(file.read(~std::uint64_t{0}, 2, &got).ok());
  EXPECT_TRUE(file.read(1, 2, &got).ok());
  EXPECT_EQ(got, "bc");
}

TEST(SpillFile, SaysWhatToDoWhereNoFileCanBeMade) {
  Folder folder;
  SpillFile file(folder.path + "/missing");
  const Status status = file.append("abc");
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().text().find("TMPDIR"), std::string::npos) << status.error().text();
  EXPECT_EQ(file.size(), 0U);
}

}  // namespace
}  // namespace dragnet
