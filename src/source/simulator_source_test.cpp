#include "source/simulator_source.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace tweetpulse {
namespace {

using std::chrono::steady_clock;

// A source, and what it emitted.
class SimulatorSourceTest : public testing::Test {
 protected:
  static std::unique_ptr<SimulatorSource> make(SimulatorSourceConfig config) {
    auto opened = open(config);
    EXPECT_TRUE(opened) << opened.error().what;
    return std::move(opened).value();
  }
  static SimulatorSourceConfig fast(std::uint64_t count) {
    return {.settings = {.rate = 10'000, .scenario = "steady", .seed = 5}, .count = count, .start = {}};
  }
  Result<> run(Source& source, std::string_view cursor = "", std::stop_token stop = {}) {
    return source.run(
        cursor,
        [this](std::span<Received> received, std::string_view next) -> Result<> {
          const std::lock_guard lock(mutex_);
          for (auto& item : received) {
            own_.push_back(item.tweets.back());
            tweets_ += item.tweets.size();
          }
          cursor_ = next;
          return {};
        },
        stop);
  }
  std::size_t emitted() {
    const std::lock_guard lock(mutex_);
    return own_.size();
  }
  template <class Holds>
  static bool eventually(Holds&& holds) {
    const auto deadline = steady_clock::now() + std::chrono::seconds(20);
    while (!holds() && steady_clock::now() < deadline) std::this_thread::sleep_for(milliseconds(2));
    return holds();
  }

  std::mutex mutex_;
  std::vector<Tweet> own_;
  std::size_t tweets_ = 0;
  std::string cursor_;
};

TEST_F(SimulatorSourceTest, EmitsAsManyEventsAsAskedFor) {
  auto source = make(fast(150));
  EXPECT_TRUE(run(*source));
  EXPECT_EQ(own_.size(), 150u);
  EXPECT_GT(tweets_, 150u);
  EXPECT_EQ(cursor_, "5:150");
  EXPECT_EQ(source->status().state, "stopped");
  EXPECT_EQ(source->name(), "simulator");
}

TEST_F(SimulatorSourceTest, GoesOnAtItsCursor) {
  EXPECT_TRUE(run(*make(fast(3)), "5:1000"));
  ASSERT_EQ(own_.size(), 3u);
  EXPECT_EQ(cursor_, "5:1003");
}

TEST_F(SimulatorSourceTest, BeginsAnewWithAnotherSeed) {
  for (const auto* cursor : {"6:1000", "nonsense", ""}) {
    EXPECT_TRUE(run(*make(fast(1)), cursor));
    EXPECT_EQ(cursor_, "5:1");
  }
}

TEST_F(SimulatorSourceTest, StampsWhatItEmitsWithItsTime) {
  const auto before = now();
  EXPECT_TRUE(run(*make(fast(20))));
  for (const auto& tweet : own_) {
    EXPECT_GE(tweet.received_at, before);
    EXPECT_GE(*tweet.observed_at, before);
  }
}

TEST_F(SimulatorSourceTest, TellsTheSameStoryFromAStart) {
  auto config = fast(50);
  config.start = from_ms(1'700'000'000'000);
  EXPECT_TRUE(run(*make(config)));
  const auto first = own_;
  own_.clear();
  EXPECT_TRUE(run(*make(config)));
  ASSERT_EQ(own_.size(), 50u);
  for (std::size_t n = 0; n < 50; ++n) {
    EXPECT_EQ(own_[n].text, first[n].text);
    EXPECT_EQ(own_[n].created_at, first[n].created_at);
  }
  EXPECT_EQ(own_[49].observed_at, from_ms(1'700'000'000'004)) << "start + n / rate, rounded down";
}

TEST_F(SimulatorSourceTest, WaitsWhileTheRateIsZeroAndStartsWhenItIsRaised) {
  auto config = fast(30);
  config.settings.rate = 0;
  auto source = make(config);
  std::jthread runner([&](std::stop_token stop) { EXPECT_TRUE(run(*source, "", stop)); });
  EXPECT_TRUE(eventually([&] { return source->status().state == "paused"; }));
  EXPECT_EQ(emitted(), 0u);
  auto settings = source->settings();
  settings.rate = 10'000;
  EXPECT_TRUE(source->change(settings));
  EXPECT_TRUE(eventually([&] { return emitted() == 30; }));
}

TEST_F(SimulatorSourceTest, TakesAnotherSeedWhileRunning) {
  auto source = make({.settings = {.rate = 1'000, .scenario = "steady", .seed = 5}, .count = {}, .start = {}});
  std::jthread runner([&](std::stop_token stop) { EXPECT_TRUE(run(*source, "", stop)); });
  EXPECT_TRUE(eventually([&] { return emitted() > 0; }));
  EXPECT_TRUE(source->change({.rate = 1'000, .scenario = "burst", .seed = 6}));
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex_);
    return cursor_.starts_with("6:");
  }));
  EXPECT_EQ(source->settings().scenario, "burst");
}

TEST_F(SimulatorSourceTest, StopsWhenAsked) {
  auto source = make({.settings = {.rate = 0, .scenario = "steady"}, .count = {}, .start = {}});
  std::jthread runner([&](std::stop_token stop) { EXPECT_TRUE(run(*source, "", stop)); });
  EXPECT_TRUE(eventually([&] { return source->status().state == "paused"; }));
  runner.request_stop();
  runner.join();
  EXPECT_EQ(source->status().state, "stopped");
}

TEST_F(SimulatorSourceTest, EndsWithTheErrorOfItsTaker) {
  auto source = make(fast(100));
  int calls = 0;
  auto ended = source->run("",
                           [&](std::span<Received>, std::string_view) -> Result<> {
                             ++calls;
                             return Error{ErrorCode::unavailable, "full"};
                           },
                           {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().what, "full");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(source->status().state, "failed");
}

TEST_F(SimulatorSourceTest, RefusesARateOutOfRangeAndAnUnknownScenario) {
  EXPECT_FALSE(open(SimulatorSourceConfig{.settings = {.rate = 10'001}, .count = {}, .start = {}}));
  EXPECT_FALSE(open(SimulatorSourceConfig{.settings = {.rate = -1}, .count = {}, .start = {}}));
  auto refused = open(SimulatorSourceConfig{.settings = {.scenario = "no such"}, .count = {}, .start = {}});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("everyday"), std::string::npos);
  auto source = make(fast(1));
  EXPECT_FALSE(source->change({.rate = 20'000}));
  EXPECT_EQ(source->settings().rate, 10'000);
}

}  // namespace
}  // namespace tweetpulse
