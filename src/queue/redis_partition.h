// One stream of the Redis queue with the keys beside it, its epoch, and its scripts. Threads: any thread.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "driver/redis.h"
#include "queue/adapters.h"

namespace tweetpulse {

class RedisPartition {
 public:
  RedisPartition(Redis& redis, const RedisQueueConfig& config, std::string stream);

  const std::string& stream() const { return stream_; }
  std::string key(std::string_view name) const { return stream_ + ":" + std::string(name); }
  std::string suspects(std::string_view group) const { return key("suspects:" + std::string(group)); }
  Redis& redis() const { return redis_; }
  const RedisQueueConfig& config() const { return config_; }

  // Runs a script; an error reply becomes an Error.
  Result<RedisReply> run(std::string_view script, const std::vector<std::string>& keys,
                         std::vector<std::string> arguments);
  // Groups and epoch are there, made now when they are not. `lost`: what is there counts for lost.
  Result<> begin(bool lost = false);
  std::string epoch() const;  // "" = not begun
  std::int64_t added() const { return added_; }
  // The greatest count of entries ever seen; false when it is less than was seen before: the tail was lost.
  bool saw(std::int64_t added);

 private:
  std::string text_of(std::string_view script) const;

  Redis& redis_;
  const RedisQueueConfig& config_;
  const std::string stream_;
  mutable std::mutex mutex_;
  std::string epoch_;
  std::atomic<std::int64_t> added_ = 0;
};

// Number and time of an entry: <ms>-<ordinal>, as redis_scripts.cpp makes them.
struct EntryId {
  std::int64_t ms = 0, ordinal = 0;
};
EntryId entry_id(std::string_view text);

}  // namespace tweetpulse
