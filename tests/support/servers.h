// The real servers of a test run, by the variables that scripts/servers exports. Threads: any thread.
#pragma once

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>

namespace tweetpulse {

// name: REDIS POSTGRES ELASTICSEARCH OPENSEARCH. nullopt: not started, and no run demands it.
inline std::optional<std::string> server_url(const std::string& name) {
  if (const char* url = std::getenv(("TWEETPULSE_TEST_" + name).c_str()); url != nullptr && *url != '\0') return url;
  const char* required = std::getenv("TWEETPULSE_REQUIRE_SERVERS");
  if (required != nullptr && std::string(required) == "1")
    throw std::runtime_error("TWEETPULSE_TEST_" + name + " is not set: run the tests under scripts/servers.");
  return std::nullopt;
}

// A name that no other test, process or run has.
inline std::string fresh_name(const std::string& prefix) {
  static std::atomic<int> count = 0;
  const auto moment = std::chrono::system_clock::now().time_since_epoch().count();
  return prefix + std::to_string(getpid()) + "-" + std::to_string(moment % 1'000'000'000) + "-" +
         std::to_string(++count);
}

}  // namespace tweetpulse
