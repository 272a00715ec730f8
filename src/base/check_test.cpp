#include "base/check.h"

#include <gtest/gtest.h>

namespace tweetpulse {
namespace {

Check only(Checks checks) {
  auto list = checks.take();
  EXPECT_EQ(list.size(), 1u);
  return list.front();
}

TEST(Checks, ShowTheRemedyOnlyWhereSomethingIsWrong) {
  Checks good, bad;
  good.judge(Check::Verdict::warn, true, "disk", "9 GB free", "make room");
  bad.judge(Check::Verdict::warn, false, "disk", "9 MB free", "make room");
  EXPECT_FALSE(bad.has_fail());
  EXPECT_EQ(only(std::move(good)).remedy, "");
  const auto check = only(std::move(bad));
  EXPECT_EQ(check.verdict, Check::Verdict::warn);
  EXPECT_EQ(check.remedy, "make room");
}

TEST(Checks, TellAServerThatIsAwayFromWrongSettings) {
  Checks away, wrong;
  away.failed("redis", {ErrorCode::unavailable, "127.0.0.1:1 refuses"});
  wrong.failed("redis", {ErrorCode::rejected, "wrong password"});
  EXPECT_TRUE(away.has_fail());
  EXPECT_EQ(only(std::move(away)).cause, Check::Cause::away);
  EXPECT_EQ(only(std::move(wrong)).cause, Check::Cause::settings);
}

TEST(Checks, TakeTheTimeOfTheTripForNoSkew) {
  Checks near, far;
  near.clock("clock", from_ms(5'000), from_ms(4'000), from_ms(9'000));
  far.clock("clock", from_ms(5'000), from_ms(61'000), from_ms(62'000));
  EXPECT_EQ(only(std::move(near)).found, "+0.0 s from ours");
  const auto check = only(std::move(far));
  EXPECT_EQ(check.verdict, Check::Verdict::warn);
  EXPECT_EQ(check.found, "-56.0 s from ours");
}

}  // namespace
}  // namespace tweetpulse
