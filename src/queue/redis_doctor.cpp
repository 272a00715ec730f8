#include "queue/redis_doctor.h"

#include <fmt/format.h>

#include <charconv>

namespace tweetpulse {
namespace {

constexpr int kOldestVersion = 7;
constexpr double kUsableShare = 0.8;  // of maxmemory, by the queue
constexpr std::chrono::milliseconds kTrip{3'000};

using enum Check::Verdict;

std::string_view value(const std::map<std::string, std::string, std::less<>>& from, std::string_view name) {
  const auto found = from.find(name);
  return found == from.end() ? std::string_view() : found->second;
}

std::int64_t number(std::string_view text) {
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::string size_of(std::int64_t bytes) {
  return bytes >= 1'000'000'000 ? fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9)
                                : fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

void judge_durability(const RedisFacts& facts, bool demanded, Checks& out) {
  const auto otherwise = demanded ? fail : warn;
  if (facts.config.empty())
    return out.judge(otherwise, false, "redis durability", "it does not allow CONFIG GET, so nobody can tell",
                     "let its user run CONFIG GET");
  std::string found, remedy;
  for (const auto& [name, wanted] : std::map<std::string, std::string>{
           {"appendonly", "yes"}, {"appendfsync", "always"}, {"no-appendfsync-on-rewrite", "no"}}) {
    const auto is = value(facts.config, name);
    found += fmt::format("{}{} {}", found.empty() ? "" : ", ", name, is);
    if (is != wanted) remedy += fmt::format("{}CONFIG SET {} {}", remedy.empty() ? "" : "; ", name, wanted);
  }
  out.judge(otherwise, remedy.empty(), "redis durability", found, remedy + "; CONFIG REWRITE");
}

void judge_memory(const RedisFacts& facts, const RedisQueueConfig& config, Checks& out) {
  if (facts.config.empty()) return;
  const auto bound = number(value(facts.config, "maxmemory")), used = number(value(facts.info, "used_memory"));
  const auto policy = value(facts.config, "maxmemory-policy");
  // Without a bound the policy deletes nothing.
  out.judge(bound > 0 ? fail : warn, policy == "noeviction", "redis eviction",
            fmt::format("maxmemory-policy {}", policy),
            "CONFIG SET maxmemory-policy noeviction: this one deletes the queue");
  const auto wanted = static_cast<std::int64_t>(static_cast<double>(config.max_bytes) / kUsableShare);
  const auto found = fmt::format("{} used of maxmemory {}, queue.max_bytes {}", size_of(used),
                                 bound == 0 ? "0 (no bound)" : size_of(bound), size_of(config.max_bytes));
  const bool full = bound > 0 && static_cast<double>(used) > kUsableShare * static_cast<double>(bound);
  out.judge(warn, bound >= wanted && !full, "redis memory", found,
            full         ? "it is nearly full: let the workers catch up, or raise maxmemory"
            : bound == 0 ? fmt::format("CONFIG SET maxmemory {}: else the kernel decides, not back-pressure", wanted)
                         : fmt::format("CONFIG SET maxmemory {}, or lower queue.max_bytes: the queue takes 80 % of "
                                       "maxmemory at most",
                                       wanted));
}

void judge_disk(const RedisFacts& facts, Checks& out) {
  std::string bad;
  for (const auto* name : {"aof_last_write_status", "aof_last_bgrewrite_status", "rdb_last_bgsave_status"})
    if (const auto is = value(facts.info, name); !is.empty() && is != "ok")
      bad += fmt::format("{}{} {}", bad.empty() ? "" : ", ", name, is);
  out.judge(fail, bad.empty(), "redis disk", bad.empty() ? "every write reached it" : bad,
            "make room on the disk of its `dir`; its log names the reason");
}

}  // namespace

void judge_redis(const RedisFacts& facts, const RedisQueueConfig& config, Checks& out) {
  const auto version = value(facts.info, "redis_version");
  out.judge(fail, version.empty() || number(version) >= kOldestVersion, "redis version",
            version.empty() ? "it does not say" : std::string(version), "the queue needs Redis 7 or newer");
  judge_durability(facts, config.require_durable, out);
  judge_memory(facts, config, out);
  judge_disk(facts, out);
  const auto role = value(facts.info, "role");
  out.judge(fail, role.empty() || role == "master", "redis role", role.empty() ? "it does not say" : std::string(role),
            "a replica takes no writes: name the master in queue.url, or redis+sentinel://");
  if (value(facts.info, "loading") == "1") out.warn("redis start", "it reads its log", "wait");
}

namespace {

Result<RedisFacts> ask(Redis& redis) {
  RedisFacts facts;
  const std::vector<RedisCommand> commands = {{"INFO"}, {"CONFIG", "GET", "*append*"}, {"CONFIG", "GET", "maxmemory*"}};
  const auto answers = redis.pipeline("", commands, kTrip);
  if (!answers) return answers.error();
  const auto& info = answers->front();
  if (info.is_error() && info.text.find("NOPERM") == std::string::npos) return redis_error(info, "INFO");
  for (std::size_t at = 0; at < info.text.size();) {
    const auto end = std::min(info.text.find('\n', at), info.text.size());
    const auto line = std::string_view(info.text).substr(at, end - at);
    if (const auto colon = line.find(':'); colon != std::string_view::npos)
      facts.info.emplace(line.substr(0, colon), line.substr(colon + 1, line.find('\r') - colon - 1));
    at = end + 1;
  }
  for (const auto* reply : {&(*answers)[1], &(*answers)[2]}) {
    if (reply->is_error()) return facts;
    for (std::size_t i = 0; i + 1 < reply->list.size(); i += 2)
      facts.config[reply->list[i].text] = reply->list[i + 1].text;
  }
  return facts;
}

// A login that is refused is a setting, not weather.
Error with_cause(Error error) {
  for (const auto* refusal : {"WRONGPASS", "NOAUTH", "invalid password", "ERR AUTH"})
    if (error.what.find(refusal) != std::string::npos) error.code = ErrorCode::rejected;
  return error;
}

}  // namespace

std::vector<Check> check_server(const RedisQueueConfig& config) {
  Checks out;
  const auto redis = Redis::open({.url = config.url, .ca_file = config.ca_file, .client_name = "tweetpulse-doctor"});
  if (!redis) {
    out.failed("redis", redis.error());
    return out.take();
  }
  const auto facts = ask(**redis);
  const auto before = now();
  const auto time = facts ? (*redis)->call("", {"TIME"}, kTrip) : Result<RedisReply>(facts.error());
  const auto after = now();
  if (!facts) {
    out.failed("redis", with_cause(facts.error()));
    return out.take();
  }
  out.pass("redis", fmt::format("{} answers in {} ms", (*redis)->address(), (after - before).count()));
  judge_redis(*facts, config, out);
  if (time && time->list.size() == 2)
    out.clock("redis clock", from_ms(number(time->list[0].text) * 1000 + number(time->list[1].text) / 1000), before,
              after);
  return out.take();
}

Result<bool> has_queue(const RedisQueueConfig& config) {
  const auto redis = Redis::open({.url = config.url, .ca_file = config.ca_file, .client_name = "tweetpulse-doctor"});
  if (!redis) return redis.error();
  const auto stream = config.partitions == 1 ? config.stream : config.stream + ":{0}";
  const auto there = (*redis)->call(stream, {"EXISTS", stream}, kTrip);
  if (!there) return there.error();
  return there->integer == 1;
}

}  // namespace tweetpulse
