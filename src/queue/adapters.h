// Which queues there are: one config struct and one open() each. Only app/ and queue/ include this.
#pragma once

#include <filesystem>
#include <memory>
#include <variant>

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
using QueueConfig = std::variant<SqliteQueueConfig>;

Result<std::unique_ptr<Queue>> open(const SqliteQueueConfig& config);

}  // namespace tweetpulse
