#include "io/scratch_mapping.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "support/temporary_folder.h"

namespace dragnet {
namespace {

using test_support::TemporaryFolder;

// TMPDIR as long as the object lives.
class TemporaryPlace {
 public:
  explicit TemporaryPlace(const std::string& folder) {
    const char* old = getenv("TMPDIR");
    if (old != nullptr) old_ = old;
    setenv("TMPDIR", folder.c_str(), 1);
  }
  ~TemporaryPlace() {
    if (old_) {
      setenv("TMPDIR", old_->c_str(), 1);
    } else {
      unsetenv("TMPDIR");
    }
  }
  TemporaryPlace(const TemporaryPlace&) = delete;
  TemporaryPlace& operator=(const TemporaryPlace&) = delete;

 private:
  std::optional<std::string> old_;
};

TEST(ScratchMapping, IsWritableAndLeavesNothing) {
  const TemporaryFolder folder;
  const TemporaryPlace place(folder.root());
  for (const std::size_t size : {std::size_t{1}, std::size_t{4096}, std::size_t{3000001}}) {
    auto made = ScratchMapping::make(size);
    ASSERT_TRUE(made.ok()) << made.error().text();
    ScratchMapping mapping = std::move(made).value();
    EXPECT_TRUE(std::filesystem::is_empty(folder.root()));
    ASSERT_EQ(mapping.size(), size);
    EXPECT_TRUE(std::all_of(mapping.data(), mapping.data() + size, [](char c) { return c == 0; }));
    std::fill_n(mapping.data(), size, 'x');
    ScratchMapping other;
    EXPECT_EQ(other.data(), nullptr);
    other = std::move(mapping);
    const ScratchMapping last = std::move(other);
    EXPECT_TRUE(std::all_of(last.data(), last.data() + size, [](char c) { return c == 'x'; }));
  }
}

TEST(ScratchMapping, GoesElsewhereWhereTheFolderIsNone) {
  const TemporaryPlace place("/nonexistent/folder");
  EXPECT_TRUE(ScratchMapping::make(100).ok());
}

TEST(ScratchMapping, WhatNoDiskHoldsIsTooLarge) {
  for (const std::size_t size : {std::size_t{1} << 55, ~std::size_t{0}}) {
    const auto made = ScratchMapping::make(size);
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().kind, ErrorKind::kTooLarge);
    EXPECT_NE(made.error().hint.find("TMPDIR"), std::string::npos);
  }
}

}  // namespace
}  // namespace dragnet
