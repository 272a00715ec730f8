#include "queue/queue_contract.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "driver/redis.h"
#include "queue/adapters.h"
#include "support/servers.h"

namespace tweetpulse {
namespace {

class SqlitePlace final : public QueuePlace {
 public:
  SqlitePlace() {
    static std::atomic<int> count = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("tweetpulse-queue-" + std::to_string(getpid()) + "-" + std::to_string(++count));
  }
  ~SqlitePlace() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Result<std::unique_ptr<Queue>> open(const QueueLimits& limits) override {
    return tweetpulse::open(SqliteQueueConfig{.file = folder_ / "queue.db",
                                              .max_bytes = limits.max_bytes,
                                              .dead_max_bytes = limits.dead_max_bytes,
                                              .claim_after = limits.claim_after});
  }

 private:
  std::filesystem::path folder_;
};

class RedisQueuePlace final : public QueuePlace {
 public:
  RedisQueuePlace(std::string url, int partitions)
      : url_(std::move(url)), partitions_(partitions), stream_(fresh_name("queue-")) {}
  ~RedisQueuePlace() override {
    const auto redis = Redis::open({.url = url_});
    const auto keys = (*redis)->call("", {"KEYS", stream_ + "*"});
    if (!keys) return;
    for (const auto& key : keys->list) (void)(*redis)->call(key.text, {"DEL", key.text});
  }
  Result<std::unique_ptr<Queue>> open(const QueueLimits& limits) override {
    RedisQueueConfig config;
    config.url = url_;
    config.stream = stream_;
    config.partitions = partitions_;
    config.max_bytes = limits.max_bytes;
    config.dead_max_bytes = limits.dead_max_bytes;
    config.claim_after = limits.claim_after;
    return tweetpulse::open(config);
  }

 private:
  const std::string url_;
  const int partitions_;
  const std::string stream_;
};

}  // namespace

std::vector<QueueAdapter> queue_adapters() {
  std::vector<QueueAdapter> rows = {{.name = "sqlite", .make = [] { return std::make_unique<SqlitePlace>(); }}};
  if (const auto url = server_url("REDIS"))
    rows.push_back({.name = "redis", .make = [url] { return std::make_unique<RedisQueuePlace>(*url, 1); }});
  return rows;
}

}  // namespace tweetpulse
