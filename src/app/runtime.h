// The opened ports of this process: which adapter stands behind each follows from the configuration and from nothing
// else. Threads: open once, then every port is thread-safe by itself.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "app/config.h"
#include "coordination/adapters.h"
#include "feed/live_feed.h"
#include "queue/adapters.h"
#include "search/adapters.h"
#include "store/adapters.h"

namespace tweetpulse {

// One process at a time runs the workers of an embedded data folder; others may feed it. The kernel frees it on any
// death.
class FolderLock {
 public:
  static std::optional<FolderLock> try_take(const std::filesystem::path& folder);  // nullopt: another process has it
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

struct Runtime {
  std::unique_ptr<Queue> queue;
  std::unique_ptr<TweetStore> store;
  std::unique_ptr<SearchIndex> search;
  std::unique_ptr<SeenFilter> seen;
  std::unique_ptr<Lock> lock;
  std::unique_ptr<Cache> cache;
  std::unique_ptr<LiveFeed> feed;

  // `role` names this process to the servers. A server that is away is asked again for `patience`; where there is any,
  // the search server may come later still, for nothing but search needs it. Throws StartError with the exit code and
  // the remedy.
  static Runtime open(const Config& config, std::string_view role, std::chrono::milliseconds patience = {});
};

// Single ports, for doctor; as Runtime::open.
std::unique_ptr<Queue> open_queue(const Config& config, std::chrono::milliseconds patience = {});
std::unique_ptr<TweetStore> open_store(const Config& config, std::string_view role,
                                       std::chrono::milliseconds patience = {});
std::unique_ptr<SearchIndex> open_search(const Config& config, std::chrono::milliseconds patience = {});

// The adapters that the configuration chooses.
bool is_embedded(const Config& config, std::string_view key);  // of queue.url, store.url ...
RedisQueueConfig redis_queue_config(const Config& config);
RedisPlace redis_place(const Config& config);
PostgresStoreConfig postgres_config(const Config& config, std::string_view role);
ElasticIndexConfig elastic_config(const Config& config);

}  // namespace tweetpulse
