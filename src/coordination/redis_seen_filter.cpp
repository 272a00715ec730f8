#include <fmt/format.h>

#include <atomic>

#include "base/log.h"
#include "base/time.h"
#include "coordination/adapters.h"
#include "driver/redis.h"

namespace tweetpulse {
namespace {

constexpr const char* kErrorRate = "0.01";
constexpr std::chrono::milliseconds kPatience{1'000};  // slower than that, and asking the store is the better way

// Bloom filters of RedisBloom, one a window of time: ids are added to the current one and looked up in all. Any doubt
// is a "perhaps seen".
class RedisSeenFilter final : public SeenFilter {
 public:
  RedisSeenFilter(const RedisSeenFilterConfig& config, std::unique_ptr<Redis> redis, std::unique_ptr<SeenFilter> local)
      : config_(config),
        redis_(std::move(redis)),
        local_(std::move(local)),
        prefix_(redis_->is_cluster() ? fmt::format("{{{}}}", config.place.prefix) : config.place.prefix) {}

  std::vector<bool> add(std::span<const std::string_view> ids) override {
    if (ids.empty()) return {};
    if (absent_) return local_->add(ids);
    const auto current = to_ms(now()) / window_ms();
    if (reserved_ != current && !reserve(current)) return absent_ ? local_->add(ids) : all_seen(ids);
    // A filter deleted meanwhile is made anew by the server, without an end: so the end is set each time.
    std::vector<RedisCommand> commands = {command("BF.MADD", current, ids), expiry(current)};
    for (int back = 1; back < config_.local.windows; ++back)
      commands.push_back(command("BF.MEXISTS", current - back, ids));
    const auto replies = redis_->pipeline(key(current), commands, kPatience);
    if (!replies) return all_seen(ids);
    std::vector<bool> seen(ids.size(), false);
    merge((*replies)[0], 0, seen);
    for (std::size_t i = 2; i < replies->size(); ++i) merge((*replies)[i], 1, seen);
    if ((*replies)[0].is_error()) {
      doubt((*replies)[0].text);
      reserved_ = 0;  // reserved again with the next batch
    }
    return seen;
  }

 private:
  std::int64_t window_ms() const { return config_.local.window.count() * 1000; }
  // In a Cluster one hash tag keeps all windows on one node.
  std::string key(std::int64_t window) const {
    const auto start = window * config_.local.window.count();
    return fmt::format("{}:seen:{}", prefix_, start);
  }
  RedisCommand command(const char* name, std::int64_t window, std::span<const std::string_view> ids) const {
    RedisCommand made = {name, key(window)};
    made.insert(made.end(), ids.begin(), ids.end());
    return made;
  }
  RedisCommand expiry(std::int64_t window) const {
    return {"PEXPIREAT", key(window), std::to_string((window + config_.local.windows) * window_ms())};
  }
  static std::vector<bool> all_seen(std::span<const std::string_view> ids) {
    return std::vector<bool>(ids.size(), true);
  }

  // MADD: 0 = was there. MEXISTS: 1 = was there, and a window that does not exist has seen nothing. A short answer ends
  // in an error: what it does not cover was perhaps seen.
  static void merge(const RedisReply& reply, std::int64_t there, std::vector<bool>& seen) {
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const bool known = i < reply.list.size() && reply.list[i].type == RedisReply::Type::integer;
      if (!known || (there == 0 ? reply.list[i].integer == 0 : reply.list[i].integer != 0)) seen[i] = true;
    }
  }

  void doubt(const std::string& why) const {
    log::warn("coordination", "The seen filter is of no use; the store is asked about every tweet.",
              {{"redis", redis_->address()}, {"error", why}});
  }

  bool reserve(std::int64_t window) {
    const std::vector<RedisCommand> commands = {
        {"BF.RESERVE", key(window), kErrorRate, std::to_string(config_.local.capacity), "EXPANSION", "2"},
        expiry(window)};
    const auto replies = redis_->pipeline(key(window), commands, kPatience);
    if (!replies) return false;
    const auto& reserved = (*replies)[0];
    if (reserved.is_error() && reserved.text.starts_with("ERR unknown command")) {
      if (!absent_.exchange(true))
        log::warn("coordination", "Redis has no RedisBloom; a filter in this process stands in.",
                  {{"redis", redis_->address()}, {"remedy", "load redisbloom.so, or use redis-stack-server"}});
      return false;
    }
    if (reserved.is_error() && !reserved.text.starts_with("ERR item exists")) {
      doubt(reserved.text);
      return false;
    }
    reserved_ = window;
    return true;
  }

  const RedisSeenFilterConfig config_;
  std::unique_ptr<Redis> redis_;
  std::unique_ptr<SeenFilter> local_;
  const std::string prefix_;
  std::atomic<bool> absent_ = false;
  std::atomic<std::int64_t> reserved_ = 0;
};

}  // namespace

Result<std::unique_ptr<SeenFilter>> open(const RedisSeenFilterConfig& config) {
  auto redis = Redis::open({.url = config.place.url, .ca_file = config.place.ca_file});
  if (!redis) return redis.error();
  auto local = open(config.local);
  if (!local) return local.error();
  return std::unique_ptr<SeenFilter>(std::make_unique<RedisSeenFilter>(config, std::move(*redis), std::move(*local)));
}

}  // namespace tweetpulse
