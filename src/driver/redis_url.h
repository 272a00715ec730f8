// The address of a Redis deployment, read from its URL. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tweetpulse {

struct RedisNode {
  std::string host;  // a path when port is 0: a unix socket
  int port = 6379;
  std::string text() const;
  bool operator==(const RedisNode&) const = default;
};

struct RedisUrl {
  enum class Form { single, cluster, sentinel };
  Form form = Form::single;
  bool tls = false;
  std::string user, password, master;  // master: the name that the Sentinels know
  int database = 0;
  std::vector<RedisNode> nodes;
};

// rejected: the sentence names the part that makes no sense, never the password.
Result<RedisUrl> parse_redis_url(std::string_view url);

}  // namespace tweetpulse
