// Bytes to and from one Redis server: TCP, unix socket or TLS, every wait with a deadline. Threads: one at a time.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "driver/redis_url.h"

namespace tweetpulse {

class RedisTransport {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  virtual ~RedisTransport() = default;
  // Both return how many bytes went through now; 0 = none at this moment. unavailable: the connection is over.
  virtual Result<std::size_t> write_some(std::string_view bytes) = 0;
  virtual Result<std::size_t> read_some(std::span<char> into) = 0;
  // Until it can be read, or (when asked) written; false = the deadline came first.
  virtual Result<bool> wait(bool for_writing, Deadline deadline) = 0;

  // `ca_file`: "" = the system's certificates; the server's name is checked.
  static Result<std::unique_ptr<RedisTransport>> connect(const RedisNode& node, bool tls, const std::string& ca_file,
                                                         std::chrono::milliseconds timeout);
};

}  // namespace tweetpulse
