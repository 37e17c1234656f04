#include "base/date.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <limits>
#include <random>
#include <string>

namespace dragnet {
namespace {

constexpr std::int64_t kFirst = -62167219200;  // 0000-01-01T00:00:00Z
constexpr std::int64_t kLast = 253402300799;   // 9999-12-31T23:59:59Z

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int month_length(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

struct Calendar {
  int year = 0, month = 1, day = 1;
  std::int64_t seconds = kFirst;  // its midnight

  std::string text() const {
    char out[64];
    std::snprintf(out, sizeof out, "%04d-%02d-%02d", year, month, day);
    return out;
  }
  void next() {
    seconds += 86400;
    if (++day <= month_length(year, month)) return;
    day = 1;
    if (++month <= 12) return;
    month = 1;
    ++year;
  }
};

std::string two_digits(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

// Counts through ten thousand years; of each of our days, and of some of the others, looks at
// midnight and at a random second.
TEST(Date, AgreesWithACalendarThatCountsDays) {
  std::mt19937 random(1);
  Calendar day;
  for (; day.year <= 9999; day.next()) {
    const bool ours = day.year >= 1890 && day.year <= 2110;
    if (!ours && random() % 8 != 0) continue;
    ASSERT_EQ(parse_date(day.text()), day.seconds) << day.text();
    const int second = static_cast<int>(random() % 86400);
    const std::string text = day.text() + "T" + two_digits(second / 3600) + ":" +
                             two_digits(second / 60 % 60) + ":" + two_digits(second % 60) + "Z";
    ASSERT_EQ(format_date(day.seconds + second), text);
    ASSERT_EQ(parse_date(text), day.seconds + second) << text;
  }
  EXPECT_EQ(day.seconds, kLast + 1);
}

TEST(Date, RoundTripsRandomSeconds) {
  std::mt19937_64 random(2);
  std::uniform_int_distribution<std::int64_t> any(kFirst, kLast);
  for (int i = 0; i < 100000; ++i) {
    const std::int64_t seconds = any(random);
    ASSERT_EQ(parse_date(format_date(seconds)), seconds) << seconds;
  }
}

TEST(Date, TakesAnySecond) {
  EXPECT_EQ(format_date(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_date(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(format_date(kFirst - 1), "0000-01-01T00:00:00Z");
  EXPECT_EQ(format_date(kLast + 1), "9999-12-31T23:59:59Z");
  EXPECT_EQ(format_date(std::numeric_limits<std::int64_t>::min()), "0000-01-01T00:00:00Z");
  EXPECT_EQ(format_date(std::numeric_limits<std::int64_t>::max()), "9999-12-31T23:59:59Z");
}

TEST(Date, TakesOffsets) {
  const auto noon = parse_date("2026-11-21T12:00:00Z");
  ASSERT_TRUE(noon.has_value());
  EXPECT_EQ(parse_date("2026-11-21T14:00:00+02:00"), noon);
  EXPECT_EQ(parse_date("2026-11-21T06:30:00-05:30"), noon);
  EXPECT_EQ(parse_date("2026-11-22T11:59:00+23:59"), noon);
  EXPECT_EQ(parse_date("2026-11-21 12:00:00Z"), noon);
  EXPECT_EQ(parse_date("2026-11-21T11:59:60Z"), noon);
}

TEST(Date, RefusesWhatIsNoDate) {
  for (const char* text : {"",
                           "2026",
                           "2026-11",
                           "2026-11-2",
                           "2026-1-21",
                           "26-11-21",
                           "2026/11/21",
                           "2026-00-21",
                           "2026-13-21",
                           "2026-11-00",
                           "2026-11-31",
                           "2025-02-29",
                           "2100-02-29",
                           "-026-11-21",
                           "+026-11-21",
                           " 2026-11-21",
                           "2026-11-21 ",
                           "2026--1-21",
                           "2026-11-21T",
                           "2026-11-21T12",
                           "2026-11-21T12:00",
                           "2026-11-21T12:00:00",
                           "2026-11-21T24:00:00Z",
                           "2026-11-21T12:60:00Z",
                           "2026-11-21T12:00:61Z",
                           "2026-11-21T-1:00:00Z",
                           "2026-11-21T12:00:00z",
                           "2026-11-21T12:00:00Z ",
                           "2026-11-21T12:00:00ZZ",
                           "2026-11-21T12:00:00+02",
                           "2026-11-21T12:00:00+0200",
                           "2026-11-21T12:00:00+24:00",
                           "2026-11-21T12:00:00+02:60",
                           "2026-11-21T12:00:00-99:99",
                           "2026-11-21T12:00:00+-1:00",
                           "2026-11-21T12:00:00.5Z",
                           "yesterday"}) {
    EXPECT_FALSE(parse_date(text).has_value()) << text;
  }
}

// Any one byte of a good date replaced: never a crash, and what is taken is a date in the same
// form.
TEST(Date, TakesNoGarbageForADigit) {
  const std::string good = "2026-11-21T12:34:56+02:00";
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = good;
      text[at] = static_cast<char>(byte);
      if (!parse_date(text).has_value()) continue;
      const bool digit = byte >= '0' && byte <= '9';
      EXPECT_TRUE(digit || byte == good[at] || (at == 10 && byte == ' ') ||
                  (at == 19 && byte == '-'))
          << text;
    }
  }
}

}  // namespace
}  // namespace dragnet
