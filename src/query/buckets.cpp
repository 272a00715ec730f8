#include <algorithm>
#include <array>

#include "query/when.h"
#include "query/zone.h"

namespace tweetpulse {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::year_month_day;

Error rejected(std::string_view what) {
  return {ErrorCode::rejected, std::string(what)};
}

struct Interval {
  std::string_view name;
  milliseconds length;  // of calendar units: the usual one
  bool calendar = false;
};

constexpr std::size_t kAutoBuckets = 240;
constexpr std::array kIntervals{
    Interval{"10s", seconds(10)},
    Interval{"1m", minutes(1)},
    Interval{"5m", minutes(5)},
    Interval{"15m", minutes(15)},
    Interval{"1h", hours(1)},
    Interval{"6h", hours(6)},
    Interval{"1d", hours(24), true},
    Interval{"1w", hours(24 * 7), true},
    Interval{"1mo", hours(24 * 30), true},
};

const Interval* find_interval(std::string_view name) {
  const auto found =
      std::find_if(kIntervals.begin(), kIntervals.end(), [name](const auto& i) { return i.name == name; });
  return found == kIntervals.end() ? nullptr : &*found;
}

Time multiple_at(Time time, milliseconds length) {
  const auto since = time.time_since_epoch();
  const auto rest = since % length;
  return Time(since - (rest.count() < 0 ? rest + length : rest));
}

std::int64_t count_buckets(Time from, Time to, milliseconds length) {
  return (multiple_at(to - milliseconds(1), length) - multiple_at(from, length)) / length + 1;
}

local_days unit_start(local_days day, const Interval& interval) {
  if (interval.name == "1w") return week_start(day);
  if (interval.name != "1mo") return day;
  const year_month_day date(day);
  return local_days(date.year() / date.month() / std::chrono::day(1));
}

local_days next_unit(local_days start, const Interval& interval) {
  if (interval.name == "1d") return start + days(1);
  if (interval.name == "1w") return start + days(7);
  return local_days(year_month_day(start) + months(1));
}

Error too_many(std::string_view interval, std::size_t limit, std::int64_t found) {
  return rejected("at most " + std::to_string(limit) + " buckets, " + std::string(interval) + " would give " +
                  std::to_string(found) + "; take a longer interval or a shorter time");
}

}  // namespace

bool is_interval(std::string_view interval) {
  return find_interval(interval) != nullptr;
}

std::string auto_interval(Time from, Time to) {
  for (const Interval& interval : kIntervals)
    if (from >= to || count_buckets(from, to, interval.length) <= static_cast<std::int64_t>(kAutoBuckets))
      return std::string(interval.name);
  return std::string(kIntervals.back().name);
}

Result<std::vector<Time>> bucket_edges(Time from, Time to, std::string_view name, std::string_view zone_name,
                                       std::size_t limit) {
  const Interval* interval = find_interval(name);
  if (interval == nullptr)
    return rejected("there is no interval '" + std::string(name) + "'; take one of 10s 1m 5m 15m 1h 6h 1d 1w 1mo");
  if (!is_zone(zone_name)) return unknown_zone(zone_name);
  if (from >= to) return rejected("from must be before to");
  if (!in_calendar(from) || !in_calendar(to)) return rejected("times lie in the years 1 to 9999");
  const std::int64_t about = count_buckets(from, to, interval->length);
  // A day or a month may be shorter or longer than usual, but never half as long.
  const auto most = static_cast<std::int64_t>(limit);
  if (about > (interval->calendar ? 2 * most : most)) return too_many(name, limit, about);

  std::vector<Time> edges{from};
  if (interval->calendar) {
    const Zone zone(zone_name);
    for (local_days start = unit_start(floor<days>(zone.local(from)), *interval);;
         start = next_unit(start, *interval)) {
      const Time edge = zone.utc(start);
      if (edge >= to) break;
      if (edge > edges.back()) edges.push_back(edge);
    }
  } else {
    for (Time edge = multiple_at(from, interval->length) + interval->length; edge < to; edge += interval->length)
      edges.push_back(edge);
  }
  edges.push_back(to);
  if (edges.size() - 1 > limit) return too_many(name, limit, static_cast<std::int64_t>(edges.size() - 1));
  return edges;
}

}  // namespace tweetpulse
