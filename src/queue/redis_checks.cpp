#include "queue/redis_checks.h"

#include <fmt/format.h>

#include <charconv>
#include <map>

namespace tweetpulse {
namespace {

constexpr int kOldestVersion = 7;  // XGROUP ENTRIESREAD, lag, script flags

Result<int> major_version(Redis& redis) {
  const auto info = redis.call("", {"INFO", "server"});
  if (!info) return info.error();
  const auto at = info->text.find("redis_version:");
  int major = 0;
  if (at != std::string::npos)
    std::from_chars(info->text.data() + at + 14, info->text.data() + info->text.size(), major);
  return major;
}

}  // namespace

Result<RedisDurability> check_durability(Redis& redis) {
  const auto version = major_version(redis);
  if (!version) {
    for (const auto* refusal : {"WRONGPASS", "NOAUTH", "invalid password", "ERR AUTH"})
      if (version.error().what.find(refusal) != std::string::npos)
        return Error{ErrorCode::rejected, version.error().what};
    if (version.error().what.find("NOPERM") == std::string::npos) return version.error();
  } else if (*version < kOldestVersion) {
    return Error{ErrorCode::rejected, fmt::format("Redis at {} is version {}: the queue needs {} or newer.",
                                                  redis.address(), *version, kOldestVersion)};
  }
  const auto answer = redis.call("", {"CONFIG", "GET", "*append*"});
  const auto memory = redis.call("", {"CONFIG", "GET", "maxmemory*"});
  RedisDurability found;
  if (!answer || !memory) {
    const auto& error = !answer ? answer.error() : memory.error();
    const bool forbidden = error.what.find("NOPERM") != std::string::npos || error.code == ErrorCode::rejected;
    if (!forbidden) return error;
    found.remedy = "let the user run CONFIG GET, so that durability can be seen";
    return found;
  }
  std::map<std::string, std::string> is;
  for (const auto* reply : {&*answer, &*memory})
    for (std::size_t i = 0; i + 1 < reply->list.size(); i += 2) is[reply->list[i].text] = reply->list[i + 1].text;
  const auto& bound = is["maxmemory"];
  std::from_chars(bound.data(), bound.data() + bound.size(), found.max_memory);
  if (found.max_memory > 0 && is["maxmemory-policy"] != "noeviction")
    return Error{ErrorCode::rejected,
                 fmt::format("Redis at {} evicts keys ({}), which would delete the queue silently: CONFIG SET "
                             "maxmemory-policy noeviction.",
                             redis.address(), is["maxmemory-policy"])};
  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"appendonly", "yes"}, {"appendfsync", "always"}, {"no-appendfsync-on-rewrite", "no"}})
    if (is[name] != value)
      found.remedy += fmt::format("{}CONFIG SET {} {}", found.remedy.empty() ? "" : "; ", name, value);
  found.durable = found.remedy.empty();
  return found;
}

}  // namespace tweetpulse
