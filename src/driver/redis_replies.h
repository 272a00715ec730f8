// Bytes of a Redis server to replies: hiredis parses, we build, and both have bounds. Threads: one at a time.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "driver/redis.h"

namespace tweetpulse {

class RedisReplies {
 public:
  virtual ~RedisReplies() = default;
  // After an error it must be dropped.
  virtual Result<> feed(std::string_view bytes) = 0;
  virtual Result<std::optional<RedisReply>> take() = 0;  // nullopt = not whole yet

  static std::unique_ptr<RedisReplies> make();
};

}  // namespace tweetpulse
