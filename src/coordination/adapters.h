// Which filters, locks and caches there are. Only app/ and coordination/ include this.
#pragma once

#include <chrono>
#include <memory>
#include <variant>

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
using SeenFilterConfig = std::variant<LocalSeenFilterConfig>;
using LockConfig = std::variant<LocalLockConfig>;
using CacheConfig = std::variant<LocalCacheConfig>;

Result<std::unique_ptr<SeenFilter>> open(const LocalSeenFilterConfig& config);
Result<std::unique_ptr<Lock>> open(const LocalLockConfig& config);
Result<std::unique_ptr<Cache>> open(const LocalCacheConfig& config);

}  // namespace tweetpulse
