// Opens the connections behind RedisSession. Threads: free functions from any thread.
#pragma once

#include "driver/redis.h"
#include "driver/redis_tls.h"
#include "driver/redis_url.h"

namespace tweetpulse {

// Connected, authenticated, with the database chosen. `tls`: nullptr = plain.
Result<std::unique_ptr<RedisSession>> open_redis_session(const RedisNode& node, const RedisUrl& url,
                                                         const RedisConfig& config, const RedisTls* tls);

}  // namespace tweetpulse
