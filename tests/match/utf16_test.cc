#include "match/utf16.h"

#include <gtest/gtest.h>

#include <random>

namespace dragnet {
namespace {

bool is_unit(ByteView blob, std::size_t at, bool big) {
  if (at + 1 >= blob.size()) return false;
  const char text = blob[at + (big ? 1 : 0)];
  const char zero = blob[at + (big ? 0 : 1)];
  const bool printable =
      (text >= 0x20 && text < 0x7f) || text == '\t' || text == '\n' || text == '\r';
  return zero == 0 && printable;
}

TEST(Utf16, RunsAreRunsAndNoneIsMissed) {
  std::mt19937 random(2);
  for (int round = 0; round < 20000; ++round) {
    std::string blob;
    for (std::size_t part = random() % 6; part-- > 0;) {
      const bool big = random() % 2 != 0;
      switch (random() % 3) {
        case 0:
          for (std::size_t i = random() % 14; i-- > 0;) {
            blob += big ? std::string("\0a", 2) : std::string("a\0", 2);
          }
          break;
        case 1:
          blob += std::string(random() % 4, '\0');
          break;
        default:
          blob += std::string(random() % 5, static_cast<char>(random()));
      }
    }
    const auto runs = find_utf16_runs(blob);
    std::uint64_t end = 0;
    for (const Utf16Run& run : runs) {
      EXPECT_GE(run.start, end);
      EXPECT_GE(run.units, kMinUtf16Units);
      for (std::uint64_t i = 0; i < run.units; ++i) {
        ASSERT_TRUE(is_unit(blob, run.start + 2 * i, run.big_endian));
      }
      end = run.start + 2 * run.units;
      std::string text(run.units, 'x');
      decode_utf16_run(blob, run, text.data());
      for (std::uint64_t i = 0; i < run.units; ++i) {
        ASSERT_EQ(text[i], blob[run.start + 2 * i + (run.big_endian ? 1 : 0)]);
      }
    }
    // Sixteen units in a row, in one order, always share most of their bytes with a run.
    for (const bool big : {false, true}) {
      for (std::size_t at = 0; at < blob.size(); ++at) {
        std::size_t units = 0;
        while (is_unit(blob, at + 2 * units, big)) ++units;
        if (units < 2 * kMinUtf16Units) continue;
        bool covered = false;
        for (const Utf16Run& run : runs) {
          const auto low = std::max<std::uint64_t>(run.start, at);
          const auto high = std::min<std::uint64_t>(run.start + 2 * run.units, at + 2 * units);
          covered = covered || (low < high && high - low >= units);
        }
        ASSERT_TRUE(covered) << "at " << at;
      }
    }
  }
}

// Byte by byte, as the header says it.
std::vector<std::pair<std::uint64_t, std::uint64_t>> slow_runs(ByteView blob) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> runs;
  std::uint64_t free = 0;
  const auto units = [&](std::uint64_t at, bool big) {
    std::uint64_t count = 0;
    while (is_unit(blob, at + 2 * count, big)) ++count;
    return count;
  };
  for (std::uint64_t zero = 0; zero < blob.size(); ++zero) {
    if (blob[zero] != 0 || zero < free) continue;
    const bool before = zero > 0 && zero - 1 >= free;
    const std::uint64_t little = before ? units(zero - 1, false) : 0;
    const std::uint64_t big = units(zero, true);
    if (std::max(little, big) < kMinUtf16Units) continue;
    const std::uint64_t start = big > little ? zero : zero - 1;
    runs.emplace_back(start, std::max(little, big));
    free = start + 2 * runs.back().second;
  }
  return runs;
}

TEST(Utf16, BlocksChangeNothing) {
  std::mt19937 random(5);
  for (int round = 0; round < 4000; ++round) {
    std::string blob(random() % 80, 'x');
    while (blob.size() < 600 && random() % 12 != 0) {
      const bool big = random() % 2 != 0;
      for (std::size_t i = random() % 40; i-- > 0;) {
        blob += big ? std::string("\0a", 2) : std::string("a\0", 2);
      }
      blob += std::string(random() % 3, "\0x\xff"[random() % 3]);
      if (random() % 3 == 0) blob += std::string(random() % 90, "x\0"[random() % 2]);
    }
    std::vector<std::pair<std::uint64_t, std::uint64_t>> runs;
    for (const Utf16Run& run : find_utf16_runs(blob)) runs.emplace_back(run.start, run.units);
    ASSERT_EQ(runs, slow_runs(blob)) << testing::PrintToString(blob);
  }
}

}  // namespace
}  // namespace dragnet
