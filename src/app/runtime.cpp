#include "app/runtime.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <thread>
#include <utility>

#include "app/exit_codes.h"
#include "base/log.h"
#include "feed/adapters.h"
#include "search/late_index.h"

namespace tweetpulse {
namespace {

constexpr std::chrono::milliseconds kAskAgainAfter{500};

// The scheme of each adapter's URL; anything else is refused, with what is possible.
void check_scheme(const Config& config, std::string_view key, std::initializer_list<std::string_view> schemes) {
  const auto url = config.text(key);
  std::string known;
  for (const auto scheme : schemes) {
    if (url.starts_with(scheme)) return;
    known += (known.empty() ? "" : " ") + std::string(scheme);
  }
  throw StartError(kWrongConfiguration,
                   fmt::format("{} ({}) names no server that this program knows: it begins with one of {}", key,
                               config.origin(key), known));
}

void check_redis(const Config& config, std::string_view key) {
  check_scheme(config, key, {"redis://", "rediss://", "unix:", "redis+sentinel://", "rediss+sentinel://"});
}

QueueConfig queue_config(const Config& config) {
  if (is_embedded(config, "queue.url")) {
    SqliteQueueConfig sqlite;
    sqlite.file = config.data_dir() / "queue.db";
    sqlite.groups = config.list("queue.groups");
    sqlite.max_bytes = config.integer("queue.max_bytes");
    sqlite.dead_max_bytes = config.integer("queue.dead_max_bytes");
    sqlite.claim_after = config.duration("queue.claim_after");
    return sqlite;
  }
  return redis_queue_config(config);
}

StoreConfig store_config(const Config& config, std::string_view role) {
  if (!is_embedded(config, "store.url")) return postgres_config(config, role);
  return SqliteStoreConfig{config.data_dir() / "store.db", config.flag("persist_worker.aggregations"), ""};
}

SearchConfig search_config(const Config& config) {
  if (!is_embedded(config, "search.url")) return elastic_config(config);
  return SqliteIndexConfig{config.data_dir() / "search.db"};
}

SeenFilterConfig seen_config(const Config& config) {
  LocalSeenFilterConfig local;
  local.window = std::chrono::duration_cast<std::chrono::seconds>(config.duration("coordination.seen_window"));
  local.windows = static_cast<int>(config.integer("coordination.seen_windows"));
  local.capacity = static_cast<std::size_t>(config.integer("coordination.seen_capacity"));
  if (is_embedded(config, "coordination.url")) return local;
  return RedisSeenFilterConfig{redis_place(config), local};
}

LockConfig lock_config(const Config& config) {
  if (is_embedded(config, "coordination.url")) return LocalLockConfig{};
  return RedisLockConfig{redis_place(config)};
}

CacheConfig cache_config(const Config& config) {
  if (is_embedded(config, "coordination.url")) return LocalCacheConfig{};
  return RedisCacheConfig{redis_place(config)};
}

FeedConfig feed_config(const Config& config) {
  if (is_embedded(config, "feed.url")) return LocalFeedConfig{};
  check_redis(config, "feed.url");
  return RedisFeedConfig{config.text("feed.url"), config.text("queue.ca_file"), config.text("queue.stream") + ":live"};
}

// Opens the adapter that `config` holds. `embedded`: what is not available is a folder, not a server.
template <class Variant>
auto open_any(const Variant& config, bool embedded, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  const auto open_once = [&config] { return std::visit([](const auto& one) { return open(one); }, config); };
  for (bool told = false;; told = true) {
    auto port = open_once();
    if (port) return std::move(*port);
    const auto& error = port.error();
    if (embedded) throw StartError(error.code == ErrorCode::unavailable ? kCannotWrite : kFailed, error.what);
    if (!error.retryable()) throw StartError(kWrongConfiguration, error.what);
    if (std::chrono::steady_clock::now() + kAskAgainAfter > until) throw StartError(kServerMissing, error.what);
    if (!told) log::warn("app", "A server is away; waiting for it.", {{"error", error.what}});
    std::this_thread::sleep_for(kAskAgainAfter);
  }
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

bool is_embedded(const Config& config, std::string_view key) {
  return config.text(key).empty();
}

RedisPlace redis_place(const Config& config) {
  check_redis(config, "coordination.url");
  return {config.text("coordination.url"), config.text("queue.ca_file"), config.text("queue.stream")};
}

RedisQueueConfig redis_queue_config(const Config& config) {
  check_redis(config, "queue.url");
  RedisQueueConfig redis;
  redis.url = config.text("queue.url");
  redis.ca_file = config.text("queue.ca_file");
  redis.stream = config.text("queue.stream");
  redis.partitions = static_cast<int>(config.integer("queue.partitions"));
  redis.start_from = config.text("queue.start_from");
  redis.groups = config.list("queue.groups");
  redis.max_bytes = config.integer("queue.max_bytes");
  redis.dead_max_bytes = config.integer("queue.dead_max_bytes");
  redis.claim_after = config.duration("queue.claim_after");
  redis.wait_replicas = static_cast<int>(config.integer("queue.wait_replicas"));
  redis.require_durable = config.flag("queue.require_durable");
  return redis;
}

PostgresStoreConfig postgres_config(const Config& config, std::string_view role) {
  check_scheme(config, "store.url", {"postgresql://", "postgres://", "postgresql+"});
  PostgresStoreConfig postgres;
  postgres.url = config.text("store.url");
  postgres.application = "tweetpulse/" + std::string(role);
  if (const auto id = config.text("worker.id"); !id.empty()) postgres.application += "/" + id;
  postgres.connections = static_cast<int>(config.integer("store.connections"));
  postgres.statement_timeout = config.duration("store.statement_timeout");
  postgres.named_statements = config.flag("store.named_statements");
  postgres.aggregations = config.flag("persist_worker.aggregations");
  return postgres;
}

ElasticIndexConfig elastic_config(const Config& config) {
  check_scheme(config, "search.url", {"http://", "https://"});
  ElasticIndexConfig elastic;
  elastic.urls = config.text("search.url");
  elastic.ca_file = config.text("search.ca_file");
  elastic.index = config.text("search.index");
  elastic.shards = static_cast<int>(config.integer("search.shards"));
  elastic.refresh = fmt::format("{}ms", config.duration("search.refresh").count());
  return elastic;
}

std::unique_ptr<Queue> open_queue(const Config& config, std::chrono::milliseconds patience) {
  return open_any(queue_config(config), is_embedded(config, "queue.url"), patience);
}

std::unique_ptr<TweetStore> open_store(const Config& config, std::string_view role,
                                       std::chrono::milliseconds patience) {
  return open_any(store_config(config, role), is_embedded(config, "store.url"), patience);
}

std::unique_ptr<SearchIndex> open_search(const Config& config, std::chrono::milliseconds patience) {
  return open_any(search_config(config), is_embedded(config, "search.url"), patience);
}

namespace {

std::unique_ptr<SearchIndex> open_late_search(const Config& config) {
  if (is_embedded(config, "search.url")) return open_search(config);
  auto index = open_late([server = elastic_config(config)] { return open(server); });
  if (!index) throw StartError(kWrongConfiguration, index.error().what);
  return std::move(*index);
}

}  // namespace

Runtime Runtime::open(const Config& config, std::string_view role, std::chrono::milliseconds patience) {
  const bool local = is_embedded(config, "coordination.url");
  Runtime runtime;
  runtime.queue = open_queue(config, patience);
  runtime.store = open_store(config, role, patience);
  runtime.search = patience.count() > 0 ? open_late_search(config) : open_search(config);
  runtime.seen = open_any(seen_config(config), local, patience);
  runtime.lock = open_any(lock_config(config), local, patience);
  runtime.cache = open_any(cache_config(config), local, patience);
  runtime.feed = open_any(feed_config(config), is_embedded(config, "feed.url"), patience);
  return runtime;
}

}  // namespace tweetpulse
