// Times as users write them, and calendars in IANA zones (ICU's tables): api.md 2.1. Threads: pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace tweetpulse {

bool is_zone(std::string_view zone);

// RFC 3339; a date or local time read in `zone`; epoch ms; now, now-15m, now-1d/d. The error's `what` is for the user
// ("a date, a time with offset, or now-1d").
Result<Time> parse_when(std::string_view text, Time now, std::string_view zone);

// 10s 1m 5m 15m 1h 6h 1d 1w 1mo; false = no such interval.
bool is_interval(std::string_view interval);
// The smallest interval with <= 240 buckets over [from, to).
std::string auto_interval(Time from, Time to);
// Edges of the buckets that cover [from, to): first = from, last = to, those between on the calendar of `zone` (days,
// weeks from Monday, months) or on multiples of the interval. At most `limit` buckets, else rejected.
Result<std::vector<Time>> bucket_edges(Time from, Time to, std::string_view interval, std::string_view zone,
                                       std::size_t limit = 1500);

}  // namespace tweetpulse
