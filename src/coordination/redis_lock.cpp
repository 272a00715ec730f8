#include <fmt/format.h>

#include <atomic>

#include "coordination/adapters.h"
#include "driver/redis.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;

// The value is "<token> <holder>": compared whole, so that only the holder renews and releases.
constexpr const char* kRenew =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) else return 0 end";
constexpr const char* kRelease =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end";

class RedisLease final : public Lease {
 public:
  RedisLease(Redis& redis, std::string key, std::string value, std::int64_t token, milliseconds life)
      : redis_(redis), key_(std::move(key)), value_(std::move(value)), token_(token), life_(life) {}
  ~RedisLease() override {
    if (!lost_) (void)redis_.call(key_, {"EVAL", kRelease, "1", key_, value_}, milliseconds(500));
  }
  RedisLease(const RedisLease&) = delete;
  RedisLease& operator=(const RedisLease&) = delete;
  std::int64_t token() const override { return token_; }
  bool renew() override {
    if (lost_) return false;
    const auto renewed = redis_.call(key_, {"EVAL", kRenew, "1", key_, value_, std::to_string(life_.count())});
    if (!renewed || renewed->integer != 1) lost_ = true;
    return !lost_;
  }

 private:
  Redis& redis_;
  const std::string key_, value_;
  const std::int64_t token_;
  const milliseconds life_;
  std::atomic<bool> lost_ = false;
};

class RedisLock final : public Lock {
 public:
  RedisLock(std::unique_ptr<Redis> redis, std::string prefix) : redis_(std::move(redis)), prefix_(std::move(prefix)) {}

  Result<std::unique_ptr<Lease>> acquire(std::string_view key, std::string_view holder, milliseconds lease) override {
    const auto place = key_of(key);
    const auto token = redis_->call(place, {"INCR", place + ":token"});
    if (!token) return token.error();
    auto value = fmt::format("{} {}", token->integer, holder);
    const auto set = redis_->call(place, {"SET", place, value, "NX", "PX", std::to_string(lease.count())});
    if (!set) return set.error();
    if (set->is_nil()) return std::unique_ptr<Lease>();
    return std::unique_ptr<Lease>(
        std::make_unique<RedisLease>(*redis_, place, std::move(value), token->integer, lease));
  }

  Result<std::string> holder(std::string_view key) override {
    const auto value = redis_->call(key_of(key), {"GET", key_of(key)});
    if (!value) return value.error();
    const auto space = value->text.find(' ');
    return space == std::string::npos ? std::string() : value->text.substr(space + 1);
  }

 private:
  std::string key_of(std::string_view key) const { return fmt::format("{{{}:lock:{}}}", prefix_, key); }

  std::unique_ptr<Redis> redis_;
  const std::string prefix_;
};

}  // namespace

Result<std::unique_ptr<Lock>> open(const RedisLockConfig& config) {
  auto redis = Redis::open({.url = config.place.url, .ca_file = config.place.ca_file});
  if (!redis) return redis.error();
  return std::unique_ptr<Lock>(std::make_unique<RedisLock>(std::move(*redis), config.place.prefix));
}

}  // namespace tweetpulse
