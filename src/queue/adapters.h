// Which queues there are: one config struct and one open() each. Only app/ and queue/ include this.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include "base/check.h"
#include "base/result.h"
#include "queue/queue.h"

namespace tweetpulse {

struct SqliteQueueConfig {
  std::filesystem::path file;
  std::vector<std::string> groups = {"elastic", "persist"};
  std::int64_t max_bytes = 2'000'000'000;         // of payload waiting; beyond it push is unavailable
  std::int64_t dead_max_bytes = 1'000'000'000;    // of waiting dead letters; beyond it push is unavailable
  std::chrono::milliseconds claim_after{60'000};  // pending entries of a silent consumer go to another
};
struct RedisQueueConfig {
  std::string url;      // redis:// rediss:// unix:, a comma list (Cluster), redis+sentinel://hosts/name
  std::string ca_file;  // for rediss://; "" = the system's
  std::string stream = "tweets";
  int partitions = 1;            // streams tweets:{p}; 1 = the plain stream
  std::string start_from = "0";  // 0, an entry id or $; obeyed once, when the group is new
  std::vector<std::string> groups = {"elastic", "persist"};
  std::int64_t max_bytes = 2'000'000'000;  // at most 80 % of maxmemory is used
  std::int64_t dead_max_bytes = 1'000'000'000;
  std::chrono::milliseconds claim_after{60'000};
  int wait_replicas = 0;         // WAIT before push returns
  bool require_durable = false;  // a server that may lose what it acknowledged: rejected instead of a WARN
};
using QueueConfig = std::variant<SqliteQueueConfig, RedisQueueConfig>;

Result<std::unique_ptr<Queue>> open(const SqliteQueueConfig& config);
// rejected: the server may lose or evict the stream, or refuses us; the sentence holds the remedy.
Result<std::unique_ptr<Queue>> open(const RedisQueueConfig& config);

// For doctor; nothing is changed on the server.
std::vector<Check> check_server(const RedisQueueConfig& config);
Result<bool> has_queue(const RedisQueueConfig& config);  // false: the first process will make it

}  // namespace tweetpulse
