// Answers that may be given again for a short time. An error is a miss. Threads: any method from any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tweetpulse {

class Cache {
 public:
  virtual ~Cache() = default;
  virtual std::optional<std::string> get(std::string_view key) = 0;
  virtual void put(std::string_view key, std::string value, std::chrono::milliseconds life) = 0;
};

}  // namespace tweetpulse
