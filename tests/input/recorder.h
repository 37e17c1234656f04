// What a reader shows, recorded and compared with what git has.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "input/object_reader.h"
#include "support/git_fixture.h"

namespace dragnet::test_support {

// One worker's.
class Recorder : public ObjectVisitor {
 public:
  std::shared_ptr<const NodeState> object(const ObjectView& view) override {
    if (view.index == ObjectView::kCopy) return nullptr;
    ++shown[view.index];
    contents[view.id().hex()] = std::string(to_string(view.type)) + " " + ByteString(view.bytes);
    return nullptr;
  }
  void unreadable(std::size_t index, const ObjectHeader& header, const Error& error) override {
    ++shown[index];
    refused[header.id.hex()] = error;
  }
  bool stopped() const override { return false; }

  std::map<std::size_t, int> shown;            // by place in the listing
  std::map<std::string, ByteString> contents;  // by id: "blob " and the bytes
  std::map<std::string, Error> refused;
};

enum class ReaderChoice { kForest, kPackSessions, kLibgit2Sessions };
inline constexpr ReaderChoice kAllReaders[] = {ReaderChoice::kForest, ReaderChoice::kPackSessions,
                                               ReaderChoice::kLibgit2Sessions};

// Everything that a reader lists and shows; each listed object exactly once.
struct Recorded {
  std::map<std::string, ByteString> contents;
  std::map<std::string, std::string>
      unreadable;  // in the listing or when it was read; by id or path
};

inline Recorded record(const std::string& repo, ReaderChoice choice, unsigned workers = 1,
                       std::uint64_t memory = 16 << 20) {
  Recorded out;
  const auto opened = Repository::open(repo, false);
  EXPECT_TRUE(opened.ok());
  if (!opened) return out;
  const Repository* repository = opened->get();
  MemoryBudget budget(memory);
  const auto reader = choice == ReaderChoice::kForest
                          ? make_forest_reader(repository, workers, &budget)
                      : choice == ReaderChoice::kPackSessions
                          ? make_session_reader(pack_source(repository), workers, &budget)
                          : make_session_reader(libgit2_source(repository), workers, &budget);
  const auto listing = reader->list(workers);
  EXPECT_TRUE(listing.ok());
  if (!listing) return out;
  reader->allow(memory);
  std::vector<Recorder> recorders(workers);
  // In two passes, as the pipeline makes them.
  for (const bool blobs : {true, false}) {
    const auto pass = reader->pass(
        *listing->table, [blobs](ObjectType type) { return (type == ObjectType::kBlob) == blobs; });
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < workers; ++i) {
      threads.emplace_back([&pass, &recorders, i] { pass->work(i, &recorders[i]); });
    }
  }
  std::map<std::size_t, int> shown;
  for (Recorder& recorder : recorders) {
    for (const auto& [index, times] : recorder.shown) shown[index] += times;
    out.contents.merge(recorder.contents);
    for (const auto& [id, error] : recorder.refused) out.unreadable[id] = error.message;
  }
  EXPECT_EQ(shown.size(), listing->table->size());
  for (const auto& [index, times] : shown) {
    EXPECT_EQ(times, 1) << listing->table->id(static_cast<std::uint32_t>(index)).hex();
  }
  for (const Unreadable& item : listing->unreadable) out.unreadable[item.what] = item.reason;
  return out;
}

// Every object that git has: by id, "blob " and the bytes.
inline std::map<std::string, ByteString> all_objects(GitFixture* git, const std::string& repo) {
  std::map<std::string, ByteString> out;
  const std::string all =
      git->try_git(repo, {"cat-file", "--batch-all-objects", "--batch", "--unordered"}).out;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t line = all.find('\n', at);
    const std::size_t type = all.find(' ', at) + 1;
    const std::size_t number = all.find(' ', type) + 1;
    const std::size_t size = std::stoull(all.substr(number, line - number));
    out[all.substr(at, type - 1 - at)] =
        all.substr(type, number - type) + all.substr(line + 1, size);
    at = line + 1 + size + 1;
  }
  return out;
}

}  // namespace dragnet::test_support
