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

}  // namespace
}  // namespace dragnet
