// DATABASE_URL in all its forms, as libpq wants it.
// Threads: pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace tweetpulse::postgres {

struct Target {
  std::string url;      // for libpq
  std::string schema;   // of ?schema=; "" = the server's search_path
  std::string address;  // for messages: host:port/database, without user and password
};

// postgresql:// and postgres://, with +driver and SQLAlchemy's ?ssl=. rejected: it is none of these.
Result<Target> parse_url(std::string_view url);

}  // namespace tweetpulse::postgres
