#include "query/when.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace tweetpulse {
namespace {

Time at(std::string_view text) {
  return *parse_rfc3339(text);
}

// Sunday; 13:47:31.250 in UTC.
std::string read(std::string_view text, std::string_view zone = "UTC") {
  const auto time = parse_when(text, at("2026-03-01T13:47:31.250Z"), zone);
  return time ? format_rfc3339(*time) : time.error().what;
}

std::string edges(std::string_view from, std::string_view to, std::string_view interval,
                  std::string_view zone = "UTC") {
  const auto found = bucket_edges(at(from), at(to), interval, zone);
  if (!found) return found.error().what;
  std::string out;
  for (const Time edge : *found) out += format_rfc3339(edge).substr(0, 16) + ' ';
  return out;
}

constexpr std::string_view kForms = "a date, a time with offset, or now-1d";

TEST(When, ReadsTimesWithOffset) {
  EXPECT_EQ(read("2026-03-01T12:00:00+02:00"), "2026-03-01T10:00:00.000Z");
  EXPECT_EQ(read("2019-07-03T06:34:59.666Z"), "2019-07-03T06:34:59.666Z");
}

TEST(When, ReadsLocalTimesInTheZone) {
  EXPECT_EQ(read("2026-03-01"), "2026-03-01T00:00:00.000Z");
  EXPECT_EQ(read("2026-03-01", "Asia/Tokyo"), "2026-02-28T15:00:00.000Z");
  EXPECT_EQ(read("2026-07-01T08:30", "America/New_York"), "2026-07-01T12:30:00.000Z");
  EXPECT_EQ(read("2026-07-01 08:30:15.5", "Asia/Kolkata"), "2026-07-01T03:00:15.500Z");
}

TEST(When, TakesTheEarlierOfATimeThatOccursTwice) {
  EXPECT_EQ(read("2026-10-25T02:30", "Europe/Berlin"), "2026-10-25T00:30:00.000Z");
}

TEST(When, MovesATimeThatDoesNotExistForward) {
  EXPECT_EQ(read("2026-03-29T02:30", "Europe/Berlin"), "2026-03-29T01:30:00.000Z");
}

TEST(When, ReadsEpochMillisecondsAndRefusesSeconds) {
  EXPECT_EQ(read("1772370900250"), "2026-03-01T13:15:00.250Z");
  EXPECT_EQ(read("1772370900"), "seconds? append 000");
  EXPECT_EQ(read("999999999999999"), kForms);
}

TEST(When, CountsFromNow) {
  EXPECT_EQ(read("now"), "2026-03-01T13:47:31.250Z");
  EXPECT_EQ(read("now-15m"), "2026-03-01T13:32:31.250Z");
  EXPECT_EQ(read("now-90s"), "2026-03-01T13:46:01.250Z");
  EXPECT_EQ(read("now+1h"), "2026-03-01T14:47:31.250Z");
  EXPECT_EQ(read("now-1w"), "2026-02-22T13:47:31.250Z");
  EXPECT_EQ(read("now-1y"), "2025-03-01T13:47:31.250Z");
  EXPECT_EQ(*parse_when("now-1M", at("2026-03-31T10:00:00Z"), "UTC"), at("2026-02-28T10:00:00Z"));
}

TEST(When, RoundsDownInTheZone) {
  EXPECT_EQ(read("now-1d/d"), "2026-02-28T00:00:00.000Z");
  EXPECT_EQ(read("now/h"), "2026-03-01T13:00:00.000Z");
  EXPECT_EQ(read("now/h", "Asia/Kolkata"), "2026-03-01T13:30:00.000Z");
  EXPECT_EQ(read("now/m"), "2026-03-01T13:47:00.000Z");
  EXPECT_EQ(read("now/w"), "2026-02-23T00:00:00.000Z");
  EXPECT_EQ(read("now/M", "Asia/Tokyo"), "2026-02-28T15:00:00.000Z");
  EXPECT_EQ(read("now/y"), "2026-01-01T00:00:00.000Z");
}

TEST(When, CountsDaysByTheClockOnTheWall) {
  EXPECT_EQ(*parse_when("now-1d", at("2026-03-29T10:00:00Z"), "Europe/Berlin"), at("2026-03-28T11:00:00Z"));
  EXPECT_EQ(*parse_when("now-24h", at("2026-03-29T10:00:00Z"), "Europe/Berlin"), at("2026-03-28T10:00:00Z"));
}

TEST(When, RefusesWhatIsNoTime) {
  for (const std::string_view text : {"", "yesterday", "2026-02-30", "2026-13-01", "2026-03-01T25:00", "now-", "now-1x",
                                      "now/", "now-99999999d", "nowt", "2026-03-01T", "now-9999y", "-5", "2026-3-1"})
    EXPECT_EQ(read(text), kForms) << text;
  EXPECT_NE(read("2026-03-01", "Mars/Base").find("Mars/Base"), std::string::npos);
}

TEST(Zones, AreKnownByTheirIanaNames) {
  for (const std::string_view zone : {"UTC", "Europe/Berlin", "Asia/Tokyo", "America/Argentina/Buenos_Aires"})
    EXPECT_TRUE(is_zone(zone)) << zone;
  for (const std::string_view zone : {"", "Mars/Base", "GMT+25:99", "Etc/Unknown", "europe/berlin"})
    EXPECT_FALSE(is_zone(zone)) << zone;
}

TEST(Buckets, BeginAtFromAndEndAtTo) {
  EXPECT_EQ(edges("2026-03-01T12:10:00Z", "2026-03-01T14:05:00Z", "1h"),
            "2026-03-01T12:10 2026-03-01T13:00 2026-03-01T14:00 2026-03-01T14:05 ");
  EXPECT_EQ(edges("2026-03-01T12:00:00Z", "2026-03-01T14:00:00Z", "1h"),
            "2026-03-01T12:00 2026-03-01T13:00 2026-03-01T14:00 ");
  EXPECT_EQ(edges("2026-03-01T12:10:00Z", "2026-03-01T12:11:00Z", "6h"), "2026-03-01T12:10 2026-03-01T12:11 ");
}

TEST(Buckets, CutDaysAtMidnightOfTheZone) {
  EXPECT_EQ(edges("2026-03-01T12:00:00Z", "2026-03-02T18:00:00Z", "1d", "Asia/Tokyo"),
            "2026-03-01T12:00 2026-03-01T15:00 2026-03-02T15:00 2026-03-02T18:00 ");
}

TEST(Buckets, GiveTheDayOfAClockChange25Or23Hours) {
  EXPECT_EQ(edges("2026-10-24T22:00:00Z", "2026-10-26T23:00:00Z", "1d", "Europe/Berlin"),
            "2026-10-24T22:00 2026-10-25T23:00 2026-10-26T23:00 ");
  EXPECT_EQ(edges("2026-03-28T23:00:00Z", "2026-03-30T22:00:00Z", "1d", "Europe/Berlin"),
            "2026-03-28T23:00 2026-03-29T22:00 2026-03-30T22:00 ");
}

TEST(Buckets, LeaveOutADayThatAZoneSkipped) {
  EXPECT_EQ(edges("2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z", "1d", "Pacific/Apia"),
            "2011-12-29T10:00 2011-12-30T10:00 2011-12-31T10:00 ");
}

TEST(Buckets, CutWeeksAtMondayAndMonthsAtTheirFirstDay) {
  EXPECT_EQ(edges("2026-03-01T00:00:00Z", "2026-03-16T00:00:00Z", "1w"),
            "2026-03-01T00:00 2026-03-02T00:00 2026-03-09T00:00 2026-03-16T00:00 ");
  EXPECT_EQ(edges("2025-12-15T00:00:00Z", "2026-03-01T00:00:00Z", "1mo"),
            "2025-12-15T00:00 2026-01-01T00:00 2026-02-01T00:00 2026-03-01T00:00 ");
}

TEST(Buckets, AreNeverMoreThanTheLimit) {
  EXPECT_EQ(bucket_edges(at("2026-01-01T00:00:00Z"), at("2026-01-01T04:10:00Z"), "10s", "UTC")->size(), 1501u);
  const std::string refused = edges("2026-01-01T00:00:00Z", "2026-01-31T00:00:00Z", "10s");
  EXPECT_NE(refused.find("at most 1500 buckets, 10s would give 259200"), std::string::npos) << refused;
  EXPECT_FALSE(bucket_edges(at("2016-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"), "1d", "Europe/Berlin"));
  EXPECT_FALSE(bucket_edges(at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"), "1h", "UTC"));
  EXPECT_FALSE(bucket_edges(at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z"), "2h", "UTC"));
}

TEST(Intervals, AutoTakesTheSmallestWithAtMost240Buckets) {
  EXPECT_EQ(auto_interval(at("2026-01-01T00:00:00Z"), at("2026-01-01T00:40:00Z")), "10s");
  EXPECT_EQ(auto_interval(at("2026-01-01T00:00:00Z"), at("2026-01-01T00:40:01Z")), "1m");
  EXPECT_EQ(auto_interval(at("2026-01-01T00:00:00Z"), at("2026-01-11T00:00:00Z")), "1h");
  EXPECT_EQ(auto_interval(at("2016-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z")), "1mo");
  EXPECT_EQ(auto_interval(at("1970-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z")), "1mo");
  EXPECT_TRUE(is_interval("15m") && is_interval("1mo") && !is_interval("auto"));
}

}  // namespace
}  // namespace tweetpulse
