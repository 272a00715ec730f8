#include "base/time.h"

#include <gtest/gtest.h>

namespace tweetpulse {
namespace {

std::string utc(std::optional<Time> time) {
  return time ? format_rfc3339(*time) : "none";
}

TEST(Time, ReadsRfc3339WithAnyOffsetAndRoundsDown) {
  EXPECT_EQ(utc(parse_rfc3339("2021-07-01T23:30:00-05:00")), "2021-07-02T04:30:00.000Z");
  EXPECT_EQ(utc(parse_rfc3339("2019-07-03T06:34:59.6669Z")), "2019-07-03T06:34:59.666Z");
  EXPECT_EQ(utc(parse_rfc3339("2020-02-29t10:00:00z")), "2020-02-29T10:00:00.000Z");
}

TEST(Time, CountsSecond60AsTheNextSecond) {
  EXPECT_EQ(utc(parse_rfc3339("2016-12-31T23:59:60Z")), "2017-01-01T00:00:00.000Z");
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* bad : {"", "yesterday", "2019-02-29T10:00:00Z", "2019-15-01T00:00:00Z", "2019-01-01T99:00:00Z",
                          "2019-01-01T24:00:00Z", "2019-01-01", "2019-01-01T00:00:00", "2019-01-01T00:00:00.Z",
                          "2019-01-01T00:00:00Zx", "2019-00-10T00:00:00Z", "2019-01-00T00:00:00Z"})
    EXPECT_EQ(utc(parse_rfc3339(bad)), "none") << bad;
}

TEST(Time, ReadsTheOldTwitterForm) {
  EXPECT_EQ(utc(parse_twitter_time("Wed Jul 03 06:29:04 +0000 2019")), "2019-07-03T06:29:04.000Z");
  EXPECT_EQ(utc(parse_twitter_time("Wed Jux 03 06:29:04 +0000 2019")), "none");
  EXPECT_EQ(utc(parse_twitter_time("Wed Jul 03")), "none");
}

TEST(Time, ReadsUnixMilliseconds) {
  EXPECT_EQ(utc(parse_unix_ms("1562135344657")), "2019-07-03T06:29:04.657Z");
  EXPECT_EQ(utc(parse_unix_ms("12x")), "none");
}

TEST(Time, HourIsTheStartOfTheUtcHour) {
  EXPECT_EQ(format_rfc3339(hour_of(*parse_rfc3339("2019-07-03T06:34:59.666Z"))), "2019-07-03T06:00:00.000Z");
  EXPECT_EQ(format_rfc3339(hour_of(*parse_rfc3339("1969-12-31T23:59:59.999Z"))), "1969-12-31T23:00:00.000Z");
}

}  // namespace
}  // namespace tweetpulse
