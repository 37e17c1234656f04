// The multi-pack-index against the packs' own indexes, which git writes too.
#include "pack/multi_pack_index.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <random>
#include <set>

#include "support/git_fixture.h"

namespace dragnet {
namespace {

using test_support::GitFixture;
using test_support::read_bytes;

class MultiPackIndexTest : public ::testing::TestWithParam<const char*> {
 protected:
  MultiPackIndexTest() {
    repo_ = git_.init("r", {std::string("--object-format=") + GetParam()});
    for (int i = 0; i < 4; ++i) {
      for (int j = 0; j < 5; ++j) {
        git_.commit_file(repo_, "f", std::to_string(i) + std::to_string(j) + std::string(500, 'x'));
      }
      git_.git(repo_, {"repack", "-q"});
    }
    git_.git(repo_, {"multi-pack-index", "write"});
    id_size_ = std::string(GetParam()) == "sha256" ? 32 : 20;
    path_ = repo_ + "/.git/objects/pack/multi-pack-index";
  }

  GitFixture git_;
  std::string repo_;
  std::size_t id_size_ = 0;
  std::string path_;
};

TEST_P(MultiPackIndexTest, SaysWhatTheIndexesSay) {
  const auto loaded = MultiPackIndex::load(path_, id_size_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().text();
  const MultiPackIndex& index = loaded.value();
  EXPECT_TRUE(index.trusted());
  ASSERT_EQ(index.packs().size(), 4u);
  std::size_t total = 0;
  for (std::size_t pack = 0; pack < index.packs().size(); ++pack) {
    const std::string name(index.packs()[pack]);
    const auto own = PackIndex::load(repo_ + "/.git/objects/pack/" + name, id_size_);
    ASSERT_TRUE(own.ok());
    std::size_t damaged = 0;
    const PackIndex made = index.index_of(pack, &damaged);
    EXPECT_EQ(damaged, 0u);
    EXPECT_FALSE(made.trusted());
    ASSERT_EQ(made.size(), own.value().size());  // no object is in two of these packs
    for (std::size_t i = 0; i < made.size(); ++i) {
      EXPECT_EQ(made.id(i), own.value().id(i));
      EXPECT_EQ(made.offset(i), own.value().offset(i));
    }
    total += made.size();
  }
  EXPECT_EQ(total, index.size());
  EXPECT_FALSE(MultiPackIndex::load(path_, 52 - id_size_).ok());
}

TEST_P(MultiPackIndexTest, DamageIsNeverTrusted) {
  const std::string whole = read_bytes(path_);
  std::mt19937 random(5);
  for (int round = 0; round < 3000; ++round) {
    auto bytes = std::make_shared<std::string>(whole);
    for (int edits = 1 + static_cast<int>(random() % 3); edits > 0; --edits) {
      const std::size_t at = random() % 2 == 0 ? random() % 150 : random() % bytes->size();
      (*bytes)[at] ^= static_cast<char>(1U << random() % 8);
    }
    if (*bytes == whole) continue;
    const auto index = MultiPackIndex::parse(*bytes, id_size_, bytes);
    if (!index.ok()) continue;
    EXPECT_FALSE(index.value().trusted());
    std::size_t damaged = 0;
    for (std::size_t pack = 0; pack < index.value().packs().size(); ++pack) {
      const PackIndex made = index.value().index_of(pack, &damaged);
      EXPECT_LE(made.size() + damaged, index.value().size());
    }
  }
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    EXPECT_FALSE(MultiPackIndex::parse(ByteView(whole).substr(0, size), id_size_, nullptr).ok() &&
                 size < 100);
  }
}

INSTANTIATE_TEST_SUITE_P(Hashes, MultiPackIndexTest, ::testing::Values("sha1", "sha256"));

}  // namespace
}  // namespace dragnet
