#include "app/runtime.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <utility>

#include "app/exit_codes.h"
#include "coordination/adapters.h"
#include "feed/adapters.h"
#include "queue/adapters.h"
#include "search/adapters.h"
#include "store/adapters.h"

namespace tweetpulse {
namespace {

template <class Port>
Port opened(Result<Port> port) {
  if (port) return std::move(*port);
  const auto& error = port.error();
  throw StartError(error.code == ErrorCode::unavailable ? kCannotWrite : kFailed, error.what);
}

// Each port has an embedded adapter only, in this release; a URL is refused rather than ignored.
void refuse_url(const Config& config, std::string_view key, std::string_view variable) {
  if (config.text(key).empty()) return;
  throw StartError(kWrongConfiguration,
                   fmt::format("{} is set ({}), but this release has the embedded adapter only: unset {}.", key,
                               config.origin(key), variable));
}

QueueConfig queue_config(const Config& config) {
  refuse_url(config, "queue.url", "REDIS_URL");
  SqliteQueueConfig sqlite;
  sqlite.file = config.data_dir() / "queue.db";
  sqlite.groups = config.list("queue.groups");
  sqlite.max_bytes = config.integer("queue.max_bytes");
  sqlite.dead_max_bytes = config.integer("queue.dead_max_bytes");
  sqlite.claim_after = config.duration("queue.claim_after");
  return sqlite;
}

StoreConfig store_config(const Config& config) {
  refuse_url(config, "store.url", "DATABASE_URL");
  return SqliteStoreConfig{config.data_dir() / "store.db", config.flag("persist_worker.aggregations")};
}

SearchConfig search_config(const Config& config) {
  refuse_url(config, "search.url", "ELASTICSEARCH_URL");
  return SqliteIndexConfig{config.data_dir() / "search.db"};
}

SeenFilterConfig seen_config(const Config& config) {
  LocalSeenFilterConfig local;
  local.window = std::chrono::duration_cast<std::chrono::seconds>(config.duration("coordination.seen_window"));
  local.windows = static_cast<int>(config.integer("coordination.seen_windows"));
  local.capacity = static_cast<std::size_t>(config.integer("coordination.seen_capacity"));
  return local;
}

template <class Variant>
auto open_any(const Variant& config) {
  return std::visit([](const auto& one) { return open(one); }, config);
}

}  // namespace

std::optional<FolderLock> FolderLock::try_take(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::create_directories(folder, error))  // tweets are nobody else's business
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  const auto file = folder / "lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0)
    throw StartError(kCannotWrite,
                     fmt::format("{} cannot be written: name another folder with data_dir.", file.string()));
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    return std::nullopt;
  }
  return FolderLock(descriptor);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Runtime Runtime::open(const Config& config) {
  Runtime runtime;
  runtime.queue = opened(open_any(queue_config(config)));
  runtime.store = opened(open_any(store_config(config)));
  runtime.search = opened(open_any(search_config(config)));
  runtime.seen = opened(open_any(seen_config(config)));
  runtime.lock = opened(open_any(LockConfig(LocalLockConfig{})));
  runtime.cache = opened(open_any(CacheConfig(LocalCacheConfig{})));
  runtime.feed = opened(open_any(FeedConfig(LocalFeedConfig{})));
  return runtime;
}

}  // namespace tweetpulse
