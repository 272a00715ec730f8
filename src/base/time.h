// Times of tweets: UTC milliseconds, read from and written to the forms that the sources use.
// Threads: pure functions; now() reads the wall clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tweetpulse {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using std::chrono::milliseconds;

inline Time from_ms(std::int64_t ms) {
  return Time(milliseconds(ms));
}
inline std::int64_t to_ms(Time time) {
  return time.time_since_epoch().count();
}

Time now();

// RFC 3339 with any offset, rounded down to ms; second 60 is the next second. nullopt: no such time.
std::optional<Time> parse_rfc3339(std::string_view text);
// `Wed Jul 03 06:29:04 +0000 2019` (X API v1.1), without locale.
std::optional<Time> parse_twitter_time(std::string_view text);
// Decimal Unix milliseconds.
std::optional<Time> parse_unix_ms(std::string_view text);

// 2019-07-03T06:34:59.666Z
std::string format_rfc3339(Time time);
void append_rfc3339(std::string& out, Time time);

// Start of the UTC hour.
inline Time hour_of(Time time) {
  return std::chrono::floor<std::chrono::hours>(time);
}

}  // namespace tweetpulse
