#include "coordination/adapters.h"
#include "driver/redis.h"

namespace tweetpulse {

Check check_filter(const RedisPlace& place) {
  Checks out;
  const auto redis = Redis::open({.url = place.url, .ca_file = place.ca_file, .client_name = "tweetpulse-doctor"});
  const auto info = redis ? (*redis)->call("", {"COMMAND", "INFO", "BF.ADD"}) : Result<RedisReply>(redis.error());
  if (!info)
    out.failed("redis filter", info.error());
  else
    out.judge(Check::Verdict::warn, !info->list.empty() && !info->list.front().is_nil(), "redis filter",
              info->list.empty() || info->list.front().is_nil() ? "no RedisBloom: each process has a filter of its own"
                                                                : "RedisBloom",
              "--loadmodule redisbloom.so, or Redis Stack: one filter for all processes");
  return out.take().front();
}

}  // namespace tweetpulse
