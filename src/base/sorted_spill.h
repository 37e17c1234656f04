// A sorted table of small records that may outgrow memory.
//
// Records are pushed in any order; when their share of memory is full, what is there is sorted and
// written to a temporary file that has no name. `finish` merges the runs. Afterwards records are
// found by binary search, in memory or in the file, so what comes out is the same either way. Holds
// no secrets: whoever uses it pushes indices and offsets only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <queue>
#include <type_traits>
#include <vector>

#include "base/result.h"

namespace dragnet {

// T is trivially copyable and ordered by `<` totally. One thread at a time.
template <typename T>
class SortedSpill {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  // Keeps at most `memory` bytes of records before it spills; 0 spills each one.
  explicit SortedSpill(std::uint64_t memory)
      : limit_(std::max<std::uint64_t>(memory / sizeof(T), 1)) {}

  Status push(const T& record) {
    records_.push_back(record);
    if (records_.size() < limit_) return ok_status();
    return spill();
  }

  Status finish() {
    std::sort(records_.begin(), records_.end());
    size_ = records_.size();
    if (runs_.empty()) return ok_status();
    if (auto status = spill(); !status) return status;
    return merge();
  }

  std::uint64_t size() const { return size_; }

  // All records for which `before(record)` is false and `after(record)` is false, in order; both
  // predicates must be monotonic in the order of T.
  template <typename Before, typename After>
  Result<std::vector<T>> range(const Before& before, const After& after) const {
    std::uint64_t low = 0;
    std::uint64_t high = size_;
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      const auto record = at(middle);
      if (!record) return record.error();
      if (before(record.value())) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    std::vector<T> out;
    for (; low < size_; ++low) {
      const auto record = at(low);
      if (!record) return record.error();
      if (after(record.value())) break;
      out.push_back(record.value());
    }
    return out;
  }

  // Calls `visit` for every record in order.
  template <typename Visit>
  Status for_each(const Visit& visit) const {
    for (std::uint64_t i = 0; i < size_; ++i) {
      const auto record = at(i);
      if (!record) return record.error();
      visit(record.value());
    }
    return ok_status();
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  static Error disk_error() {
    return unreadable_error("cannot write a temporary file", "free room in /tmp or raise --memory");
  }

  Status spill() {
    std::sort(records_.begin(), records_.end());
    File run(std::tmpfile());
    if (!run ||
        std::fwrite(records_.data(), sizeof(T), records_.size(), run.get()) != records_.size()) {
      return disk_error();
    }
    std::rewind(run.get());
    runs_.push_back(std::move(run));
    records_.clear();
    records_.shrink_to_fit();
    return ok_status();
  }

  Status merge() {
    struct Head {
      T record;
      std::size_t run;
      bool operator>(const Head& other) const { return other.record < record; }
    };
    std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
    const auto advance = [&](std::size_t run) {
      T record;
      if (std::fread(&record, sizeof(T), 1, runs_[run].get()) == 1) heads.push({record, run});
    };
    for (std::size_t run = 0; run < runs_.size(); ++run) advance(run);
    merged_.reset(std::tmpfile());
    if (!merged_) return disk_error();
    size_ = 0;
    while (!heads.empty()) {
      const Head head = heads.top();
      heads.pop();
      if (std::fwrite(&head.record, sizeof(T), 1, merged_.get()) != 1) return disk_error();
      ++size_;
      advance(head.run);
    }
    runs_.clear();
    return std::fflush(merged_.get()) == 0 ? ok_status() : Status(disk_error());
  }

  Result<T> at(std::uint64_t index) const {
    if (!merged_) return records_[index];
    T record;
    if (std::fseek(merged_.get(), static_cast<long>(index * sizeof(T)), SEEK_SET) != 0 ||
        std::fread(&record, sizeof(T), 1, merged_.get()) != 1) {
      return disk_error();
    }
    return record;
  }

  std::uint64_t limit_;
  std::vector<T> records_;
  std::vector<File> runs_;
  File merged_;
  std::uint64_t size_ = 0;
};

}  // namespace dragnet
