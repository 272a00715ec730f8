// What a Redis server must be like to hold the queue: delivery.md section 1. Threads: any thread.
#pragma once

#include <cstdint>
#include <string>

#include "driver/redis.h"
#include "queue/adapters.h"

namespace tweetpulse {

struct RedisDurability {
  bool durable = false;
  std::string remedy;           // what to set when it is not
  std::int64_t max_memory = 0;  // bytes; 0 = no bound
};

// rejected: it evicts keys, is too old or refuses the login; the sentence holds the remedy.
Result<RedisDurability> check_durability(Redis& redis);

}  // namespace tweetpulse
