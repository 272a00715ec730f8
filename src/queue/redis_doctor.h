// What `doctor` says of a Redis that holds the queue: its settings and its state, as judged here and as asked of it.
// Threads: pure, but for what asks.
#pragma once

#include <map>
#include <string>

#include "base/check.h"
#include "driver/redis.h"
#include "queue/adapters.h"

namespace tweetpulse {

struct RedisFacts {
  std::map<std::string, std::string, std::less<>> info;    // of INFO
  std::map<std::string, std::string, std::less<>> config;  // of CONFIG GET; empty = it is not allowed
};

void judge_redis(const RedisFacts& facts, const RedisQueueConfig& config, Checks& out);

}  // namespace tweetpulse
