// Dates as reports write them: ISO 8601 in UTC, from and to seconds since 1970.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dragnet {

// "2026-11-21T12:00:00Z". Any 64-bit value gives a string (years outside 0-9999 are clamped).
std::string format_date(std::int64_t seconds);

// "2026-11-21", "2026-11-21T12:00:00Z" or with a numeric offset ("+02:00"), a space in the place of
// the T or not; a date alone is its midnight, UTC. Second 60 is the next minute's first. Anything
// else gives nothing.
std::optional<std::int64_t> parse_date(std::string_view text);

}  // namespace dragnet
