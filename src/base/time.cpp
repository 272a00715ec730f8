#include "base/time.h"

#include <array>

namespace tweetpulse {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Reads exactly `digits` decimal digits at `at` and moves on; -1 when they are not there.
int read_number(std::string_view text, std::size_t& at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  at += digits;
  return value;
}

bool skip(std::string_view text, std::size_t& at, std::string_view any_of) {
  if (at >= text.size() || any_of.find(text[at]) == std::string_view::npos) return false;
  ++at;
  return true;
}

struct Clock {
  int hour = -1, minute = -1, second = -1;
  bool valid() const { return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60; }
};

bool read_clock(std::string_view text, std::size_t& at, Clock& clock) {
  clock.hour = read_number(text, at, 2);
  if (!skip(text, at, ":")) return false;
  clock.minute = read_number(text, at, 2);
  if (!skip(text, at, ":")) return false;
  clock.second = read_number(text, at, 2);
  return clock.valid();
}

std::optional<Time> combine(int year, int month, int day, const Clock& clock, int offset_minutes, int ms) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (month < 1 || day < 1 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + hours(clock.hour) + minutes(clock.minute - offset_minutes) +
         seconds(clock.second) + milliseconds(ms);
}

// Z, +hh:mm or -hh:mm, in minutes.
std::optional<int> read_offset(std::string_view text, std::size_t& at) {
  if (skip(text, at, "Zz")) return 0;
  if (at >= text.size() || (text[at] != '+' && text[at] != '-')) return std::nullopt;
  const int sign = text[at++] == '-' ? -1 : 1;
  const int hour = read_number(text, at, 2);
  if (!skip(text, at, ":")) return std::nullopt;
  const int minute = read_number(text, at, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  return sign * (hour * 60 + minute);
}

void append_digits(std::string& out, int value, int digits) {
  char buffer[8];
  for (int i = digits; i-- > 0; value /= 10) buffer[i] = static_cast<char>('0' + value % 10);
  out.append(buffer, static_cast<std::size_t>(digits));
}

}  // namespace

Time now() {
  return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  std::size_t at = 0;
  const int year = read_number(text, at, 4);
  if (year < 0 || !skip(text, at, "-")) return std::nullopt;
  const int month = read_number(text, at, 2);
  if (!skip(text, at, "-")) return std::nullopt;
  const int day = read_number(text, at, 2);
  Clock clock;
  if (!skip(text, at, "Tt ") || !read_clock(text, at, clock)) return std::nullopt;
  int ms = 0;
  if (skip(text, at, ".")) {
    int scale = 100;
    const std::size_t first = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) ms += (text[at] - '0') * scale;
    if (at == first) return std::nullopt;
  }
  const auto offset = read_offset(text, at);
  if (!offset || at != text.size()) return std::nullopt;
  return combine(year, month, day, clock, *offset, ms);
}

std::optional<Time> parse_twitter_time(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 30) return std::nullopt;
  int month = 0;
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (text.substr(4, 3) == kMonths[i]) month = static_cast<int>(i) + 1;
  std::size_t at = 8;
  const int day = read_number(text, at, 2);
  Clock clock;
  if (month == 0 || !skip(text, at, " ") || !read_clock(text, at, clock) || !skip(text, at, " ")) return std::nullopt;
  if (at + 5 > text.size() || (text[at] != '+' && text[at] != '-')) return std::nullopt;
  const int sign = text[at++] == '-' ? -1 : 1;
  const int offset_hour = read_number(text, at, 2), offset_minute = read_number(text, at, 2);
  if (offset_hour < 0 || offset_minute < 0 || !skip(text, at, " ")) return std::nullopt;
  const int year = read_number(text, at, 4);
  if (year < 0) return std::nullopt;
  return combine(year, month, day, clock, sign * (offset_hour * 60 + offset_minute), 0);
}

std::optional<Time> parse_unix_ms(std::string_view text) {
  if (text.empty() || text.size() > 15) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return from_ms(value);
}

void append_rfc3339(std::string& out, Time time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  append_digits(out, static_cast<int>(date.year()), 4);
  out += '-';
  append_digits(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
  out += '-';
  append_digits(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  out += 'T';
  append_digits(out, static_cast<int>(clock.hours().count()), 2);
  out += ':';
  append_digits(out, static_cast<int>(clock.minutes().count()), 2);
  out += ':';
  append_digits(out, static_cast<int>(clock.seconds().count()), 2);
  out += '.';
  append_digits(out, static_cast<int>(clock.subseconds().count()), 3);
  out += 'Z';
}

std::string format_rfc3339(Time time) {
  std::string out;
  append_rfc3339(out, time);
  return out;
}

}  // namespace tweetpulse
