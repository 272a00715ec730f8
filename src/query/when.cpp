#include "query/when.h"

#include <algorithm>

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
using std::chrono::years;

constexpr std::string_view kForms = "a date, a time with offset, or now-1d";
constexpr std::string_view kDigits = "0123456789";

Error rejected(std::string_view what) {
  return {ErrorCode::rejected, std::string(what)};
}

// Takes 1 to `most` digits off the front; -1 = none.
std::int64_t take_number(std::string_view& text, std::size_t least, std::size_t most) {
  const std::size_t digits = std::min(text.find_first_not_of(kDigits), text.size());
  if (digits < least || digits > most) return -1;
  std::int64_t value = 0;
  for (const char c : text.substr(0, digits)) value = value * 10 + (c - '0');
  text.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// hh:mm with seconds and a fraction if wanted.
std::optional<milliseconds> take_clock(std::string_view& text) {
  const std::int64_t hour = take_number(text, 2, 2);
  if (hour < 0 || hour > 23 || !take_char(text, ":")) return std::nullopt;
  const std::int64_t minute = take_number(text, 2, 2);
  if (minute < 0 || minute > 59) return std::nullopt;
  milliseconds clock = hours(hour) + minutes(minute);
  if (!take_char(text, ":")) return clock;
  const std::int64_t second = take_number(text, 2, 2);
  if (second < 0 || second > 60) return std::nullopt;
  clock += seconds(second);
  if (!take_char(text, ".")) return clock;
  const std::size_t digits = std::min(text.find_first_not_of(kDigits), text.size());
  if (digits == 0) return std::nullopt;
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 3; ++i) ms = ms * 10 + (i < digits ? text[i] - '0' : 0);
  text.remove_prefix(digits);
  return clock + milliseconds(ms);
}

// A date, or date and time without offset.
std::optional<LocalTime> read_local(std::string_view text) {
  const std::int64_t year = take_number(text, 4, 4);
  if (year < 1 || !take_char(text, "-")) return std::nullopt;
  const std::int64_t month = take_number(text, 2, 2);
  if (month < 0 || !take_char(text, "-")) return std::nullopt;
  const std::int64_t day = take_number(text, 2, 2);
  const year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  if (day < 0 || !date.ok()) return std::nullopt;
  LocalTime local = local_days(date);
  if (text.empty()) return local;
  if (!take_char(text, "Tt ")) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock || !text.empty()) return std::nullopt;
  return local + *clock;
}

// The same day of another month, or its last one.
LocalTime move_months(LocalTime local, std::int64_t count) {
  const local_days day = floor<days>(local);
  year_month_day date(day);
  date += months(static_cast<int>(count));
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  return local_days(date) + (local - day);
}

Time moved(Time time, std::int64_t count, char unit, const Zone& zone) {
  switch (unit) {
    case 's':
      return time + seconds(count);
    case 'm':
      return time + minutes(count);
    case 'h':
      return time + hours(count);
    case 'd':
      return zone.utc(zone.local(time) + days(count));
    case 'w':
      return zone.utc(zone.local(time) + days(7 * count));
    case 'M':
      return zone.utc(move_months(zone.local(time), count));
    default:
      return zone.utc(move_months(zone.local(time), 12 * count));
  }
}

Time rounded_down(Time time, char unit, const Zone& zone) {
  const LocalTime local = zone.local(time);
  const local_days day = floor<days>(local);
  const year_month_day date(day);
  const std::chrono::day first(1);
  switch (unit) {
    // Subtracting what is past of the unit keeps the right one of two equal local times.
    case 's':
      return time - (local - floor<seconds>(local));
    case 'm':
      return time - (local - floor<minutes>(local));
    case 'h':
      return time - (local - floor<hours>(local));
    case 'd':
      return zone.utc(day);
    case 'w':
      return zone.utc(week_start(day));
    case 'M':
      return zone.utc(local_days(date.year() / date.month() / first));
    default:
      return zone.utc(local_days(date.year() / std::chrono::January / first));
  }
}

// What follows `now`: steps, then perhaps a unit to round to.
std::optional<Time> read_steps(std::string_view text, Time time, const Zone& zone) {
  constexpr std::string_view kUnits = "smhdwMy";
  while (!text.empty()) {
    const char sign = text.front();
    text.remove_prefix(1);
    if (sign == '/') {
      if (text.size() != 1 || kUnits.find(text[0]) == std::string_view::npos) return std::nullopt;
      return rounded_down(time, text[0], zone);
    }
    if (sign != '-' && sign != '+') return std::nullopt;
    const std::int64_t count = take_number(text, 1, 7);
    if (count < 0 || text.empty() || kUnits.find(text[0]) == std::string_view::npos) return std::nullopt;
    // Far enough for any date that a calendar holds, and no overflow of its year.
    if ((text[0] == 'y' && count > 9999) || (text[0] == 'M' && count > 120000)) return std::nullopt;
    time = moved(time, sign == '-' ? -count : count, text[0], zone);
    if (!in_calendar(time)) return std::nullopt;
    text.remove_prefix(1);
  }
  return time;
}

}  // namespace

Result<Time> parse_when(std::string_view text, Time now, std::string_view zone_name) {
  if (!is_zone(zone_name)) return unknown_zone(zone_name);
  if (!text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos) {
    if (text.size() == 10) return rejected("seconds? append 000");
    const auto time = parse_unix_ms(text);
    if (time && in_calendar(*time)) return *time;
    return rejected(kForms);
  }
  if (const auto time = parse_rfc3339(text); time && in_calendar(*time)) return *time;
  const Zone zone(zone_name);
  if (const auto local = read_local(text)) return zone.utc(*local);
  if (text.starts_with("now"))
    if (const auto time = read_steps(text.substr(3), now, zone)) return *time;
  return rejected(kForms);
}

}  // namespace tweetpulse
