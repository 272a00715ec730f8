#include "coordination/adapters.h"
#include "driver/redis.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;
constexpr std::size_t kMostBytes = 1u << 20;  // of one value: larger answers are rare and cheaper to make again
constexpr milliseconds kPatience{250};        // slower than that, and asking the backend is the better way

class RedisCache final : public Cache {
 public:
  RedisCache(std::unique_ptr<Redis> redis, std::string prefix) : redis_(std::move(redis)), prefix_(std::move(prefix)) {}

  std::optional<std::string> get(std::string_view key) override {
    const auto place = prefix_ + std::string(key);
    auto value = redis_->call(place, {"GET", place}, kPatience);
    if (!value || value->type != RedisReply::Type::text || value->text.size() > kMostBytes) return std::nullopt;
    return std::move(value->text);
  }
  void put(std::string_view key, std::string value, milliseconds life) override {
    if (value.size() > kMostBytes || life.count() <= 0) return;
    const auto place = prefix_ + std::string(key);
    (void)redis_->call(place, {"SET", place, std::move(value), "PX", std::to_string(life.count())}, kPatience);
  }

 private:
  std::unique_ptr<Redis> redis_;
  const std::string prefix_;
};

}  // namespace

Result<std::unique_ptr<Cache>> open(const RedisCacheConfig& config) {
  auto redis = Redis::open({.url = config.place.url, .ca_file = config.place.ca_file});
  if (!redis) return redis.error();
  return std::unique_ptr<Cache>(std::make_unique<RedisCache>(std::move(*redis), config.place.prefix + ":cache:"));
}

}  // namespace tweetpulse
