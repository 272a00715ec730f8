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

class RedisTls;

class RedisTransport {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  virtual ~RedisTransport() = default;
  // Both return how many bytes went through now; 0 = none at this moment. unavailable: the connection is over.
  virtual Result<std::size_t> write_some(std::string_view bytes) = 0;
  virtual Result<std::size_t> read_some(std::span<char> into) = 0;
  // Until it can be read, or (when asked) written; false = the deadline came first.
  virtual Result<bool> wait(bool for_writing, Deadline deadline) = 0;

  // `tls`: nullptr = plain.
  static Result<std::unique_ptr<RedisTransport>> connect(const RedisNode& node, const RedisTls* tls,
                                                         std::chrono::milliseconds timeout);
};

// A non-blocking socket, closed with its owner.
class RedisSocket {
 public:
  RedisSocket(int descriptor, const RedisNode& node) : descriptor_(descriptor), node_(node) {}
  ~RedisSocket();
  RedisSocket(const RedisSocket&) = delete;
  RedisSocket& operator=(const RedisSocket&) = delete;
  int get() const { return descriptor_; }
  const RedisNode& node() const { return node_; }
  // `events` of poll(); false = the deadline came first.
  Result<bool> wait(short events, RedisTransport::Deadline deadline) const;
  Error away(std::string_view why) const;  // "Redis at a:1 <why>."

 private:
  int descriptor_;
  RedisNode node_;
};

}  // namespace tweetpulse
