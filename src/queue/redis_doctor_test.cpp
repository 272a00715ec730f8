#include "queue/redis_doctor.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/private_redis.h"

namespace tweetpulse {
namespace {

using enum Check::Verdict;

RedisFacts good() {
  return {.info = {{"redis_version", "7.0.15"},
                   {"role", "master"},
                   {"used_memory", "9000000"},
                   {"aof_last_write_status", "ok"},
                   {"rdb_last_bgsave_status", "ok"}},
          .config = {{"appendonly", "yes"},
                     {"appendfsync", "always"},
                     {"no-appendfsync-on-rewrite", "no"},
                     {"maxmemory", "3000000000"},
                     {"maxmemory-policy", "noeviction"}}};
}

Check named(const std::vector<Check>& list, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const Check& check) { return check.name == name; });
  if (found != list.end()) return *found;
  ADD_FAILURE() << "no line " << name;
  return {};
}

Check judged(const RedisFacts& facts, const std::string& name, const RedisQueueConfig& config = {}) {
  Checks out;
  judge_redis(facts, config, out);
  return named(out.take(), name);
}

TEST(RedisDoctor, PassesTheShippedSettings) {
  Checks out;
  judge_redis(good(), {}, out);
  for (const auto& check : out.take()) {
    EXPECT_EQ(check.verdict, pass) << check.name << ": " << check.found;
    EXPECT_EQ(check.remedy, "");
  }
}

TEST(RedisDoctor, RefusesAnOldServer) {
  auto facts = good();
  facts.info["redis_version"] = "6.2.7";
  EXPECT_EQ(judged(facts, "redis version").verdict, fail);
}

TEST(RedisDoctor, WarnsOfAWeakServerAndFailsItWhereDurabilityIsDemanded) {
  auto facts = good();
  facts.config["appendfsync"] = "everysec";
  const auto check = judged(facts, "redis durability");
  EXPECT_EQ(check.verdict, warn);
  EXPECT_EQ(check.remedy, "CONFIG SET appendfsync always; CONFIG REWRITE");
  EXPECT_EQ(judged(facts, "redis durability", {.require_durable = true}).verdict, fail);
}

TEST(RedisDoctor, CallsAServerWeakThatHidesItsSettings) {
  auto facts = good();
  facts.config.clear();
  EXPECT_EQ(judged(facts, "redis durability").verdict, warn);
  EXPECT_EQ(judged(facts, "redis disk").verdict, pass);
}

TEST(RedisDoctor, FailsAServerThatEvicts) {
  auto facts = good();
  facts.config["maxmemory-policy"] = "allkeys-lru";
  EXPECT_EQ(judged(facts, "redis eviction").verdict, fail);
  facts.config["maxmemory"] = "0";
  EXPECT_EQ(judged(facts, "redis eviction").verdict, warn);
}

TEST(RedisDoctor, ComparesTheBoundOfTheQueueWithTheMemoryOfTheServer) {
  auto facts = good();
  facts.config["maxmemory"] = "1000000000";
  EXPECT_NE(judged(facts, "redis memory").remedy.find("CONFIG SET maxmemory 2500000000"), std::string::npos);
  EXPECT_EQ(judged(facts, "redis memory", {.max_bytes = 700'000'000}).verdict, pass);
  facts.info["used_memory"] = "900000000";
  EXPECT_EQ(judged(facts, "redis memory", {.max_bytes = 700'000'000}).verdict, warn);
  facts.config["maxmemory"] = "0";
  EXPECT_EQ(judged(facts, "redis memory").verdict, warn);
}

TEST(RedisDoctor, FailsAServerWhoseDiskIsFull) {
  for (const auto* flag : {"aof_last_write_status", "rdb_last_bgsave_status", "aof_last_bgrewrite_status"}) {
    auto facts = good();
    facts.info[flag] = "err";
    EXPECT_EQ(judged(facts, "redis disk").verdict, fail);
    EXPECT_EQ(judged(facts, "redis disk").found, std::string(flag) + " err");
  }
}

TEST(RedisDoctor, FailsAReplica) {
  auto facts = good();
  facts.info["role"] = "slave";
  EXPECT_EQ(judged(facts, "redis role").verdict, fail);
}

TEST(RedisDoctor, AsksARealServer) {
  if (!PrivateRedis::is_possible()) GTEST_SKIP() << "redis-server is missing";
  PrivateRedis server({"--appendonly", "yes", "--appendfsync", "always", "--maxmemory", "100mb"});
  RedisQueueConfig config;
  config.url = server.url();
  config.max_bytes = 50'000'000;
  for (const auto& check : check_server(config)) EXPECT_EQ(check.verdict, pass) << check.name << ": " << check.found;
  EXPECT_EQ(named(check_server(config), "redis clock").found, "+0.0 s from ours");
  EXPECT_FALSE(has_queue(config).value());
}

TEST(RedisDoctor, TellsAServerThatIsAwayFromAWrongPassword) {
  if (!PrivateRedis::is_possible()) GTEST_SKIP() << "redis-server is missing";
  PrivateRedis server;
  RedisQueueConfig config;
  config.url = server.url();
  config.url.insert(config.url.find("//") + 2, "nobody:wrong@");
  EXPECT_EQ(named(check_server(config), "redis").cause, Check::Cause::settings);
  EXPECT_EQ(named(check_server(config), "redis").found.find("wrong@"), std::string::npos);
  config.url = "redis://127.0.0.1:1";
  EXPECT_EQ(named(check_server(config), "redis").cause, Check::Cause::away);
}

}  // namespace
}  // namespace tweetpulse
