// TLS over a connected socket: 1.2 or newer, the server's certificate and name are always checked.
// Threads: RedisTls from any thread; a connection one at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "driver/redis_transport.h"

namespace tweetpulse {

class RedisTls {
 public:
  virtual ~RedisTls() = default;
  // Takes over the non-blocking socket. unavailable: no handshake, or a certificate that is not trusted.
  virtual Result<std::unique_ptr<RedisTransport>> begin(std::unique_ptr<RedisSocket> socket, const RedisNode& node,
                                                        RedisTransport::Deadline deadline) const = 0;

  // `ca_file`: "" = the system's certificates. rejected: it holds none.
  static Result<std::shared_ptr<const RedisTls>> load(const std::string& ca_file);
};

}  // namespace tweetpulse
