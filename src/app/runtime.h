// The opened ports of this process: which adapter stands behind each follows from the configuration and from nothing
// else. Threads: open once, then every port is thread-safe by itself.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "app/config.h"
#include "coordination/cache.h"
#include "coordination/lock.h"
#include "coordination/seen_filter.h"
#include "feed/live_feed.h"
#include "queue/queue.h"
#include "search/search_index.h"
#include "store/books.h"
#include "store/tweet_store.h"

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

  static Runtime open(const Config& config);  // throws StartError with the exit code and the remedy
};

}  // namespace tweetpulse
