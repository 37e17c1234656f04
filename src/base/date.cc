#include "base/date.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace dragnet {

namespace {

namespace chrono = std::chrono;

// Reads exactly `width` digits at `*at` and moves on.
std::optional<int> take_number(std::string_view text, std::size_t* at, std::size_t width) {
  if (*at + width > text.size()) return std::nullopt;
  int value = 0;
  const char* first = text.data() + *at;
  const auto [end, error] = std::from_chars(first, first + width, value);
  if (error != std::errc() || end != first + width || *first == '-') return std::nullopt;
  *at += width;
  return value;
}

bool take_char(std::string_view text, std::size_t* at, char c) {
  if (*at >= text.size() || text[*at] != c) return false;
  ++*at;
  return true;
}

std::optional<std::int64_t> take_day(std::string_view text, std::size_t* at) {
  const auto year = take_number(text, at, 4);
  if (!year || !take_char(text, at, '-')) return std::nullopt;
  const auto month = take_number(text, at, 2);
  if (!month || !take_char(text, at, '-')) return std::nullopt;
  const auto day = take_number(text, at, 2);
  if (!day) return std::nullopt;
  const chrono::year_month_day date{chrono::year(*year), chrono::month(*month), chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86400};
}

// "Z", "+hh:mm" or "-hh:mm", as seconds east of UTC.
std::optional<std::int64_t> take_offset(std::string_view text, std::size_t* at) {
  if (take_char(text, at, 'Z')) return 0;
  const bool east = take_char(text, at, '+');
  if (!east && !take_char(text, at, '-')) return std::nullopt;
  const auto hours = take_number(text, at, 2);
  if (!hours || !take_char(text, at, ':')) return std::nullopt;
  const auto minutes = take_number(text, at, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return (east ? 1 : -1) * (std::int64_t{*hours} * 3600 + *minutes * 60);
}

}  // namespace

std::string format_date(std::int64_t seconds) {
  constexpr std::int64_t kYear0 = -62167219200;
  constexpr std::int64_t kYear9999 = 253402300799;
  seconds = std::clamp(seconds, kYear0, kYear9999);
  const chrono::sys_seconds time{chrono::seconds(seconds)};
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss clock{time - day};
  char out[32];
  std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return out;
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  std::size_t at = 0;
  const auto day = take_day(text, &at);
  if (!day) return std::nullopt;
  if (at == text.size()) return day;
  if (!take_char(text, &at, 'T') && !take_char(text, &at, ' ')) return std::nullopt;
  const auto hour = take_number(text, &at, 2);
  if (!hour || *hour > 23 || !take_char(text, &at, ':')) return std::nullopt;
  const auto minute = take_number(text, &at, 2);
  if (!minute || *minute > 59 || !take_char(text, &at, ':')) return std::nullopt;
  const auto second = take_number(text, &at, 2);
  if (!second || *second > 60) return std::nullopt;
  const auto offset = take_offset(text, &at);
  if (!offset || at != text.size()) return std::nullopt;
  return *day + *hour * 3600 + *minute * 60 + *second - *offset;
}

}  // namespace dragnet
