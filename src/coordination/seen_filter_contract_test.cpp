// What every SeenFilter promises. An adapter joins with one row at the end of this file.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <thread>
#include <vector>

#include "base/time.h"
#include "coordination/adapters.h"
#include "driver/redis.h"
#include "support/private_redis.h"
#include "support/redis_cleanup.h"

namespace tweetpulse {
namespace {

struct SeenFilterAdapter {
  std::string name;
  std::function<Result<std::unique_ptr<SeenFilter>>(std::size_t capacity)> make;
};
void PrintTo(const SeenFilterAdapter& adapter, std::ostream* out) {
  *out << adapter.name;
}

std::vector<std::string> ids(int first, int count) {
  std::vector<std::string> made;
  for (int n = first; n < first + count; ++n) made.push_back("simulator:1:" + std::to_string(n));
  return made;
}

class SeenFilterContract : public testing::TestWithParam<SeenFilterAdapter> {
 protected:
  void open(std::size_t capacity) {
    auto opened = GetParam().make(capacity);
    ASSERT_TRUE(opened) << opened.error().what;
    filter_ = std::move(*opened);
  }
  std::vector<bool> add(const std::vector<std::string>& list) {
    const std::vector<std::string_view> views(list.begin(), list.end());
    return filter_->add(views);
  }
  static auto hits(const std::vector<bool>& flags) { return std::count(flags.begin(), flags.end(), true); }

  std::unique_ptr<SeenFilter> filter_;
};

TEST_P(SeenFilterContract, KnowsWhatWasAdded) {
  open(10'000);
  (void)add(ids(0, 5'000));
  EXPECT_EQ(hits(add(ids(0, 5'000))), 5'000);
}

TEST_P(SeenFilterContract, SeldomGuessesWrong) {
  open(100'000);
  EXPECT_LT(hits(add(ids(0, 100'000))), 2'000);
}

TEST_P(SeenFilterContract, SeesAnIdTwiceInOneBatch) {
  open(100);
  EXPECT_EQ(add({"a", "b", "a"}), (std::vector<bool>{false, false, true}));
}

TEST_P(SeenFilterContract, AnswersForEachId) {
  open(100);
  EXPECT_TRUE(add({}).empty());
  EXPECT_EQ(add({std::string("a\0b", 3), std::string("a\0c", 3), ""}).size(), 3u);
}

TEST_P(SeenFilterContract, AnswersSeenForEverAfterItIsFull) {
  open(100);
  (void)add(ids(0, 20'000));
  EXPECT_EQ(hits(add(ids(0, 20'000))), 20'000);
}

TEST_P(SeenFilterContract, TakesIdsFromManyThreads) {
  open(100'000);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) threads.emplace_back([this, t] { (void)add(ids(t * 1'000, 1'000)); });
  }
  EXPECT_EQ(hits(add(ids(0, 4'000))), 4'000);
}

std::vector<SeenFilterAdapter> adapters() {
  std::vector<SeenFilterAdapter> rows = {{.name = "local", .make = [](std::size_t capacity) {
                                            return open(LocalSeenFilterConfig{.capacity = capacity});
                                          }}};
  if (const auto url = server_url("REDIS"))
    rows.push_back({.name = "redis", .make = [url](std::size_t capacity) {
                      return open(RedisSeenFilterConfig{.place = {*url, "", fresh_prefix(*url, "seen-")},
                                                        .local = {.capacity = capacity}});
                    }});
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Adapters, SeenFilterContract, testing::ValuesIn(adapters()),
                         [](const auto& row) { return row.param.name; });

class RedisSeenFilter : public testing::Test {
 protected:
  void SetUp() override {
    const auto url = server_url("REDIS");
    if (!url) GTEST_SKIP() << "no Redis";
    redis = Redis::open({.url = *url}).value();
    config = {.place = {*url, "", fresh_prefix(*url, "seen-")}, .local = {.capacity = 1'000}};
    filter = open(config).value();
  }
  std::string key() const {
    const auto window = config.local.window.count();
    return config.place.prefix + ":seen:" + std::to_string(to_ms(now()) / 1000 / window * window);
  }
  bool add(std::string_view id) {
    const std::vector<std::string_view> one = {id};
    return filter->add(one)[0];
  }
  RedisSeenFilterConfig config;
  std::unique_ptr<Redis> redis;
  std::unique_ptr<SeenFilter> filter;
};

TEST_F(RedisSeenFilter, SaysPerhapsWhenItsKeyHoldsSomethingElse) {
  ASSERT_TRUE(redis->call(key(), {"SET", key(), "no filter"}));
  EXPECT_TRUE(add("never seen"));
  ASSERT_TRUE(redis->call(key(), {"DEL", key()}));
  (void)add("one");  // notices
  EXPECT_FALSE(add("another that was never seen"));
}

TEST_F(RedisSeenFilter, MakesADeletedFilterAnew) {
  EXPECT_FALSE(add("one"));
  ASSERT_TRUE(redis->call(key(), {"DEL", key()}));
  for (int n = 0; n < 2'000; ++n) (void)add("id " + std::to_string(n));
  EXPECT_TRUE(add("id 7"));
}

TEST_F(RedisSeenFilter, SaysPerhapsWhileRedisIsAway) {
  auto away = config;
  away.place.url = "redis://127.0.0.1:1";
  filter = open(away).value();
  EXPECT_TRUE(add("never seen"));
}

TEST_F(RedisSeenFilter, LetsItsWindowsExpire) {
  (void)add("one");
  EXPECT_GT(redis->call(key(), {"PTTL", key()}).value().integer, 0);
}

TEST(RedisSeenFilterAlone, LetsALocalFilterStandInWhereTheModuleIsAbsent) {
  if (!PrivateRedis::is_possible()) GTEST_SKIP() << "redis-server is missing";
  const PrivateRedis server;
  const auto filter = open(RedisSeenFilterConfig{.place = {server.url(), "", "p"}, .local = {}}).value();
  const std::vector<std::string_view> one = {"one"};
  EXPECT_FALSE(filter->add(one)[0]);
  EXPECT_TRUE(filter->add(one)[0]);
}

// A window of no length ends with each call.
TEST(LocalSeenFilter, ForgetsAnIdWhenItsWindowsArePast) {
  auto filter = open(LocalSeenFilterConfig{.window = std::chrono::seconds(0), .windows = 2}).value();
  const std::vector<std::string_view> one = {"one"}, other = {"other"};
  EXPECT_FALSE(filter->add(one)[0]);
  EXPECT_TRUE(filter->add(one)[0]);
  (void)filter->add(other);
  (void)filter->add(other);
  EXPECT_FALSE(filter->add(one)[0]);
}

TEST(LocalSeenFilter, RefusesToHaveNoWindow) {
  EXPECT_FALSE(open(LocalSeenFilterConfig{.windows = 0}));
}

}  // namespace
}  // namespace tweetpulse
