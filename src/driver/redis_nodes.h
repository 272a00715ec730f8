// Which server of a Redis deployment holds a key: the only one, the master that Sentinels name, or the owner of the
// key's slot in a Cluster. Threads: any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "driver/redis.h"
#include "driver/redis_tls.h"
#include "driver/redis_url.h"

namespace tweetpulse {

class RedisNodes {
 public:
  RedisNodes(const RedisUrl& url, const RedisConfig& config, const RedisTls* tls)
      : url_(url), config_(config), tls_(tls) {}
  // "" = any. Asks Sentinels or the Cluster when it is not known.
  Result<RedisNode> of(std::string_view key);
  void forget();  // a call failed or was sent to the wrong place: ask again

 private:
  struct Range {
    int first = 0, last = 0;
    RedisNode node;
  };
  Result<RedisNode> ask_sentinels() const;
  std::optional<RedisNode> master_of(const RedisNode& sentinel, std::string& last) const;
  bool is_master(const RedisNode& node, std::string& last) const;
  Result<std::vector<Range>> ask_cluster() const;

  const RedisUrl& url_;
  const RedisConfig& config_;
  const RedisTls* const tls_;
  std::mutex mutex_;
  std::optional<RedisNode> master_;
  std::vector<Range> slots_;
  std::vector<RedisNode> known_;  // nodes of the last answer: the ones of the URL may be gone
};

// CRC16 of the key, or of its hash tag {..}, modulo 16384.
int redis_slot(std::string_view key);
// "MOVED 9738 127.0.0.1:7002"
std::optional<RedisNode> node_of_redirect(std::string_view text);

}  // namespace tweetpulse
