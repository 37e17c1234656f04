// A repository with history that git packs as deltas, read by every reader.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>

#include "input/recorder.h"
#include "support/git_fixture.h"

namespace dragnet::test_support {

// Changes a pack or an index, which git writes read-only.
inline void change(const std::string& path, const std::function<void(std::string*)>& edit) {
  std::string bytes = read_bytes(path);
  edit(&bytes);
  write_bytes(path, bytes);
}

class ForestReaderTest : public testing::Test {
 protected:
  void make(const std::string& hash = "sha1") {
    repo_ = git_.init("work", {"--object-format=" + hash});
  }
  // Versions of a few files, which deltas suit.
  void commits(int count) {
    for (int i = 0; i < count; ++i) {
      while (text_.size() < 6000) text_ += "line " + std::to_string(random_()) + "\n";
      for (int edit = 0; edit < 3; ++edit) text_.replace(random_() % 5900, 5, "+edit");
      git_.write(repo_, "f" + std::to_string(i % 3) + ".txt", text_);
      git_.write(repo_, "d/e/g" + std::to_string(i % 2), text_.substr(0, 500));
      git_.commit(repo_, "change " + std::to_string(i));
    }
  }
  std::string pack_folder() const { return repo_ + "/.git/objects/pack"; }

  void expect_as_git() {
    const auto expected = all_objects(&git_, repo_);
    ASSERT_FALSE(expected.empty());
    for (const ReaderChoice choice : kAllReaders) {
      for (const unsigned workers : {1U, 3U}) {
        for (const std::uint64_t memory : {std::uint64_t{1} << 12, std::uint64_t{16} << 20}) {
          const Recorded recorded = record(repo_, choice, workers, memory);
          EXPECT_TRUE(recorded.unreadable.empty())
              << recorded.unreadable.begin()->first << ": " << recorded.unreadable.begin()->second;
          EXPECT_TRUE(recorded.contents == expected);
        }
      }
    }
  }

  GitFixture git_;
  std::string repo_;
  std::mt19937 random_{17};
  std::string text_;
};

}  // namespace dragnet::test_support
