// A repository with history that git packs as deltas, listed and read as a whole.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/git_hash.h"
#include "git/repository.h"
#include "support/git_fixture.h"

namespace dragnet::test_support {

inline std::unique_ptr<Repository> open(const std::string& path) {
  auto repository = Repository::open(path, false);
  EXPECT_TRUE(repository.ok()) << (repository.ok() ? "" : repository.error().text());
  return repository.ok() ? std::move(repository.value()) : nullptr;
}

// "id type size", sorted.
inline std::vector<std::string> rows(const ObjectListing& listing) {
  std::vector<std::string> result;
  for (const ObjectHeader& object : listing.objects) {
    EXPECT_GE(object.read_cost, object.size);
    result.push_back(object.id.hex() + " " + std::string(to_string(object.type)) + " " +
                     std::to_string(object.size));
  }
  std::sort(result.begin(), result.end());
  return result;
}

class ObjectsTest : public ::testing::Test {
 protected:
  ObjectsTest() { repo_ = git_.init("work"); }

  // Versions of a few files, large enough to be stored as deltas.
  void make_history(int commits, unsigned seed) {
    std::mt19937 random(seed);
    std::string text;
    for (int i = 0; i < 400; ++i) text += "line " + std::to_string(random()) + "\n";
    for (int i = 0; i < commits; ++i) {
      for (int edit = 0; edit < 3; ++edit) {
        text.replace(random() % text.size(), 8, std::to_string(random()));
      }
      git_.write(repo_, "f" + std::to_string(i % 3) + ".txt", text);
      git_.write(repo_, "d/e/g" + std::to_string(i % 2), text.substr(0, 500));
      git_.commit(repo_, "change " + std::to_string(i));
    }
    git_.object(repo_, "blob", "dangling\n");
    git_.git(repo_, {"tag", "-m", "of a blob", "t", "HEAD:f0.txt"});
  }

  std::vector<std::string> expected() {
    auto lines = git_.lines(repo_, {"cat-file", "--batch-all-objects", "--batch-check"});
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  void expect_same_as_git() {
    const auto repository = open(repo_);
    const auto listing = repository->list_objects();
    ASSERT_TRUE(listing.ok());
    EXPECT_TRUE(listing.value().unreadable.empty());
    EXPECT_EQ(rows(listing.value()), expected());
  }

  // Reads all that is listed: sizes and ids must hold. Returns how many failed.
  std::size_t read_all(const Repository& repository, const ObjectListing& listing) {
    auto session = repository.open_session();
    EXPECT_TRUE(session.ok());
    std::size_t failed = 0;
    GitHasher hasher(kSha1Size);
    for (const ObjectHeader& object : listing.objects) {
      const auto view = session.value()->read(object.id);
      if (!view.ok()) {
        EXPECT_EQ(view.error().kind, ErrorKind::kUnreadable);
        ++failed;
        continue;
      }
      EXPECT_EQ(hasher.object(view.value().type, view.value().bytes), object.id);
    }
    return failed;
  }

  GitFixture git_;
  std::string repo_;
};

}  // namespace dragnet::test_support
