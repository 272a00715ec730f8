// Which filters, locks and caches there are. Only app/ and coordination/ include this.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <variant>

#include "base/check.h"
#include "base/result.h"
#include "coordination/cache.h"
#include "coordination/lock.h"
#include "coordination/seen_filter.h"

namespace tweetpulse {

struct LocalSeenFilterConfig {
  std::chrono::seconds window{24 * 3600};
  int windows = 2;
  std::size_t capacity = 2'000'000;  // ids a window at about 1 % false hits; fuller = more hits, never a lost tweet
};
struct LocalLockConfig {};
struct LocalCacheConfig {
  std::size_t max_bytes = 64u << 20;
};
struct RedisPlace {
  std::string url, ca_file;  // as of the queue
  std::string prefix;        // of every key: "tweets" gives tweets:seen:<start>; in a Cluster it carries a hash tag
};
struct RedisSeenFilterConfig {
  RedisPlace place;
  LocalSeenFilterConfig local;  // windows and capacity; also what stands in where the module is absent
};
struct RedisLockConfig {
  RedisPlace place;
};
struct RedisCacheConfig {
  RedisPlace place;
};
using SeenFilterConfig = std::variant<LocalSeenFilterConfig, RedisSeenFilterConfig>;
using LockConfig = std::variant<LocalLockConfig, RedisLockConfig>;
using CacheConfig = std::variant<LocalCacheConfig, RedisCacheConfig>;

Result<std::unique_ptr<SeenFilter>> open(const LocalSeenFilterConfig& config);
Result<std::unique_ptr<Lock>> open(const LocalLockConfig& config);
Result<std::unique_ptr<Cache>> open(const LocalCacheConfig& config);
Result<std::unique_ptr<SeenFilter>> open(const RedisSeenFilterConfig& config);
Result<std::unique_ptr<Lock>> open(const RedisLockConfig& config);
Result<std::unique_ptr<Cache>> open(const RedisCacheConfig& config);

// For doctor: has the server the module of the filter?
Check check_filter(const RedisPlace& place);

}  // namespace tweetpulse
