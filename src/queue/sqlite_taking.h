// Handing entries of the SQLite queue to a consumer: its own of an earlier life, new ones, those of silent consumers.
// Threads: a place belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "queue/sqlite_queue_file.h"

namespace tweetpulse {

struct Taken {
  std::int64_t seq = 0;
  int attempt = 1;
};

// A consumer's place in its group.
struct ConsumerPlace {
  QueueFile& file;
  sqlite::Database& database;
  const std::string& group;
  const std::string& consumer;
};

// Pending entries of the consumer itself with after < seq <= upto.
Result<std::vector<Taken>> take_own(const ConsumerPlace& place, std::size_t max, std::int64_t after, std::int64_t upto);
Result<std::vector<Taken>> take_new(const ConsumerPlace& place, std::size_t max);
Result<std::vector<Taken>> take_silent(const ConsumerPlace& place, std::size_t max);

}  // namespace tweetpulse
