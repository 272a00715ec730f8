// What `doctor` says of the PostgreSQL that holds the store: its settings and its state, as judged here.
// Threads: pure.
#pragma once

#include <cstdint>
#include <string>

#include "base/check.h"
#include "store/adapters.h"

namespace tweetpulse {

struct PostgresFacts {
  std::string version;
  std::int64_t version_number = 0;  // 150020
  std::string fsync, full_page_writes, synchronous_commit, encoding;
  std::string collation, collation_version, library_version;  // of the database, and of the library now; "" = none
  std::int64_t max_connections = 0, reserved = 0, used = 0;
  bool standby = false, read_only = false, may_write = true, may_create = true;
  std::int64_t bytes = 0;
};

// `durable`: a server that may lose what it has committed fails instead of a warning.
void judge_postgres(const PostgresFacts& facts, const PostgresStoreConfig& config, bool durable, Checks& out);

}  // namespace tweetpulse
