// What every Cache promises. An adapter joins with one row at the end of this file.
#include <gtest/gtest.h>

#include <functional>
#include <thread>
#include <vector>

#include "coordination/adapters.h"
#include "support/redis_cleanup.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLong{60'000};

struct CacheAdapter {
  std::string name;
  std::function<Result<std::unique_ptr<Cache>>()> make;
};
void PrintTo(const CacheAdapter& adapter, std::ostream* out) {
  *out << adapter.name;
}

class CacheContract : public testing::TestWithParam<CacheAdapter> {
 protected:
  CacheContract() : cache_(std::move(GetParam().make()).value()) {}
  std::unique_ptr<Cache> cache_;
};

TEST_P(CacheContract, MissesWhatWasNeverPut) {
  EXPECT_FALSE(cache_->get("key"));
}

TEST_P(CacheContract, GivesBackWhatWasPut) {
  const std::string value("any \0 bytes \xFF", 13);
  cache_->put("key", value, kLong);
  EXPECT_EQ(cache_->get("key"), value);
  cache_->put("empty", "", kLong);
  EXPECT_EQ(cache_->get("empty"), "");
}

TEST_P(CacheContract, KeepsTheNewestValue) {
  cache_->put("key", "old", kLong);
  cache_->put("key", "new", kLong);
  EXPECT_EQ(cache_->get("key"), "new");
}

TEST_P(CacheContract, ForgetsAValueWhenItsLifeIsOver) {
  cache_->put("key", "value", milliseconds(20));
  while (cache_->get("key")) std::this_thread::sleep_for(milliseconds(5));
  EXPECT_FALSE(cache_->get("key"));
}

TEST_P(CacheContract, ServesManyThreads) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int n = 0; n < 500; ++n) {
        const auto key = std::to_string(n % 50);
        cache_->put(key, key, kLong);
        const auto got = cache_->get(key);
        EXPECT_TRUE(!got || *got == key) << t;
      }
    });
  }
}

std::vector<CacheAdapter> adapters() {
  std::vector<CacheAdapter> rows = {{.name = "local", .make = [] { return open(LocalCacheConfig{}); }}};
  if (const auto url = server_url("REDIS"))
    rows.push_back({.name = "redis", .make = [url] {
                      return open(
                          RedisCacheConfig{{.url = *url, .ca_file = "", .prefix = fresh_prefix(*url, "cache-")}});
                    }});
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Adapters, CacheContract, testing::ValuesIn(adapters()),
                         [](const auto& row) { return row.param.name; });

TEST(LocalCache, StaysWithinItsBytes) {
  auto cache = open(LocalCacheConfig{.max_bytes = 10'000}).value();
  for (int n = 0; n < 100; ++n) cache->put(std::to_string(n), std::string(1'000, 'x'), kLong);
  int kept = 0;
  for (int n = 0; n < 100; ++n) kept += cache->get(std::to_string(n)) ? 1 : 0;
  EXPECT_GT(kept, 4);
  EXPECT_LE(kept, 10);
}

TEST(LocalCache, DropsWhatWasNotAskedForTheLongest) {
  auto cache = open(LocalCacheConfig{.max_bytes = 4'000}).value();
  for (const auto* key : {"a", "b", "c"}) cache->put(key, std::string(1'000, 'x'), kLong);
  (void)cache->get("a");
  cache->put("d", std::string(1'000, 'x'), kLong);
  EXPECT_TRUE(cache->get("a"));
  EXPECT_FALSE(cache->get("b"));
}

TEST(LocalCache, DoesNotKeepWhatIsLargerThanItself) {
  auto cache = open(LocalCacheConfig{.max_bytes = 1'000}).value();
  cache->put("key", "small", kLong);
  cache->put("key", std::string(2'000, 'x'), kLong);
  EXPECT_FALSE(cache->get("key"));
}

}  // namespace
}  // namespace tweetpulse
