#include "base/log.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tweetpulse {
namespace {

TEST(Log, WritesOneJsonLineWhateverItQuotes) {
  ASSERT_TRUE(log::configure("info", "json", "api"));
  testing::internal::CaptureStderr();
  log::info("queue", "A fixed sentence.", {{"text", "a\nb\"c"}, {"count", 3}});
  const auto out = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1);
  EXPECT_NE(out.find(R"("text":"a\u000ab\"c","count":"3")"), std::string::npos) << out;
  EXPECT_NE(out.find(R"("role":"api")"), std::string::npos);
}

TEST(Log, ObeysTheLevelOfAFolder) {
  ASSERT_TRUE(log::configure("worker=debug,warn", "text", "run"));
  testing::internal::CaptureStderr();
  log::info("queue", "Not shown.");
  log::debug("worker", "Shown.");
  const auto out = testing::internal::GetCapturedStderr();
  EXPECT_EQ(out.find("Not shown."), std::string::npos);
  EXPECT_NE(out.find("Shown."), std::string::npos);
}

TEST(Log, FoldsEqualWarningsAfterTen) {
  ASSERT_TRUE(log::configure("info", "text", "run"));
  testing::internal::CaptureStderr();
  for (int i = 0; i < 50; ++i) log::warn("queue", "Again and again.");
  const auto out = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 10);
}

TEST(Log, RefusesAnUnknownLevel) {
  EXPECT_FALSE(log::configure("loud", "text", "run"));
}

}  // namespace
}  // namespace tweetpulse
