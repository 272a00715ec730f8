#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>

#include "coordination/adapters.h"
#include "driver/redis.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The value is "<token> <holder>": compared whole, so that only the holder renews and releases.
constexpr const char* kRenew =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) else return 0 end";
constexpr const char* kRelease =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end";

class RedisLease final : public Lease {
 public:
  RedisLease(std::shared_ptr<Redis> redis, std::string key, std::string value, std::int64_t token,
             steady_clock::time_point granted, milliseconds life)
      : redis_(std::move(redis)),
        key_(std::move(key)),
        value_(std::move(value)),
        token_(token),
        life_(life),
        until_(granted + life) {}
  ~RedisLease() override {
    if (!lost_) (void)redis_->call(key_, {"EVAL", kRelease, "1", key_, value_}, milliseconds(500));
  }
  RedisLease(const RedisLease&) = delete;
  RedisLease& operator=(const RedisLease&) = delete;
  std::int64_t token() const override { return token_; }
  bool renew() override {
    if (lost_) return false;
    const auto asked = steady_clock::now();
    const auto renewed = redis_->call(key_, {"EVAL", kRenew, "1", key_, value_, std::to_string(life_.count())},
                                      std::clamp(life_ / 4, milliseconds(20), milliseconds(2'000)));
    // No answer: the lease that was granted last still runs.
    if (!renewed) return steady_clock::now() < until_.load();
    if (renewed->integer != 1)
      lost_ = true;
    else
      until_ = asked + life_;
    return !lost_;
  }

 private:
  const std::shared_ptr<Redis> redis_;
  const std::string key_, value_;
  const std::int64_t token_;
  const milliseconds life_;
  std::atomic<steady_clock::time_point> until_;
  std::atomic<bool> lost_ = false;
};

class RedisLock final : public Lock {
 public:
  RedisLock(std::unique_ptr<Redis> redis, std::string prefix) : redis_(std::move(redis)), prefix_(std::move(prefix)) {}

  Result<std::unique_ptr<Lease>> acquire(std::string_view key, std::string_view holder, milliseconds lease) override {
    const auto place = key_of(key);
    const auto token = redis_->call(counter(), {"INCR", counter()});
    if (!token) return token.error();
    auto value = fmt::format("{} {}", token->integer, holder);
    const auto asked = steady_clock::now();
    const auto set = redis_->call(place, {"SET", place, value, "NX", "PX", std::to_string(lease.count())});
    if (!set) return set.error();
    if (set->is_nil()) return std::unique_ptr<Lease>();
    return std::unique_ptr<Lease>(
        std::make_unique<RedisLease>(redis_, place, std::move(value), token->integer, asked, lease));
  }

  Result<std::string> holder(std::string_view key) override {
    const auto value = redis_->call(key_of(key), {"GET", key_of(key)});
    if (!value) return value.error();
    const auto space = value->text.find(' ');
    return space == std::string::npos ? std::string() : value->text.substr(space + 1);
  }

 private:
  std::string key_of(std::string_view key) const { return fmt::format("{}:lock:{}", prefix_, key); }
  // One counter for all: names of locks come and go, and a counter for each would stay.
  std::string counter() const { return prefix_ + ":lock-token"; }

  const std::shared_ptr<Redis> redis_;
  const std::string prefix_;
};

}  // namespace

Result<std::unique_ptr<Lock>> open(const RedisLockConfig& config) {
  auto redis = Redis::open({.url = config.place.url, .ca_file = config.place.ca_file});
  if (!redis) return redis.error();
  return std::unique_ptr<Lock>(std::make_unique<RedisLock>(std::move(*redis), config.place.prefix));
}

}  // namespace tweetpulse
