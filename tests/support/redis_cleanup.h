// Prefixes of keys on the shared Redis of a test run, deleted when the run ends. Threads: the test's.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "driver/redis.h"
#include "support/servers.h"

namespace tweetpulse {

class RedisCleanup : public testing::Environment {
 public:
  RedisCleanup(std::string url, std::string prefix) : url_(std::move(url)), prefix_(std::move(prefix)) {}
  void TearDown() override {
    const auto redis = Redis::open({.url = url_}).value();
    const auto keys = redis->call("", {"KEYS", prefix_ + "*"});
    if (!keys) return;
    for (const auto& key : keys->list) (void)redis->call(key.text, {"DEL", key.text});
  }

 private:
  const std::string url_, prefix_;
};

inline std::string fresh_prefix(const std::string& url, const std::string& name) {
  auto prefix = fresh_name(name);
  testing::AddGlobalTestEnvironment(new RedisCleanup(url, prefix));
  return prefix;
}

}  // namespace tweetpulse
