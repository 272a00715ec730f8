// One Redis deployment (a server, a Cluster, or the master that Sentinels name) as calls of argument vectors; hiredis
// parses, the transport is ours: TCP, unix, TLS, AUTH, MOVED and ASK, reconnecting.
// Threads: Redis from any thread (a call borrows a connection); a RedisSession belongs to one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "driver/redis_commands.h"

namespace tweetpulse {

struct RedisConfig {
  std::string url;      // redis:// rediss:// [user:password@]host:port[/db], unix:PATH, a comma list (Cluster),
                        // redis+sentinel://[user:password@]host:port,host:port/name
  std::string ca_file;  // for rediss://; "" = the system's
  std::string client_name = "tweetpulse";
  std::chrono::milliseconds connect_timeout{2'000}, call_timeout{5'000};
};

struct RedisReply {
  enum class Type { nil, integer, text, error, list };  // text: simple and bulk strings
  Type type = Type::nil;
  std::int64_t integer = 0;
  std::string text;  // of text and error
  std::vector<RedisReply> list;
  bool is_error() const { return type == Type::error; }
  bool is_nil() const { return type == Type::nil; }
};

using RedisCommand = std::vector<std::string>;

// What an error reply means to the caller: OOM, LOADING, READONLY, CLUSTERDOWN, MASTERDOWN, MISCONF, TRYAGAIN, NOAUTH,
// WRONGPASS, NOPERM and the like are unavailable (the sentence holds the remedy), all else is rejected.
Error redis_error(const RedisReply& reply, std::string_view command);

// One connection of its own, for blocking commands and subscriptions. After an error it must be dropped.
class RedisSession {
 public:
  virtual ~RedisSession() = default;
  // One reply a command, errors among them. Error replies are no failure of the call. unavailable: nothing was sent;
  // timeout: sent, outcome unknown.
  Result<std::vector<RedisReply>> pipeline(const RedisCommands& commands, std::chrono::milliseconds timeout);
  Result<std::vector<RedisReply>> pipeline(std::span<const RedisCommand> commands, std::chrono::milliseconds timeout) {
    return pipeline(RedisCommands(commands), timeout);
  }
  // The two halves of pipeline: the server works on what was posted while the caller does something else. Replies come
  // in the order of the commands.
  virtual Result<> post(const RedisCommands& commands) = 0;
  virtual Result<std::vector<RedisReply>> collect(std::size_t replies, std::chrono::milliseconds timeout) = 0;
  Result<RedisReply> call(RedisCommand command, std::chrono::milliseconds timeout);
  // The next message that the server sends by itself (SUBSCRIBE); nil = none came in time.
  virtual Result<RedisReply> next(std::chrono::milliseconds timeout) = 0;
};

class Redis {
 public:
  // Does not connect: a server that is away answers the first call with unavailable. rejected: the URL makes no sense.
  static Result<std::unique_ptr<Redis>> open(const RedisConfig& config);
  virtual ~Redis() = default;

  // All commands go to the node that holds `key` (in a Cluster every key in them has its hash tag; "" = any node).
  // Dead connections are replaced and moved slots learned here; a command is sent again only when it certainly was not
  // executed. timeout 0 = call_timeout.
  virtual Result<std::vector<RedisReply>> pipeline(std::string_view key, const RedisCommands& commands,
                                                   std::chrono::milliseconds timeout = {}) = 0;
  Result<std::vector<RedisReply>> pipeline(std::string_view key, std::span<const RedisCommand> commands,
                                           std::chrono::milliseconds timeout = {}) {
    return pipeline(key, RedisCommands(commands), timeout);
  }
  // An error reply becomes redis_error.
  Result<RedisReply> call(std::string_view key, RedisCommand command, std::chrono::milliseconds timeout = {});
  virtual Result<std::unique_ptr<RedisSession>> session(std::string_view key) = 0;

  virtual bool is_cluster() const = 0;
  virtual std::string address() const = 0;  // for messages: without password
};

}  // namespace tweetpulse
