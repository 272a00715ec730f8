#include "queue/queue_contract.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "queue/adapters.h"

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

}  // namespace

std::vector<QueueAdapter> queue_adapters() {
  return {{.name = "sqlite", .make = [] { return std::make_unique<SqlitePlace>(); }}};
}

}  // namespace tweetpulse
