// A sorted table of small records that may outgrow memory.
//
// Records are pushed in any order; when their share of memory is full, what is there is sorted and
// written to a temporary file that has no name; 16 such runs are merged into one, `finish` merges
// the rest. Afterwards records are
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
    ++pushed_;
    if (records_.size() < limit_) return ok_status();
    return spill();
  }

  Status finish() {
    size_ = pushed_;
    if (runs_.empty()) {
      std::sort(records_.begin(), records_.end());
      return ok_status();
    }
    if (!records_.empty()) {
      if (auto status = spill(); !status) return status;
    }
    if (auto status = merge(0, 0); !status) return status;
    merged_ = std::move(runs_.front().file);
    runs_.clear();
    return ok_status();
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
  // So many files of one level are merged into one of the next.
  static constexpr std::size_t kFanIn = 16;

  static Error disk_error() {
    return unreadable_error("cannot write a temporary file", "free room in /tmp or raise --memory");
  }

  // Sorted records in a file; `level` counts the merges that they went through.
  struct Run {
    File file;
    unsigned level = 0;
  };

  Status spill() {
    std::sort(records_.begin(), records_.end());
    File file(std::tmpfile());
    if (!file ||
        std::fwrite(records_.data(), sizeof(T), records_.size(), file.get()) != records_.size() ||
        std::fflush(file.get()) != 0) {
      return disk_error();
    }
    runs_.push_back({std::move(file), 0});
    records_.clear();
    records_.shrink_to_fit();
    // As with digits that carry: open files stay few however many records come, and each record is
    // written once a level.
    while (runs_.size() >= kFanIn && runs_[runs_.size() - kFanIn].level == runs_.back().level) {
      const unsigned level = runs_.back().level + 1;
      if (auto status = merge(runs_.size() - kFanIn, level); !status) return status;
    }
    return ok_status();
  }

  // Replaces the runs from `first` on by one.
  Status merge(std::size_t first, unsigned level) {
    struct Head {
      T record;
      std::size_t run;
      bool operator>(const Head& other) const { return other.record < record; }
    };
    std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
    // False where the file cannot be read; what is at its end is not pushed again.
    const auto advance = [&](std::size_t run) {
      T record;
      std::FILE* file = runs_[run].file.get();
      if (std::fread(&record, sizeof(T), 1, file) == 1) {
        heads.push({record, run});
        return true;
      }
      return std::ferror(file) == 0;
    };
    for (std::size_t run = first; run < runs_.size(); ++run) {
      std::rewind(runs_[run].file.get());
      if (!advance(run)) return disk_error();
    }
    File out(std::tmpfile());
    if (!out) return disk_error();
    while (!heads.empty()) {
      const Head head = heads.top();
      heads.pop();
      if (std::fwrite(&head.record, sizeof(T), 1, out.get()) != 1 || !advance(head.run)) {
        return disk_error();
      }
    }
    if (std::fflush(out.get()) != 0) return disk_error();
    runs_.resize(first);
    runs_.push_back({std::move(out), level});
    return ok_status();
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
  std::vector<Run> runs_;  // levels never rise
  File merged_;
  std::uint64_t pushed_ = 0;
  std::uint64_t size_ = 0;  // what can be found: nothing before `finish`
};

}  // namespace dragnet
