#include "base/sorted_spill.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <iterator>
#include <random>
#include <vector>

namespace dragnet {
namespace {

struct Record {
  std::uint32_t key = 0;
  std::uint32_t rest = 0;
  std::uint64_t padding = 0;

  friend bool operator<(const Record& a, const Record& b) {
    return a.key != b.key ? a.key < b.key : a.rest < b.rest;
  }
  friend bool operator==(const Record& a, const Record& b) {
    return a.key == b.key && a.rest == b.rest && a.padding == b.padding;
  }
};

Result<std::vector<Record>> with_key(const SortedSpill<Record>& table, std::uint32_t key) {
  return table.range([&](const Record& r) { return r.key < key; },
                     [&](const Record& r) { return r.key > key; });
}

void expect_same(std::uint64_t memory, std::size_t count, std::uint32_t keys) {
  SCOPED_TRACE(::testing::Message() << memory << " bytes, " << count << " records");
  std::mt19937 random(static_cast<unsigned>(count));
  SortedSpill<Record> table(memory);
  std::vector<Record> wanted;
  for (std::size_t i = 0; i < count; ++i) {
    Record record;
    record.key = static_cast<std::uint32_t>(random()) % keys;
    record.rest = static_cast<std::uint32_t>(random()) % 4;  // so that there are duplicates
    record.padding = std::uint64_t{record.key} * 1000 + record.rest;
    wanted.push_back(record);
    ASSERT_TRUE(table.push(record).ok());
  }
  std::sort(wanted.begin(), wanted.end());
  ASSERT_TRUE(table.finish().ok());
  ASSERT_EQ(table.size(), count);
  std::vector<Record> got;
  ASSERT_TRUE(table.for_each([&](const Record& record) { got.push_back(record); }).ok());
  ASSERT_TRUE(got == wanted);
  for (std::uint32_t key = 0; key <= keys; key += 1 + keys / 50) {
    std::vector<Record> of_key;
    std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(of_key),
                 [&](const Record& record) { return record.key == key; });
    const auto range = with_key(table, key);
    ASSERT_TRUE(range.ok());
    ASSERT_TRUE(range.value() == of_key) << key;
  }
  const auto all =
      table.range([](const Record&) { return false; }, [](const Record&) { return false; });
  ASSERT_TRUE(all.ok());
  EXPECT_TRUE(all.value() == wanted);
  const auto none =
      table.range([](const Record&) { return true; }, [](const Record&) { return true; });
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->empty());
}

TEST(SortedSpill, TheSameWithAnyMemory) {
  const std::uint64_t one = sizeof(Record);
  for (const std::uint64_t memory : {std::uint64_t{0}, std::uint64_t{1}, one, 2 * one, 7 * one,
                                     100 * one, 1000 * one, std::uint64_t{1} << 40}) {
    for (const std::size_t count : {0U, 1U, 2U, 15U, 16U, 17U, 100U, 300U}) {
      expect_same(memory, count, 40);
    }
  }
}

TEST(SortedSpill, ManyRecordsAndManyRuns) {
  expect_same(100 * sizeof(Record), 50000, 3000);
  expect_same(0, 3000, 100);
  expect_same(std::uint64_t{1} << 30, 50000, 3000);
}

// A table of any size takes a few open files, not one per run: the system allows about a thousand.
TEST(SortedSpill, KeepsFewFilesOpen) {
  const auto open_files = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                         std::filesystem::directory_iterator());
  };
  const auto before = open_files();
  SortedSpill<Record> table(0);
  for (std::uint32_t i = 0; i < 5000; ++i) {
    ASSERT_TRUE(table.push({5000 - i, 0, 0}).ok());
    if (i % 250 == 0) {
      ASSERT_LE(open_files() - before, 64);
    }
  }
  ASSERT_TRUE(table.finish().ok());
  EXPECT_LE(open_files() - before, 1);
}

// Lets files grow to `bytes` only, as a full disk does, while it lives.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    struct rlimit limit = old_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  void (*handler_)(int);
  struct rlimit old_ {};
};

TEST(SortedSpill, AFullDiskIsAnErrorWhereverItFillsUp) {
  const std::size_t count = 2000;
  const std::uint64_t whole = count * sizeof(Record);
  for (const std::uint64_t room :
       {std::uint64_t{0}, std::uint64_t{100}, whole / 10, whole / 2, whole - 1, whole}) {
    for (const std::size_t memory : {std::size_t{10}, std::size_t{100}, std::size_t{1000}}) {
      SCOPED_TRACE(::testing::Message() << "room for " << room << " bytes, runs of " << memory);
      bool failed = false;
      std::size_t seen = 0;
      {
        const FullDisk disk(room);
        SortedSpill<Record> table(memory * sizeof(Record));
        for (std::uint32_t i = 0; i < count && !failed; ++i) failed = !table.push({i, 0, 0}).ok();
        failed = failed || !table.finish().ok();
        if (!failed) {
          failed = !table.for_each([&](const Record&) { ++seen; }).ok();
        }
      }
      EXPECT_EQ(failed, room < whole);
      if (!failed) {
        EXPECT_EQ(seen, count);
      }
    }
  }
}

TEST(SortedSpill, AFullDiskDoesNotMatterToWhatFitsInMemory) {
  const FullDisk disk(0);
  SortedSpill<Record> table(100 * sizeof(Record));
  for (std::uint32_t i = 0; i < 99; ++i) ASSERT_TRUE(table.push({i, 0, 0}).ok());
  ASSERT_TRUE(table.finish().ok());
  EXPECT_EQ(table.size(), 99U);
}

}  // namespace
}  // namespace dragnet
